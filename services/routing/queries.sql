-- name: lock_passengers(keys)!
-- One at a time decides for a passenger, so that two complaints at once see each other; keys come in ascending order.
select pg_advisory_xact_lock(key) from unnest(:keys::bigint[]) as key;

-- name: past(refs, numbers)
-- What these passengers turned to us with before (the latest 200 each), and the cases with these numbers.
select before.* from unnest(:refs::text[]) as asked (ref) cross join lateral (
    select case_id, number, passenger_ref, at, kind, category, line, station, claimed, fingerprint, state, answered,
           final_reply, promised_at
    from cases where passenger_ref = asked.ref order by at desc limit 200
) as before
union
select case_id, number, passenger_ref, at, kind, category, line, station, claimed, fingerprint, state, answered,
       final_reply, promised_at
from cases where number = any(:numbers::text[]);

-- name: record_decisions(case_ids, numbers, decisions, earlier, policy_versions, known)!
-- What was decided and what was known besides the complaint, once per case.
insert into decisions (case_id, number, decision, earlier_case, policy_version, known)
select * from unnest(:case_ids::uuid[], :numbers::text[], :decisions::jsonb[], :earlier::uuid[],
                     :policy_versions::text[], :known::jsonb[])
on conflict (case_id) do nothing;

-- name: remember_cases(case_ids, numbers, refs, ats, kinds, categories, lines, stations, claimed, fingerprints)!
-- What the next complaint of the same passenger will be judged by.
insert into cases (case_id, number, passenger_ref, at, kind, category, line, station, claimed, fingerprint)
select * from unnest(:case_ids::uuid[], :numbers::text[], :refs::text[], :ats::timestamptz[], :kinds::text[],
                     :categories::text[], :lines::text[], :stations::text[], :claimed::boolean[],
                     :fingerprints::bigint[])
on conflict (case_id) do nothing;

-- name: stored_decisions(case_ids)
-- What was said of these cases.
select case_id, decision, earlier_case from decisions where case_id = any(:case_ids::uuid[]);

-- name: kept_decisions(case_ids)
-- What was said of these cases, and what it was said with; decisions from before that was kept are left out.
select case_id, decision, known from decisions where case_id = any(:case_ids::uuid[]) and known is not null;

-- name: open_cases(case_ids, numbers, refs, ats, kinds, categories, lines, stations, claimed, versions, states, promised)!
-- Cases as followup opened them; those not decided here (children, a time before this database) are new to us.
insert into cases as known (case_id, number, passenger_ref, at, kind, category, line, station, claimed, version, state,
                            promised_at)
select * from unnest(:case_ids::uuid[], :numbers::text[], :refs::text[], :ats::timestamptz[], :kinds::text[],
                     :categories::text[], :lines::text[], :stations::text[], :claimed::boolean[],
                     :versions::integer[], :states::text[], :promised::timestamptz[])
on conflict (case_id) do update
    set kind = excluded.kind, category = excluded.category, line = excluded.line, station = excluded.station,
        version = excluded.version, state = excluded.state, promised_at = excluded.promised_at, touched_at = now()
    where known.version < excluded.version;

-- name: move_cases(case_ids, versions, states, answered, final_replies, clocks, promised)!
-- What happened to these cases since; what came late (a redriven event) no longer changes how they stand.
update cases set
    final_reply = cases.final_reply or new.final_reply,
    state = case when new.version > cases.version then new.state else cases.state end,
    answered = case when new.version > cases.version then coalesce(new.answered, cases.answered)
                    else cases.answered end,
    promised_at = case when new.version > cases.version and new.clock then new.promised else cases.promised_at end,
    version = greatest(cases.version, new.version),
    touched_at = now()
from unnest(:case_ids::uuid[], :versions::integer[], :states::text[], :answered::boolean[],
            :final_replies::boolean[], :clocks::boolean[], :promised::timestamptz[])
    as new (case_id, version, state, answered, final_reply, clock, promised)
where cases.case_id = new.case_id;

-- name: reclassify_cases(case_ids, versions, kinds, categories, lines, stations)!
-- What these cases are about now.
update cases set kind = new.kind, category = new.category, line = new.line, station = new.station
from unnest(:case_ids::uuid[], :versions::integer[], :kinds::text[], :categories::text[], :lines::text[],
            :stations::text[])
    as new (case_id, version, kind, category, line, station)
where cases.case_id = new.case_id and new.version > cases.version;

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
