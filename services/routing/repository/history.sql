-- name: lock(keys)!
-- One at a time decides for a passenger, or about a place; keys come in ascending order, passengers before places.
select pg_advisory_xact_lock(key) from unnest(:keys::bigint[]) as key;

-- name: past(refs, numbers)
-- What these passengers turned to us with before (the latest 200 each), and the cases with these numbers.
select before.* from unnest(:refs::text[]) as asked (ref) cross join lateral (
    select case_id, number, passenger_ref, at, kind, category, line, station, claimed, sketch, follows, state,
           withdrawn, answered, final_reply, final_at, promised_at, response_due, again_at
    from cases where passenger_ref = asked.ref order by at desc limit 200
) as before
union
select case_id, number, passenger_ref, at, kind, category, line, station, claimed, sketch, follows, state,
       withdrawn, answered, final_reply, final_at, promised_at, response_due, again_at
from cases where number = any(:numbers::text[]);

-- name: record_decisions(case_ids, numbers, decisions, earlier, policy_versions, known)!
-- What was decided and what was known besides the complaint, once per case.
insert into decisions (case_id, number, decision, earlier_case, policy_version, known)
select * from unnest(:case_ids::uuid[], :numbers::text[], :decisions::jsonb[], :earlier::uuid[],
                     :policy_versions::text[], :known::jsonb[])
on conflict (case_id) do nothing;

-- name: remember(case_ids, numbers, refs, ats, kinds, categories, lines, stations, claimed, sketches, follows)!
-- What the next complaint of the same passenger will be judged by.
insert into cases as known (case_id, number, passenger_ref, at, kind, category, line, station, claimed, sketch, follows)
select * from unnest(:case_ids::uuid[], :numbers::text[], :refs::text[], :ats::timestamptz[], :kinds::text[],
                     :categories::text[], :lines::text[], :stations::text[], :claimed::boolean[],
                     :sketches::bytea[], :follows::uuid[])
on conflict (case_id) do update set sketch = excluded.sketch, follows = excluded.follows where known.sketch is null;

-- name: stored_decisions(case_ids)
-- What was said of these cases.
select case_id, decision, earlier_case from decisions where case_id = any(:case_ids::uuid[]);

-- name: open_cases(case_ids, numbers, refs, ats, kinds, categories, lines, stations, claimed, versions, states, promised, due)!
-- Cases as followup opened them; those not decided here (of a time before this database) are new to us.
insert into cases as known (case_id, number, passenger_ref, at, kind, category, line, station, claimed, version, state,
                            promised_at, response_due, classified_version, promised_version, response_version)
select new.*, version, version, version
from unnest(:case_ids::uuid[], :numbers::text[], :refs::text[], :ats::timestamptz[], :kinds::text[],
            :categories::text[], :lines::text[], :stations::text[], :claimed::boolean[],
            :versions::integer[], :states::text[], :promised::timestamptz[], :due::timestamptz[])
    as new (case_id, number, ref, at, kind, category, line, station, claimed, version, state, promised, due)
on conflict (case_id) do update
    set kind = excluded.kind, category = excluded.category, line = excluded.line, station = excluded.station,
        version = excluded.version, state = excluded.state, promised_at = excluded.promised_at,
        response_due = excluded.response_due, classified_version = excluded.version,
        promised_version = excluded.version, response_version = excluded.version, touched_at = now()
    where known.version < excluded.version;

-- name: move_cases(case_ids, versions, states, replied, final, final_ats, reopened, withdrawn, promised_versions, promised, response_versions, due)!
-- What happened to these cases since; each value is that of the highest version that said it, however late it came.
update cases set
    state = case when new.version > cases.version then new.state else cases.state end,
    version = greatest(cases.version, new.version),
    replied_version = greatest(replied_version, new.replied),
    final_version = greatest(final_version, new.final),
    final_at = case when new.final > final_version then new.final_at else cases.final_at end,
    reopened_version = greatest(reopened_version, new.reopened),
    answered = greatest(replied_version, new.replied) > greatest(reopened_version, new.reopened),
    final_reply = greatest(final_version, new.final) > greatest(reopened_version, new.reopened),
    withdrawn = cases.withdrawn or new.withdrawn,
    promised_at = case when new.promised_version > cases.promised_version then new.promised else promised_at end,
    promised_version = greatest(cases.promised_version, new.promised_version),
    response_due = case when new.response_version > cases.response_version then new.due else response_due end,
    response_version = greatest(cases.response_version, new.response_version),
    touched_at = now()
from unnest(:case_ids::uuid[], :versions::integer[], :states::text[], :replied::integer[], :final::integer[],
            :final_ats::timestamptz[], :reopened::integer[], :withdrawn::boolean[], :promised_versions::integer[],
            :promised::timestamptz[], :response_versions::integer[], :due::timestamptz[])
    as new (case_id, version, state, replied, final, final_at, reopened, withdrawn, promised_version, promised,
            response_version, due)
where cases.case_id = new.case_id;

-- name: ask_again(case_ids, ats)!
-- Passengers who asked to take their cases up again; the same instant counts once.
update cases set again_at = array(select distinct at from unnest(cases.again_at || asked.ats) as at order by at)
from (select case_id, array_agg(at) as ats from unnest(:case_ids::uuid[], :ats::timestamptz[]) as each (case_id, at)
      group by case_id) as asked
where cases.case_id = asked.case_id;

-- name: reclassify_cases(case_ids, versions, kinds, categories, lines, stations, reasons)!
-- What these cases are about now; one that is no repetition or addition follows no other.
update cases set kind = new.kind, category = new.category, line = new.line, station = new.station,
    follows = case when new.reason in ('A1', 'N2') then follows end, classified_version = new.version
from unnest(:case_ids::uuid[], :versions::integer[], :kinds::text[], :categories::text[], :lines::text[],
            :stations::text[], :reasons::text[])
    as new (case_id, version, kind, category, line, station, reason)
where cases.case_id = new.case_id and new.version > cases.classified_version;
