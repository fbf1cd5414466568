-- name: set_aside(every)
-- What was set aside and is not settled, or all of it, without its content.
select id, topic, partition, "offset", reason, detail, status, tries, parked_at
from dead_letters where :every::boolean or status <> 'redriven' order by seq;

-- name: ask_to_redrive(ids, reason)
-- Have the service try these again; returns which.
update dead_letters set status = 'redrive'
where status = 'parked'
  and (:ids::uuid[] is null or id = any(:ids::uuid[]))
  and (:reason::text is null or reason = :reason)
returning id;

-- name: still_asked(ids)$
-- How many of these have not been tried yet.
select count(*) from dead_letters where id = any(:ids::uuid[]) and status = 'redrive';

-- name: succeeded(ids)$
-- How many of these succeeded.
select count(*) from dead_letters where id = any(:ids::uuid[]) and status = 'redriven';
