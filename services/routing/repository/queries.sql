-- name: kept_decisions(case_ids)
-- What was said of these cases, and what it was said with; decisions from before that was kept are left out.
select case_id, decision, known from decisions where case_id = any(:case_ids::uuid[]) and known is not null;

-- name: forget_cases(months, days, size)$
-- Cases that are over (or were never opened), in which nothing has happened for as long as files are kept and counted.
with gone as (
    delete from cases where case_id in (
        select case_id from cases
        where touched_at < least(now() - make_interval(months => :months), now() - make_interval(days => :days))
          and (state in ('resolved', 'closed') or version = 0)
        order by touched_at limit :size for update skip locked
    ) returning 1
)
select count(*) from gone;

-- name: forget_decisions(months, days, size)$
-- Decisions that are as old and whose cases are no longer remembered.
with gone as (
    delete from decisions where case_id in (
        select case_id from decisions
        where decided_at < least(now() - make_interval(months => :months), now() - make_interval(days => :days))
          and not exists (select from cases where cases.case_id = decisions.case_id)
        order by decided_at limit :size for update skip locked
    ) returning 1
)
select count(*) from gone;

-- name: forget_mass_events(months, days, size)$
-- Mass events that are as old and whose cases are all forgotten.
with gone as (
    delete from mass_events where event_id in (
        select event_id from mass_events
        where since < least(now() - make_interval(months => :months), now() - make_interval(days => :days))
          and not exists (select from mass_event_cases where mass_event_cases.event_id = mass_events.event_id)
        order by since limit :size for update skip locked
    ) returning 1
)
select count(*) from gone;

-- name: lock_packs()!
-- One process at a time publishes packs, and none while complaints are decided.
select pg_advisory_xact_lock(hashtext('packs.' || current_schema()), 0);

-- name: hold_packs()!
-- Nobody publishes a pack while we decide.
select pg_advisory_xact_lock_shared(hashtext('packs.' || current_schema()), 0);

-- name: packs(name)
-- Every version of a pack that was ever published, in order.
select pack, published_by, published_at, digest from packs where name = :name order by version;

-- name: versions(name)
-- Which versions of a pack there are, without reading them.
select version, digest, effective_from, published_by, published_at from packs where name = :name order by version;

-- name: clock()$
-- Now.
select date_trunc('milliseconds', clock_timestamp());

-- name: pack_text(name, version)^
-- One version, and the file that it was published from.
select pack, text from packs where name = :name and version = :version;

-- name: add_pack(name, version, pack, text, digest, effective_from, published_by)^
-- A new version, from now on for ever; returns when it was published.
insert into packs (name, version, pack, text, digest, effective_from, published_by, published_at)
values (:name, :version, :pack::json, :text, :digest, :effective_from, :published_by,
        date_trunc('milliseconds', clock_timestamp()))
returning published_at;

-- name: put_network(version, network)!
-- Keep the latest version of the network.
insert into network (version, network) values (:version, :network::jsonb)
on conflict (one) do update set version = excluded.version, network = excluded.network
    where network.version < excluded.version;

-- name: network(known)$
-- The lines and stations, null until some have arrived that are later than the known version.
select network from network where version > :known;
