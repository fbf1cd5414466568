-- name: as_of()$
-- The instant that the figures of this transaction are of, to the millisecond as queries say it.
select date_trunc('milliseconds', now());

-- name: groups(start, end_, day, three_days, week, month, persons, whole, lines, stations, unless_about, only_lines, only_stations, only_levels, only_kinds)
-- Cases received in the window, by the figures they belong to. Ages: under a day, three days, a week, thirty days, older.
select c.marks, c.reason, count(*) as cases,
       sum(c.transfers) as transfers, sum(c.escalations) as escalations, sum(c.refused) as refused,
       sum(c.valid_call_backs) as valid_call_backs, sum(c.solved_call_backs) as solved_call_backs,
       sum(c.satisfied_call_backs) as satisfied_call_backs,
       array[count(*) filter (where c.received_at >= :day::timestamptz),
             count(*) filter (where c.received_at < :day::timestamptz and c.received_at >= :three_days::timestamptz),
             count(*) filter (where c.received_at < :three_days::timestamptz and c.received_at >= :week::timestamptz),
             count(*) filter (where c.received_at < :week::timestamptz and c.received_at >= :month::timestamptz),
             count(*) filter (where c.received_at < :month::timestamptz)] as ages
from cases c
where c.received_at >= :start::timestamptz and c.received_at < :end_::timestamptz
  and in_sight(c, :persons::boolean, :whole::boolean, :lines::text[], :stations::text[], :unless_about::text)
  and narrowed(c, :only_lines::text[], :only_stations::text[], :only_levels::text[], :only_kinds::text[])
group by c.marks, c.reason;

-- name: times_to_resolve(start, end_, resolved, persons, whole, lines, stations, unless_about, only_lines, only_stations, only_levels, only_kinds)^
-- Seconds from the taking of the complaint to its resolution: median, P90 and mean.
select percentile_cont(0.5) within group (order by s.seconds) as p50,
       percentile_cont(0.9) within group (order by s.seconds) as p90,
       avg(s.seconds) as mean
from (
    select extract(epoch from c.resolved_at - coalesce(c.taken_at, c.received_at))::float8 as seconds
    from cases c
    where c.received_at >= :start::timestamptz and c.received_at < :end_::timestamptz and c.marks & :resolved::bigint <> 0
      and in_sight(c, :persons::boolean, :whole::boolean, :lines::text[], :stations::text[], :unless_about::text)
      and narrowed(c, :only_lines::text[], :only_stations::text[], :only_levels::text[], :only_kinds::text[])
) s;

-- name: repeats(start, end_, once_resolved, persons, whole, lines, stations, unless_about, only_lines, only_stations, only_levels, only_kinds)$
-- How many cases that were resolved came again: reopened, or the passenger with the same category within ten working days.
select count(*) from cases c
where c.received_at >= :start::timestamptz and c.received_at < :end_::timestamptz and c.marks & :once_resolved::bigint <> 0
  and in_sight(c, :persons::boolean, :whole::boolean, :lines::text[], :stations::text[], :unless_about::text)
  and narrowed(c, :only_lines::text[], :only_stations::text[], :only_levels::text[], :only_kinds::text[])
  and (c.reopened > 0 or exists (
      select 1 from cases r
      where r.passenger_ref = c.passenger_ref and r.category = c.category and r.case_id <> c.case_id
        and r.received_at > c.resolved_at
        and r.received_at <= coalesce((select w.until from repeat_windows w
                                       where w.day = (c.resolved_at at time zone 'Asia/Shanghai')::date),
                                      c.resolved_at + interval '14 days')));

-- name: rates(start, end_, merged, acknowledge_decided, acknowledge_on_time, first_response_decided, first_response_on_time, resolve_decided, resolve_on_time, arrival_decided, arrival_on_time, persons, whole, lines, stations, unless_about, only_lines, only_stations, only_levels, only_kinds)^
-- First generations due in the window: how many were met or missed, and how many met in time.
select
       count(*) filter (where c.acknowledge_due_at >= :start::timestamptz and c.acknowledge_due_at < :end_::timestamptz
           and c.marks & :acknowledge_decided::bigint <> 0) as acknowledge_decided,
       count(*) filter (where c.acknowledge_due_at >= :start::timestamptz and c.acknowledge_due_at < :end_::timestamptz
           and c.marks & :acknowledge_on_time::bigint <> 0) as acknowledge_on_time,
       count(*) filter (where c.first_response_due_at >= :start::timestamptz and c.first_response_due_at < :end_::timestamptz
           and c.marks & :first_response_decided::bigint <> 0) as first_response_decided,
       count(*) filter (where c.first_response_due_at >= :start::timestamptz and c.first_response_due_at < :end_::timestamptz
           and c.marks & :first_response_on_time::bigint <> 0) as first_response_on_time,
       count(*) filter (where c.resolve_due_at >= :start::timestamptz and c.resolve_due_at < :end_::timestamptz
           and c.marks & :resolve_decided::bigint <> 0) as resolve_decided,
       count(*) filter (where c.resolve_due_at >= :start::timestamptz and c.resolve_due_at < :end_::timestamptz
           and c.marks & :resolve_on_time::bigint <> 0) as resolve_on_time,
       count(*) filter (where c.arrival_due_at >= :start::timestamptz and c.arrival_due_at < :end_::timestamptz
           and c.marks & :arrival_decided::bigint <> 0) as arrival_decided,
       count(*) filter (where c.arrival_due_at >= :start::timestamptz and c.arrival_due_at < :end_::timestamptz
           and c.marks & :arrival_on_time::bigint <> 0) as arrival_on_time
