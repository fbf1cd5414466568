-- What a decision rested on besides the complaint, so that it can be replayed; and what old decisions are removed by.

-- Facts of history and of places, by name; no words. Null where a decision was made before they were kept.
alter table decisions add column known jsonb;

create index decisions_by_age on decisions (decided_at);

-- When something last happened to the case; it is forgotten by that, not by its beginning.
alter table cases add column touched_at timestamptz not null default now();

create index cases_by_age on cases (touched_at);
