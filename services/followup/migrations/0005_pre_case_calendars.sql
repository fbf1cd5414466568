-- The versions of the calendars by which a case's clocks were worked out, as WorkingTime writes them; null: unknown, as
-- after a change by a process that had other calendars in mind than the one before.
alter table cases add column calendars text collate "C";
create index cases_calendars on cases (calendars) where state <> 'closed';
