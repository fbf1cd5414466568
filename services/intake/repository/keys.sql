-- name: live_keys()
-- Every key that may still be used.
select id, kind, hash, station from api_keys where revoked_at is null;

-- name: seed_key(kind, hash, label, station)!
-- Make a key known, unless it is; a revoked one stays revoked. The key that it follows ends.
with earlier as (
    update api_keys set revoked_at = now() where label = :label and hash <> :hash and revoked_at is null
)
insert into api_keys (kind, hash, label, station) values (:kind, :hash, :label, :station)
on conflict (hash) do update set station = excluded.station;
