-- name: now()$
-- The instant that decides; later than anything that a lock taken before it has let through.
select clock_timestamp();

-- name: insert_cases(ids, numbers, versions, states, kinds, severities, levels, owners, offered, lines, stations, about_person, about_user, received, due, calendars, documents)
-- Open these cases; returns those that were not open already.
insert into cases (case_id, number, version, state, kind, severity, level, owner, offered_to, line, station,
                   about_person, about_user, received_at, due_at, calendars, document)
select * from unnest(:ids::uuid[], :numbers::text[], :versions::integer[], :states::text[], :kinds::text[],
                     :severities::text[], :levels::text[], :owners::text[], :offered::text[], :lines::text[],
                     :stations::text[], :about_person::boolean[], :about_user::text[], :received::timestamptz[],
                     :due::timestamptz[], :calendars::text[], :documents::json[])
on conflict (case_id) do nothing
returning case_id;

-- name: update_cases(ids, before, versions, states, kinds, severities, levels, owners, offered, lines, stations, about_person, about_user, due, calendars, documents)
-- How these cases stand now; returns those that stood at the version before, which all must. Worked out on other calendars
-- than before, a case is looked at again.
update cases
set version = n.version, state = n.state, kind = n.kind, severity = n.severity, level = n.level, owner = n.owner,
    offered_to = n.offered_to, line = n.line, station = n.station, about_person = n.about_person,
    about_user = n.about_user, due_at = n.due_at, document = n.document, calendars = case when cases.calendars = n.calendars then cases.calendars end
from unnest(:ids::uuid[], :before::integer[], :versions::integer[], :states::text[], :kinds::text[],
            :severities::text[], :levels::text[], :owners::text[], :offered::text[], :lines::text[],
            :stations::text[], :about_person::boolean[], :about_user::text[], :due::timestamptz[], :calendars::text[],
            :documents::json[])
     as n (case_id, before, version, state, kind, severity, level, owner, offered_to, line, station, about_person,
           about_user, due_at, calendars, document)
where cases.case_id = n.case_id and cases.version = n.before
returning cases.case_id;

-- name: insert_words(ids, texts, places, becauses, children)!
-- The passenger's redacted words, and routing's reasons and children that quote them.
insert into case_words (case_id, text, place_unverified, because, children)
select * from unnest(:ids::uuid[], :texts::text[], :places::text[], :becauses::json[], :children::json[]);

-- name: children_found(case_id)$
-- The children that routing found in a proposal.
select children from case_words where case_id = :case_id;

-- name: insert_timeline(ids, versions, ats, types, facts, words)!
-- What happened, one row per version.
insert into timeline (case_id, version, at, type, fact, words)
select * from unnest(:ids::uuid[], :versions::integer[], :ats::timestamptz[], :types::text[], :facts::json[],
                     :words::text[]);

-- name: insert_timers(ids, clocks, generations, whats, dues)!
-- The next instants of new cases.
insert into timers (case_id, clock, generation, what, due_at)
select * from unnest(:ids::uuid[], :clocks::text[], :generations::integer[], :whats::text[], :dues::timestamptz[]);

-- name: replace_timers(cases, ids, clocks, generations, whats, dues)!
-- The next instants of these cases, in the place of all that they had.
with wanted as (
    select * from unnest(:ids::uuid[], :clocks::text[], :generations::integer[], :whats::text[], :dues::timestamptz[])
        as w (case_id, clock, generation, what, due_at)
), gone as (
    delete from timers t
    where t.case_id = any(:cases::uuid[])
      and not exists (select from wanted w where w.case_id = t.case_id and w.clock = t.clock)
)
insert into timers (case_id, clock, generation, what, due_at) select * from wanted
on conflict (case_id, clock) do update
    set generation = excluded.generation, what = excluded.what, due_at = excluded.due_at
    where (timers.generation, timers.what, timers.due_at) is distinct from
          (excluded.generation, excluded.what, excluded.due_at);

-- name: lock_cases(ids)
-- These cases, ours until the transaction ends; in one order everywhere, so that two who lock several never deadlock.
select case_id, document from cases where case_id = any(:ids::uuid[]) order by case_id for update;

