-- What every service needs to send and receive exactly once.

create table outbox (
    id bigint generated always as identity primary key,
    shard smallint not null,
    topic text not null,
    key text not null,
    event_id uuid not null,
    type text not null,
    at timestamptz not null default clock_timestamp(),
    traceparent text,
    again boolean not null default false,
    -- An oversized event fails here, before its transaction commits, not in the relay.
    payload bytea not null check (octet_length(payload) <= 1000000)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

create table inbox (
    event_id uuid primary key,
    at timestamptz not null default now()
);
create index inbox_at on inbox using brin (at);

create table dead_letters (
    id uuid primary key,
    seq bigint generated always as identity unique,
    topic text not null,
    partition integer not null,
    "offset" bigint not null,
    key bytea,
    headers jsonb not null,
    body bytea,
    reason text not null,
    detail text not null,
    digest text not null,
    parked_at timestamptz not null default clock_timestamp(),
    status text not null default 'parked' check (status in ('parked', 'redrive', 'redriven')),
    tries integer not null default 1
);
create index dead_letters_parked_at on dead_letters (parked_at);
create index dead_letters_redrive on dead_letters (seq) where status = 'redrive';
