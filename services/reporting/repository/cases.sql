-- name: list_cases(persons, whole, lines, stations, unless_about, received_from, received_to, q, states_, kinds_, reasons_, categorys_, severitys_, levels_, lines_, stations_, channels_, proposals_, marks, without, due, due_from, due_to, breached, breached_level, repeated, cursor_at, cursor_id, size)
-- The cases of a selection that may be seen, newest first, after the cursor.
select c.* from cases c
where in_sight(c, :persons::boolean, :whole::boolean, :lines::text[], :stations::text[], :unless_about::text)
  and c.received_at >= coalesce(:received_from::timestamptz, '-infinity')
  and c.received_at < coalesce(:received_to::timestamptz, 'infinity')
  and (c.received_at, c.case_id)
      < (coalesce(:cursor_at::timestamptz, 'infinity'), coalesce(:cursor_id::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
  and (cardinality(:states_::text[]) = 0 or c.state = any(:states_::text[]))
  and (cardinality(:kinds_::text[]) = 0 or c.kind = any(:kinds_::text[]))
  and (cardinality(:reasons_::text[]) = 0 or c.reason = any(:reasons_::text[]))
  and (cardinality(:categorys_::text[]) = 0 or c.category = any(:categorys_::text[]))
  and (cardinality(:severitys_::text[]) = 0 or c.severity = any(:severitys_::text[]))
  and (cardinality(:levels_::text[]) = 0 or c.level = any(:levels_::text[]))
  and (cardinality(:lines_::text[]) = 0 or c.line = any(:lines_::text[]))
  and (cardinality(:stations_::text[]) = 0 or c.station = any(:stations_::text[]))
  and (cardinality(:channels_::text[]) = 0 or c.channel = any(:channels_::text[]))
  and (cardinality(:proposals_::text[]) = 0 or string_to_array(c.proposals, ',') && :proposals_::text[])
  and (:q::text is null or starts_with(upper(c.number), upper(:q::text)) or c.category = upper(:q::text)
       or position(:q::text in c.station) > 0)
  and c.marks & :marks::bigint = :marks::bigint
  and c.marks & :without::bigint = 0
  and (:due::text is null or (
      coalesce(:due_from::timestamptz, '-infinity') <= case :due::text
          when 'acknowledge' then c.acknowledge_due_at when 'first_response' then c.first_response_due_at
          when 'resolve' then c.resolve_due_at when 'arrival' then c.arrival_due_at end
      and coalesce(:due_to::timestamptz, 'infinity') > case :due::text
          when 'acknowledge' then c.acknowledge_due_at when 'first_response' then c.first_response_due_at
          when 'resolve' then c.resolve_due_at when 'arrival' then c.arrival_due_at end))
  and ((:breached::text is null and :breached_level::text is null) or exists (
      select 1 from clocks k where k.case_id = c.case_id and k.breached_at is not null
          and (:breached::text is null or :breached::text in ('any', k.clock))
          and (:breached_level::text is null or k.breached_level = :breached_level::text)))
  and (:repeated::boolean is null or :repeated::boolean = (c.reopened > 0 or exists (
      select 1 from cases r
      where r.passenger_ref = c.passenger_ref and r.category = c.category and r.case_id <> c.case_id
        and r.received_at > c.resolved_at
        and r.received_at <= coalesce((select w.until from repeat_windows w
                                       where w.day = (c.resolved_at at time zone 'Asia/Shanghai')::date),
                                      c.resolved_at + interval '14 days'))))
order by c.received_at desc, c.case_id desc limit :size;

-- name: find_case(number, persons, whole, lines, stations, unless_about)^
-- One case by its number, if it may be seen.
select c.* from cases c
where c.number = :number
  and in_sight(c, :persons::boolean, :whole::boolean, :lines::text[], :stations::text[], :unless_about::text);

-- name: clocks_of(ids)
-- The clocks of these cases, the latest generation of each.
select distinct on (case_id, clock) case_id, clock, generation, state, started_at, due_at, stopped_at, breached_at
from clocks where case_id = any(:ids::uuid[]) order by case_id, clock, generation desc;

-- name: urgent(size, persons, whole, lines, stations, unless_about)
-- The clocks that run out first or ran out longest ago, with their cases.
select c.number, c.state, c.category, c.severity, c.level, c.line, c.station, c.owner_user,
       k.clock, k.due_at, k.breached_at is not null as missed
from clocks k join cases c on c.case_id = k.case_id
where k.state in ('running', 'breached') and k.stopped_at is null
  and in_sight(c, :persons::boolean, :whole::boolean, :lines::text[], :stations::text[], :unless_about::text)
order by k.due_at, c.case_id limit :size;
