-- name: latest()$
-- The sequence number of the last fact, 0 before the first.
select coalesce(max(sequence), 0) from stream;

-- name: after(sequence, size)
-- The facts that took effect after this one, in their order.
select sequence, case_id, version, number, fact, at, person, line, station, data
from stream where sequence > :sequence order by sequence limit :size;
