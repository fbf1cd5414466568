-- The lines and stations of the metro as intake published them last; one row.

create table network (
    one boolean primary key default true check (one),
    version integer not null,
    network jsonb not null
);
