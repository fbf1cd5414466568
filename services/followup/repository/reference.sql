-- name: insert_pack(id, effective_from, pack)!
-- Keep a version of the policy pack for ever: its clocks may still run.
insert into packs (id, effective_from, pack) values (:id, :effective_from, :pack::jsonb) on conflict do nothing;

-- name: insert_calendar(year, version, calendar)$
-- Keep a version of a year's calendar; returns the year if it is new.
insert into calendars (year, version, calendar) values (:year, :version, :calendar::jsonb)
on conflict do nothing returning year;

-- name: held()^
-- How many versions of packs and calendars there are, to which rows are only ever added; the network's version.
select (select count(*) from packs) as packs, (select count(*) from calendars) as calendars,
       (select version from network) as network;

-- name: packs()
-- Every pack.
select pack from packs order by seq;

-- name: calendars()
-- The latest version of each year.
select distinct on (year) calendar from calendars order by year, version desc;

-- name: lock_calendars()!
-- Nobody else publishes a calendar until the transaction ends.
lock table calendars in share row exclusive mode;

-- name: account(name)^
-- One account.
select name, role, level, lines, stations, password_hash, revision from accounts where name = :name;

-- name: lock_account(name)^
-- One account, ours until the transaction ends.
select name, role, level, lines, stations, password_hash, revision from accounts where name = :name for update;

-- name: put_account(name, role, level, lines, stations, password_hash, revision)!
-- How an account is now.
insert into accounts (name, role, level, lines, stations, password_hash, revision)
values (:name, :role, :level, :lines, :stations, :password_hash, :revision)
on conflict (name) do update
    set role = excluded.role, level = excluded.level, lines = excluded.lines, stations = excluded.stations,
        password_hash = excluded.password_hash, revision = excluded.revision;

-- name: highest_at(station)$
-- The highest level of the staff of a station; without lines and stations they are of all.
select max(level) from accounts
where role = 'staff' and (:station = any(stations) or (cardinality(stations) = 0 and cardinality(lines) = 0));

-- name: put_network(version, network)!
-- Keep the latest version of the network.
insert into network (version, network) values (:version, :network::jsonb)
on conflict (one) do update set version = excluded.version, network = excluded.network
    where network.version < excluded.version;

-- name: network()$
-- The lines and stations, null until they have arrived.
select network from network;
