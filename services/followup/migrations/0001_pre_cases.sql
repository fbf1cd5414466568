-- Cases as one document each, with the columns that lists filter by beside it; words in tables of their own.
-- No foreign keys: rows of a case are only written under the lock on its row, and checking each costs more than it.

create table cases (
    case_id uuid primary key,
    number text not null unique,
    version integer not null,
    state text not null,
    kind text not null,
    severity text not null,
    level text not null,
    owner text,
    line text,
    station text,
    -- A complaint about one of ours is kept from staff below L3, and from that person.
    about_person boolean not null,
    about_user text,
    received_at timestamptz not null,
    -- The earliest due instant of a clock that still runs.
    due_at timestamptz,
    -- json, not jsonb: it is read and written whole, and taking it apart costs as much as all the rest of the insert.
    document json not null
    -- A document of a few kilobytes stays in its row, uncompressed.
) with (fillfactor = 80, toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05);
create index cases_newest on cases (received_at desc, case_id desc);
create index cases_owner on cases (owner, received_at desc, case_id desc) where owner is not null;
create index cases_due on cases (due_at) where due_at is not null;

create table case_words (
    case_id uuid primary key,
    text text not null,
    place_unverified text,
    -- Routing's explanation with its evidence, which quotes words.
    because json not null
);

create table timeline (
    case_id uuid not null,
    version integer not null,
    at timestamptz not null,
    type text not null,
    -- The fact as it was published: no free text.
    fact json not null,
    -- What staff or the passenger wrote; never leaves this schema but for a reply.
    words text,
    primary key (case_id, version)
);

-- The next instant of each clock that runs. Rewritten with its case, under the lock on the case's row.
create table timers (
    case_id uuid not null,
    clock text not null,
    generation integer not null,
    what text not null,
    due_at timestamptz not null,
    primary key (case_id, clock)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
create index timers_due on timers (due_at);

-- What a passenger asked for before the case was here.
create table early_requests (
    event_id uuid primary key,
    seq bigint generated always as identity unique,
    case_id uuid not null,
    type text not null,
    body json not null,
    traceparent text,
    at timestamptz not null default clock_timestamp()
);
create index early_requests_case on early_requests (case_id, seq);
