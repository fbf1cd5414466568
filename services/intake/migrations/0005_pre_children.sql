-- The number of the case that a child was taken out of: its number and code show the child too.
alter table progress add column parent text;
create index progress_parent on progress (parent) where parent is not null;
