-- What intake keeps. A passenger's words and contacts lie in tables of their own, apart from everything else.

create sequence complaint_number;

create table api_keys (
    id uuid primary key default gen_random_uuid(),
    kind text not null check (kind in ('terminal', 'integration', 'demo')),
    hash text not null unique,
    label text not null,
    station text,
    created_at timestamptz not null default now(),
    revoked_at timestamptz
);

create table idempotency_keys (
    sender text not null,
    key text not null,
    digest bytea not null,
    case_id uuid not null,
    at timestamptz not null default now(),
    primary key (sender, key)
);
create index idempotency_keys_at on idempotency_keys using brin (at);

-- No foreign keys among these: all are written by one statement, and the check would cost the hot door.
create table complaints (
    case_id uuid primary key,
    number text not null unique,
    received_at timestamptz not null,
    -- The body as posted without text and passenger, as text, because jsonb would alter it.
    posted text not null,
    taken_at timestamptz,
    occurred_at timestamptz,
    line text,
    station text,
    -- What could not be verified of a report of danger, by field, as text.
    unverified text,
    danger boolean not null,
    language text not null,
    passenger_ref text,
    -- Where it came from when not through our own body: the call, the city hotline's order.
    source text,
    city_order text,
    demo boolean not null,
    traceparent text
);
create index complaints_received_at on complaints (received_at);

create table words (
    id uuid primary key,
    case_id uuid not null,
    text text not null
);

create table contacts (
    case_id uuid primary key,
    name text,
    phone text
);

create table disclosures (
    id bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    case_id uuid not null,
    what text not null check (what in ('original', 'contact')),
    actor text not null,
    purpose text
);
create index disclosures_case on disclosures (case_id);

-- How a case stands, as the passenger is told: a projection of case-events-v1.
create table progress (
    case_id uuid primary key,
    number text not null,
    version integer not null,
    state text not null,
    about_person boolean not null,
    owner text,
    owner_level text,
    waits_for_passenger boolean not null,
    promised_at timestamptz,
    replied_at timestamptz,
    resolved_at timestamptz,
    reopened_at timestamptz,
    final_reply boolean not null,
    surveyed boolean not null
);

-- Facts that overtook an earlier one of their case.
create table held_facts (
    case_id uuid not null,
    version integer not null,
    body text not null,
    primary key (case_id, version)
);

create table history (
    case_id uuid not null,
    version integer not null,
    at timestamptz not null,
    fact text not null,
    primary key (case_id, version)
);

-- What staff tell the passenger; shown only once the case is known.
create table messages (
    id uuid primary key,
    case_id uuid not null,
    at timestamptz not null,
    code text not null,
    text text,
    due_at timestamptz
);
create index messages_case on messages (case_id);

create table networks (
    version integer primary key,
    digest text not null,
    published_at timestamptz not null default now()
);

-- Complaints whose case has not been opened in time.
create table unopened (
    case_id uuid primary key,
    received_at timestamptz not null,
    next_at timestamptz not null,
    sent integer not null default 0
);
create index unopened_next_at on unopened (next_at);
-- Everything received before this instant has a case or is in `unopened`.
create table watch (
    one boolean primary key default true check (one),
    seen_until timestamptz not null
);
insert into watch (seen_until) values ('-infinity');
