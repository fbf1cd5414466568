-- By what earlier complaints are known again, and how they stand, each value with the version that said it.

-- Days and minutes of the event as far as said, then the smallest keyed hashes of parts of the words: no words.
-- It takes the place of `fingerprint`, which knew only the very same words.
alter table cases add column sketch bytea;
-- The case that this one repeats or adds to.
alter table cases add column follows uuid;
alter table cases add column withdrawn boolean not null default false;
alter table cases add column replied_version integer not null default 0;
alter table cases add column final_version integer not null default 0;
alter table cases add column final_at timestamptz;
alter table cases add column reopened_version integer not null default 0;
alter table cases add column classified_version integer not null default 0;
alter table cases add column promised_version integer not null default 0;
-- When the first response is due; null while that clock stands still or has ended.
alter table cases add column response_due timestamptz;
alter table cases add column response_version integer not null default 0;
-- When the passenger asked to take the case up again.
alter table cases add column again_at timestamptz[] not null default '{}';

-- What was known before each value had its version.
update cases set final_version = 1, final_at = touched_at where final_reply;
update cases set replied_version = 1 where answered;

create index cases_at_station on cases (station, at desc) where station is not null;
create index cases_on_line on cases (line, at desc) where line is not null;

-- Many complaints about one thing at one place within minutes; `cases` are the numbers with which it was found.
create table mass_events (
    event_id uuid primary key,
    line text,
    station text,
    category text not null,
    since timestamptz not null,
    cases text[] not null
);
create table mass_event_cases (
    case_id uuid primary key references cases on delete cascade,
    event_id uuid not null references mass_events
);
