-- name: lock_network()!
-- One process at a time publishes.
select pg_advisory_xact_lock(hashtext('network'), hashtext(current_schema()));

-- name: latest_network()^
-- What was published last.
select version, digest from networks order by version desc limit 1;

-- name: record_network(version, digest)!
-- It is published with this transaction.
insert into networks (version, digest) values (:version, :digest);
