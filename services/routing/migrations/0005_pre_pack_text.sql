-- The file from which a version was published, with its comments: the next is written from it. Null where it came as
-- JSON, or before this was kept.
alter table packs add column text text;
