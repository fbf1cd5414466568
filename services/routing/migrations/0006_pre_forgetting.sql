-- Mass events are forgotten with the last of their cases.
create index mass_event_cases_by_event on mass_event_cases (event_id);
create index mass_events_by_age on mass_events (since);
