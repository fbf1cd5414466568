-- name: latest()$
-- The sequence number of the last fact, 0 before the first.
select coalesce(max(sequence), 0) from stream;

-- name: after(sequence, size)
-- The facts that took effect after this one, in their order, and how their cases stand now: who may hear of them.
select s.sequence, s.case_id, s.version, s.number, s.fact, s.at, s.line, s.station, s.data,
       c.about_staff or c.category = 'STAFF' as about_person, c.about_user, c.line as line_now, c.station as station_now
from stream s join cases c on c.case_id = s.case_id
where s.sequence > :sequence order by s.sequence limit :size;
