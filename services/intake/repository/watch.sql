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
        -- As a value, so that it stays a look-up per complaint: few are new at each look.
        and (select progress.version from progress where progress.case_id = complaint.case_id) is null
    on conflict do nothing
)
update watch set seen_until = greatest(watch.seen_until, looked.until) from looked;

-- name: forget_opened()!
-- Their cases are there now.
delete from unopened using progress where progress.case_id = unopened.case_id;

-- name: count_unopened()$
-- How many complaints have waited too long for their case.
select count(*) from unopened;

-- name: due_again(every, soon, size)
-- Those whose event goes out again now; what has not left the outbox yet is looked at again `soon`.
with due as (
    select case_id from unopened where next_at <= clock_timestamp() order by next_at limit :size for update skip locked
), waiting as (
    select due.case_id from due join outbox on outbox.key = due.case_id::text
)
update unopened
set next_at = clock_timestamp() + make_interval(secs => case when waiting.case_id is null then :every::float8 else :soon::float8 end),
    sent = sent + case when waiting.case_id is null then 1 else 0 end
from due left join waiting on waiting.case_id = due.case_id
where unopened.case_id = due.case_id
returning unopened.case_id, waiting.case_id is null as goes_out;

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
