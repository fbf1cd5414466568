-- name: hold_places(keys, patience)!
-- One at a time looks for mass events at a place; keys come in ascending order, and after those of passengers.
with patience as materialized (select set_config('lock_timeout', :patience, true))
select pg_advisory_xact_lock(key) from patience, unnest(:keys::bigint[]) as key;

-- name: be_patient()!
-- Wait as long as ever again.
select set_config('lock_timeout', '0', true);

-- name: recent(stations, lines, since, until, most)
-- The latest complaints at each of these stations and on each of these lines, and the mass events that they belong to.
select case_id, number, passenger_ref, at, category, line, station, sketch, event_id from (
    select near.* from unnest(:stations::text[]) as place (name) cross join lateral (
        select * from cases where station = place.name and at between :since and :until order by at desc limit :most
    ) as near
    union
    select near.* from unnest(:lines::text[]) as place (name) cross join lateral (
        select * from cases where line = place.name and at between :since and :until order by at desc limit :most
    ) as near
) as found left join mass_event_cases using (case_id)
where kind <> 'non_complaint' and (follows is null or kind <> 'abnormal')
order by at, case_id;

-- name: events(ids)
-- These mass events as they were found.
select event_id, line, station, category, since, cases from mass_events where event_id = any(:ids::uuid[]);

-- name: add_events(ids, lines, stations, categories, since, cases)!
-- New mass events; `cases` are JSON lists of numbers.
insert into mass_events (event_id, line, station, category, since, cases)
select id, line, station, category, since, array(select json_array_elements_text(cases))
from unnest(:ids::uuid[], :lines::text[], :stations::text[], :categories::text[], :since::timestamptz[],
            :cases::json[]) as new (id, line, station, category, since, cases)
on conflict do nothing;

-- name: join_events(case_ids, event_ids)!
-- Cases that belong to them.
insert into mass_event_cases (case_id, event_id) select * from unnest(:case_ids::uuid[], :event_ids::uuid[])
on conflict do nothing;

-- name: events_of(case_ids)
-- What was said of these cases.
select case_id, event_id, line, station, category, since, cases
from mass_event_cases join mass_events using (event_id) where case_id = any(:case_ids::uuid[]);
