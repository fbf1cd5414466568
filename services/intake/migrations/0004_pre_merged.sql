-- The case that goes on for a merged one: its passenger sees how that stands, and asks of it.
alter table progress add column merged_into uuid;
