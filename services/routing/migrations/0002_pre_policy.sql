-- What a decision rested on besides the complaint, so that it can be replayed; and what old decisions are removed by.

-- Facts of history and of places, by name; no words. Null where a decision was made before they were kept.
alter table decisions add column known jsonb;

create index decisions_by_age on decisions (decided_at);

-- When something last happened to the case; it is forgotten by that, not by its beginning.
alter table cases add column touched_at timestamptz not null default now();

-- A pack's text as it was said: jsonb sorts keys, and of equal weights the category that stands first counts.
alter table packs alter column pack type json using pack::json;

create index cases_by_age on cases (touched_at);