from cases c
where ((c.acknowledge_due_at >= :start::timestamptz and c.acknowledge_due_at < :end_::timestamptz)
       or (c.first_response_due_at >= :start::timestamptz and c.first_response_due_at < :end_::timestamptz)
       or (c.resolve_due_at >= :start::timestamptz and c.resolve_due_at < :end_::timestamptz)
       or (c.arrival_due_at >= :start::timestamptz and c.arrival_due_at < :end_::timestamptz))
  and c.marks & :merged::bigint = 0
  and in_sight(c, :persons::boolean, :whole::boolean, :lines::text[], :stations::text[], :unless_about::text)
  and narrowed(c, :only_lines::text[], :only_stations::text[], :only_levels::text[], :only_kinds::text[]);

-- name: breaches(start, end_, breached, persons, whole, lines, stations, unless_about, only_lines, only_stations, only_levels, only_kinds)
-- Missed clocks of cases received in the window, by clock, level at the breach, and station.
select k.clock, k.breached_level as level, c.station, count(*) as breaches
from cases c join clocks k on k.case_id = c.case_id and k.breached_at is not null
where c.received_at >= :start::timestamptz and c.received_at < :end_::timestamptz and c.marks & :breached::bigint <> 0
  and in_sight(c, :persons::boolean, :whole::boolean, :lines::text[], :stations::text[], :unless_about::text)
  and narrowed(c, :only_lines::text[], :only_stations::text[], :only_levels::text[], :only_kinds::text[])
group by k.clock, k.breached_level, c.station;

-- name: backlog(day, three_days, week, month, persons, whole, lines, stations, unless_about)^
-- Every open case by age, whenever it was received. Bit 2 is Mark.OPEN, written out for the partial index.
select array[count(*) filter (where c.received_at >= :day::timestamptz),
             count(*) filter (where c.received_at < :day::timestamptz and c.received_at >= :three_days::timestamptz),
             count(*) filter (where c.received_at < :three_days::timestamptz and c.received_at >= :week::timestamptz),
             count(*) filter (where c.received_at < :week::timestamptz and c.received_at >= :month::timestamptz),
             count(*) filter (where c.received_at < :month::timestamptz)] as ages
from cases c
where c.marks & 2 <> 0
  and in_sight(c, :persons::boolean, :whole::boolean, :lines::text[], :stations::text[], :unless_about::text);

-- name: series(unit, start, end_, persons, whole, lines, stations, unless_about)
-- How many cases were received and closed, by local hour or day.
select s.at, sum(s.received)::bigint as received, sum(s.closed)::bigint as closed
from (
    select date_trunc(:unit::text, c.received_at, 'Asia/Shanghai') as at, 1 as received, 0 as closed
    from cases c
    where c.received_at >= :start::timestamptz and c.received_at < :end_::timestamptz
      and in_sight(c, :persons::boolean, :whole::boolean, :lines::text[], :stations::text[], :unless_about::text)
    union all
    select date_trunc(:unit::text, c.closed_at, 'Asia/Shanghai'), 0, 1
    from cases c
    where c.closed_at >= :start::timestamptz and c.closed_at < :end_::timestamptz
      and in_sight(c, :persons::boolean, :whole::boolean, :lines::text[], :stations::text[], :unless_about::text)
) s
group by s.at order by s.at;

-- name: proposals(start, end_, complaint, persons, whole, lines, stations, unless_about, only_lines, only_stations, only_channels)
-- Cases received in the window by what was proposed of them, channel and station.
select c.proposals, c.channel, c.station, c.marks & :complaint::bigint <> 0 as complaint, count(*) as cases
from cases c
where c.received_at >= :start::timestamptz and c.received_at < :end_::timestamptz
  and in_sight(c, :persons::boolean, :whole::boolean, :lines::text[], :stations::text[], :unless_about::text)
  and narrowed(c, :only_lines::text[], :only_stations::text[], '{}', '{}')
  and (cardinality(:only_channels::text[]) = 0 or c.channel = any(:only_channels::text[]))
group by c.proposals, c.channel, c.station, complaint;
