-- What cases are decided with, and who may act: every version of packs and calendars, and the staff accounts.

create table packs (
    id text primary key,
    effective_from timestamptz not null,
    pack jsonb not null,
    seq bigint generated always as identity unique
);

create table calendars (
    year integer not null,
    version integer not null,
    calendar jsonb not null,
    seq bigint generated always as identity unique,
    primary key (year, version)
);

create table accounts (
    name text primary key,
    role text not null check (role in ('staff', 'admin')),
    level text check (level in ('L1', 'L2', 'L3', 'L4', 'L5')),
    lines text[] not null default '{}',
    stations text[] not null default '{}',
    password_hash text not null,
    -- Raised when what others know of the account changes; the published event's id follows from it.
    revision integer not null default 1,
    check (role = 'admin' or level is not null)
);