-- name: lock_numbers(numbers)
-- These cases, ours until the transaction ends; in the same order as by id.
select case_id, document from cases where number = any(:numbers::text[]) order by case_id for update;

-- name: merged_into(number)$
-- The number of the case that this one was merged into.
select document ->> 'merged_into' from cases where number = :number;

-- name: claim_due(size, only)
-- Cases (of these, if any are named) with a timer that is due, the most overdue first, that nobody else holds just now.
-- The statement's instant, not the clock's: of a value that moves the planner knows nothing, and reads all timers.
select c.case_id, c.document
from timers t join cases c using (case_id)
where t.due_at <= statement_timestamp() and (:only::uuid[] is null or t.case_id = any(:only::uuid[]))
order by t.due_at limit :size
for update of c skip locked;

-- name: put_off(case_id)!
-- Look at the overdue timers of a case that cannot be fired again in a minute.
update timers set due_at = clock_timestamp() + interval '1 minute'
where case_id = :case_id and due_at <= clock_timestamp();

-- name: seconds_to_next_timer()$
-- How long until the next timer is due, negative when one is overdue, null when none runs.
select extract(epoch from (select due_at from timers order by due_at limit 1) - clock_timestamp())::float8;

-- name: open_among(ids)
-- Those of these cases that are here and open.
select case_id from cases where case_id = any(:ids::uuid[]) and state not in ('resolved', 'closed');

-- name: case_by_number(number)^
-- One case with its words, and the present instant.
select c.document, w.text, w.place_unverified, w.because, clock_timestamp() as now
from cases c join case_words w using (case_id) where c.number = :number;

-- name: list_cases(every, persons, whole, lines, stations, offered, user_, absent, states, level, owner, kind, severity, station, due_before, q, at_, id_, size)
-- The newest cases that the asker may see and that fit the filters, after the cursor.
select c.document, w.text, c.due_at
from cases c join case_words w using (case_id)
where (in_sight(c, :every::boolean, :persons::boolean, :whole::boolean, :lines::text[], :stations::text[],
                :offered::text[], :user_::text)
       or (:absent::json is not null and in_sight_for(c, :absent::json, :user_::text)))
  and (:states::text[] is null or c.state = any(:states::text[]))
  and (:level::text is null or c.level = :level::text)
  and (:owner::text is null or c.owner = :owner::text)
  and (:kind::text is null or c.kind = :kind::text)
  and (:severity::text is null or c.severity = :severity::text)
  and (:station::text is null or c.station = :station::text)
  and (:due_before::timestamptz is null or c.due_at < :due_before::timestamptz)
  and (:q::text is null or c.number = upper(:q::text) or strpos(lower(w.text), lower(:q::text)) > 0)
  and (:at_::timestamptz is null or (c.received_at, c.case_id) < (:at_::timestamptz, :id_::uuid))
order by c.received_at desc, c.case_id desc limit :size;

-- name: timeline_of(case_id, after)
-- What happened to a case after a version, oldest first.
select version, at, type, fact, words from timeline
where case_id = :case_id and version > :after order by version;

-- name: words_of(case_id, versions)
-- What was written with these facts of a case.
select version, words from timeline
where case_id = :case_id and version = any(:versions::integer[]) and words is not null;

-- name: insert_early(ids, cases, types, bodies, traces)!
-- A passenger's requests that overtook their case; they wait in the order in which they came.
insert into early_requests (event_id, case_id, type, body, traceparent)
select * from unnest(:ids::uuid[], :cases::uuid[], :types::text[], :bodies::json[], :traces::text[])
on conflict do nothing;

-- name: early_and_ready(size)
-- Cases that are here now and have requests waiting.
select distinct e.case_id from early_requests e join cases c using (case_id) limit :size;

-- name: take_early(ids)
-- The waiting requests of these cases, which are locked; they wait no longer.
delete from early_requests where case_id = any(:ids::uuid[])
returning event_id, seq, case_id, type, body, traceparent;
