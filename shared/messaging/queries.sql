-- name: insert_outbox(shards, topics, keys, ids, types, traces, agains, payloads)!
-- Say these events: they leave when, and only when, the caller's transaction commits, in this order.
insert into outbox (shard, topic, key, event_id, type, traceparent, again, payload)
select * from unnest(:shards::smallint[], :topics::text[], :keys::text[], :ids::uuid[], :types::text[],
                     :traces::text[], :agains::boolean[], :payloads::bytea[]);

-- name: next_outbox(shards, size)
-- The oldest unsent events of our shards.
select id, topic, key, event_id, type, at, traceparent, again, payload
from outbox where shard = any(:shards::smallint[]) order by id limit :size;

-- name: delete_outbox(ids)!
-- These are in Kafka, acknowledged.
delete from outbox where id = any(:ids::bigint[]);

-- name: outbox_size()$
-- How many events wait to be sent.
select count(*) from outbox;

-- name: try_shard(shard)$
-- Become the one relay of a shard in this schema, until the connection ends.
select pg_try_advisory_lock(hashtext('relay.' || current_schema()), :shard::integer);

-- name: claim_inbox(ids)
-- Mark events as taken; returns those that nobody had taken.
insert into inbox (event_id) select unnest(:ids::uuid[]) on conflict do nothing returning event_id;

-- name: forget_inbox(days)!
-- Ids older than Kafka can still deliver.
delete from inbox where at < now() - make_interval(days => :days::integer);

-- name: park(id, topic, partition, offset_, key, headers, body, reason, detail, digest)$
-- Set a message aside, once however often it is delivered; counts a further try.
insert into dead_letters (id, topic, partition, "offset", key, headers, body, reason, detail, digest)
values (:id, :topic, :partition, :offset_, :key, :headers, :body, :reason, :detail, :digest)
on conflict (id) do update
    set tries = dead_letters.tries + 1, status = 'parked', reason = excluded.reason, detail = excluded.detail
returning tries;

-- name: parked_lately()$
-- How many messages were set aside in the last minute.
select count(*) from dead_letters where parked_at > clock_timestamp() - interval '1 minute';

-- name: seconds_until_room(limit_)$
-- How long until fewer than the limit were parked in the last minute.
select greatest(0.0, 60 - extract(epoch from clock_timestamp() - parked_at))::float8
from dead_letters order by parked_at desc offset greatest(:limit_::integer - 1, 0) limit 1;

-- name: to_redrive(topics, size)
-- What an operator asked to try again of these topics, in the order in which it was set aside.
select id, topic, partition, "offset" as offset_, key, headers, body
from dead_letters where status = 'redrive' and topic = any(:topics::text[]) order by seq limit :size;

-- name: mark_redriven(id)!
-- It succeeded at last.
update dead_letters set status = 'redriven' where id = :id;
