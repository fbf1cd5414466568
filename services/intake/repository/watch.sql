-- name: find_unopened(after, resend, overlap)!
-- Complaints older than `after` seconds whose case nobody has opened, since the last look and somewhat before it.
with looked as (
    select seen_until, clock_timestamp() - make_interval(secs => :after::float8) as until from watch for update
), missing as (
    insert into unopened (case_id, received_at, next_at)
    select complaint.case_id, complaint.received_at,
        complaint.received_at + make_interval(secs => :resend::float8)
    from complaints complaint, looked
    where complaint.received_at > looked.seen_until - make_interval(secs => :overlap::float8)
        and complaint.received_at <= looked.until
        and not exists (select from progress where progress.case_id = complaint.case_id)
    on conflict do nothing
)
update watch set seen_until = greatest(watch.seen_until, looked.until) from looked;

-- name: forget_opened()!
-- Their cases are there now.
delete from unopened using progress where progress.case_id = unopened.case_id;

-- name: count_unopened()$
-- How many complaints have waited too long for their case.
select count(*) from unopened;

-- name: due_again(every, size)
-- Those whose event goes out again now: it has left the outbox, and the last time is long enough ago.
update unopened
set next_at = clock_timestamp() + make_interval(secs => :every::float8), sent = sent + 1
where case_id in (
    select case_id from unopened
    where next_at <= clock_timestamp()
        and not exists (select from outbox where outbox.key = unopened.case_id::text)
    order by next_at limit :size for update skip locked
)
returning case_id, sent;

-- name: drafts(case_ids)
-- All that the event of a complaint is made from.
select complaint.case_id, complaint.number, complaint.received_at, complaint.posted, complaint.taken_at,
    complaint.occurred_at, complaint.line, complaint.station, complaint.unverified, complaint.passenger_ref,
    complaint.city_order, complaint.demo, complaint.traceparent, complaint.language, spoken.text, contact.name
from complaints complaint
join words spoken on spoken.id = complaint.case_id
left join contacts contact on contact.case_id = complaint.case_id
where complaint.case_id = any(:case_ids::uuid[])
order by complaint.case_id;

-- name: forget_keys(days)!
-- Idempotency keys older than anyone repeats.
delete from idempotency_keys where at < now() - make_interval(days => :days::integer);
