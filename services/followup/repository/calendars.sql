-- name: claim_on_other_calendars(versions, size)
-- Cases that may still run and were worked out on other calendars, that nobody else holds just now. Said in three parts,
-- each of which the index finds at once; of "is distinct from" it would read all.
select case_id, document from cases
where state <> 'closed' and (calendars < :versions or calendars > :versions or calendars is null)
limit :size
for update skip locked;

-- name: mark_calendars(versions, ids)!
-- On which calendars these cases rest now.
update cases set calendars = :versions where case_id = any(:ids::uuid[]);
