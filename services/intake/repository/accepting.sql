-- name: claim_keys(senders, keys, digests, case_ids)
-- Take the keys that nobody holds; each that was taken gets its serial number and the database's instant.
with taken as (
    insert into idempotency_keys (sender, key, digest, case_id)
    select sender, key, digest, case_id
    from unnest(:senders::text[], :keys::text[], :digests::bytea[], :case_ids::uuid[])
        as given (sender, key, digest, case_id)
    -- The same order everywhere, so that two writers wait for one another and do not lock each other out.
    order by sender, key
    on conflict do nothing
    returning case_id
)
select case_id, nextval('complaint_number') as serial, date_trunc('milliseconds', clock_timestamp()) as received_at
from taken;

-- name: held_keys(senders, keys)
-- What is already kept under these keys.
select given.sender, given.key, held.digest, complaint.case_id, complaint.number, complaint.received_at,
    complaint.danger, complaint.unverified
from unnest(:senders::text[], :keys::text[]) as given (sender, key)
join idempotency_keys held on held.sender = given.sender and held.key = given.key
join complaints complaint on complaint.case_id = held.case_id;

-- name: store_complaints(case_ids, numbers, received, posted, taken, occurred, lines, stations, unverified, dangers, languages, refs, sources, orders, demos, traces, texts, names, phones)!
-- Keep complaints, their words and their contacts, each in its own table.
with given as (
    select *
    from unnest(:case_ids::uuid[], :numbers::text[], :received::timestamptz[], :posted::text[], :taken::timestamptz[],
                :occurred::timestamptz[], :lines::text[], :stations::text[], :unverified::text[], :dangers::boolean[],
                :languages::text[], :refs::text[], :sources::text[], :orders::text[], :demos::boolean[],
                :traces::text[], :texts::text[], :names::text[], :phones::text[])
        as given (case_id, number, received_at, posted, taken_at, occurred_at, line, station, unverified, danger,
                  language, passenger_ref, source, city_order, demo, traceparent, words, name, phone)
), spoken as (
    insert into words (id, case_id, text) select case_id, case_id, words from given
), reached as (
    insert into contacts (case_id, name, phone)
    select case_id, name, phone from given where name is not null or phone is not null
)
insert into complaints (case_id, number, received_at, posted, taken_at, occurred_at, line, station, unverified, danger,
                        language, passenger_ref, source, city_order, demo, traceparent)
select case_id, number, received_at, posted, taken_at, occurred_at, line, station, unverified, danger,
       language, passenger_ref, source, city_order, demo, traceparent
from given;
