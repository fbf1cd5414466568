-- name: take_turns()!
-- One writer at a time: versions are compared and sequence numbers given in the order of commits.
select pg_advisory_xact_lock(hashtext('projection.' || current_schema()));

-- name: may_project()$
-- False while a rebuild runs; a rebuild cannot begin until the caller's transaction has ended.
select pg_try_advisory_xact_lock_shared(hashtext('rebuild.' || current_schema()));

-- name: load_cases(ids)
-- The rows of these cases.
select case_id, number, version, state, kind, reason, category, severity, level, proposed, uncertain, about_staff, channel, language, line, station, received_at, taken_at, occurred_at, passenger_ref, parent, policy_version, trace_id, demo, owner_user, owner_level, outcome, accepted_at, resolved_at, closed_at, transfers, escalations, reopened, refused, valid_call_backs, solved_call_backs, satisfied_call_backs, acknowledge_due_at, first_response_due_at, resolve_due_at, arrival_due_at, marks, about_user, proposals
from cases where case_id = any(:ids::uuid[]);

-- name: save_cases(case_id, number, version, state, kind, reason, category, severity, level, proposed, uncertain, about_staff, channel, language, line, station, received_at, taken_at, occurred_at, passenger_ref, parent, policy_version, trace_id, demo, owner_user, owner_level, outcome, accepted_at, resolved_at, closed_at, transfers, escalations, reopened, refused, valid_call_backs, solved_call_backs, satisfied_call_backs, acknowledge_due_at, first_response_due_at, resolve_due_at, arrival_due_at, marks, about_user, proposals)!
-- Put these rows in their places, whole.
insert into cases (
    case_id, number, version, state, kind, reason, category, severity, level, proposed, uncertain, about_staff,
    channel, language, line, station, received_at, taken_at, occurred_at, passenger_ref, parent, policy_version,
    trace_id, demo, owner_user, owner_level, outcome, accepted_at, resolved_at, closed_at, transfers, escalations,
    reopened, refused, valid_call_backs, solved_call_backs, satisfied_call_backs, acknowledge_due_at,
    first_response_due_at, resolve_due_at, arrival_due_at, marks, about_user, proposals
)
select * from unnest(
    :case_id::uuid[], :number::text[], :version::integer[], :state::text[], :kind::text[], :reason::text[],
    :category::text[], :severity::text[], :level::text[], :proposed::boolean[], :uncertain::boolean[],
    :about_staff::boolean[], :channel::text[], :language::text[], :line::text[], :station::text[],
    :received_at::timestamptz[], :taken_at::timestamptz[], :occurred_at::timestamptz[], :passenger_ref::text[],
    :parent::text[], :policy_version::text[], :trace_id::text[], :demo::boolean[], :owner_user::text[],
    :owner_level::text[], :outcome::text[], :accepted_at::timestamptz[], :resolved_at::timestamptz[],
    :closed_at::timestamptz[], :transfers::integer[], :escalations::integer[], :reopened::integer[],
    :refused::integer[], :valid_call_backs::integer[], :solved_call_backs::integer[],
    :satisfied_call_backs::integer[], :acknowledge_due_at::timestamptz[], :first_response_due_at::timestamptz[],
    :resolve_due_at::timestamptz[], :arrival_due_at::timestamptz[], :marks::bigint[],
    :about_user::text[], :proposals::text[]
)
on conflict (case_id) do update set
    version = excluded.version, state = excluded.state, kind = excluded.kind, reason = excluded.reason,
    category = excluded.category, severity = excluded.severity, level = excluded.level,
    proposed = excluded.proposed, uncertain = excluded.uncertain, about_staff = excluded.about_staff,
    line = excluded.line, station = excluded.station, owner_user = excluded.owner_user,
    owner_level = excluded.owner_level, outcome = excluded.outcome, accepted_at = excluded.accepted_at,
    resolved_at = excluded.resolved_at, closed_at = excluded.closed_at, transfers = excluded.transfers,
    escalations = excluded.escalations, reopened = excluded.reopened, refused = excluded.refused,
    valid_call_backs = excluded.valid_call_backs, solved_call_backs = excluded.solved_call_backs,
    satisfied_call_backs = excluded.satisfied_call_backs, acknowledge_due_at = excluded.acknowledge_due_at,
    first_response_due_at = excluded.first_response_due_at, resolve_due_at = excluded.resolve_due_at,
    arrival_due_at = excluded.arrival_due_at, marks = excluded.marks,
    about_user = excluded.about_user, proposals = excluded.proposals;

-- name: save_clocks(case_id, clock, generation, state, started_at, due_at, stopped_at, breached_at)!
-- How these clocks stand now.
insert into clocks (case_id, clock, generation, state, started_at, due_at, stopped_at, breached_at)
select * from unnest(:case_id::uuid[], :clock::text[], :generation::integer[], :state::text[], :started_at::timestamptz[],
                     :due_at::timestamptz[], :stopped_at::timestamptz[], :breached_at::timestamptz[])
on conflict (case_id, clock, generation) do update set
    state = excluded.state, started_at = excluded.started_at, due_at = excluded.due_at, stopped_at = excluded.stopped_at,
    breached_at = coalesce(excluded.breached_at, clocks.breached_at);

-- name: save_breaches(case_id, clock, generation, at, level)!
-- At which level these clocks were missed.
update clocks c set breached_at = coalesce(c.breached_at, b.at), breached_level = b.level
from unnest(:case_id::uuid[], :clock::text[], :generation::integer[], :at::timestamptz[], :level::text[])
    as b (case_id, clock, generation, at, level)
where c.case_id = b.case_id and c.clock = b.clock and c.generation = b.generation;

-- name: load_held(ids)
-- What waits for an earlier fact of these cases.
select case_id, version, type, trace, body from held where case_id = any(:ids::uuid[]) order by case_id, version;

-- name: hold(case_id, version, type, trace, body)!
-- These overtook an earlier fact of their case.
insert into held (case_id, version, type, trace, body)
select * from unnest(:case_id::uuid[], :version::integer[], :type::text[], :trace::text[], :body::bytea[])
on conflict do nothing;

-- name: release(case_id, version)!
-- These wait no longer.
delete from held h using unnest(:case_id::uuid[], :version::integer[]) as r (case_id, version)
where h.case_id = r.case_id and h.version = r.version;
