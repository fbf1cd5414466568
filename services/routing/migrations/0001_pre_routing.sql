-- What routing decided, what it remembers of earlier cases to judge the next, and the policy packs it owns.

create table packs (
    name text not null,
    version integer not null check (version > 0),
    pack jsonb not null,
    -- SHA-256 of the pack's JSON: the same version must never say two things.
    digest text not null,
    effective_from timestamptz not null,
    published_by text not null,
    published_at timestamptz not null,
    primary key (name, version)
);

-- What was said, as it was said, without the passenger's words: offsets stand for quotations.
create table decisions (
    case_id uuid primary key,
    number text not null,
    decision jsonb not null,
    earlier_case uuid,
    policy_version text not null,
    decided_at timestamptz not null default now()
);

-- How each case stands, as far as the next complaint of the same passenger depends on it.
create table cases (
    case_id uuid primary key,
    number text not null,
    passenger_ref text,
    at timestamptz not null,
    kind text not null,
    category text not null,
    line text,
    station text,
    claimed boolean not null,
    -- A digest of the words, equal for the same words; null where none were seen here.
    fingerprint bigint,
    -- 0 until followup has opened the case.
    version integer not null default 0,
    state text not null default 'received',
    answered boolean not null default false,
    final_reply boolean not null default false,
    -- When the resolve clock is due; null while it stands still or has ended.
    promised_at timestamptz
) with (fillfactor = 85);
create index cases_by_passenger on cases (passenger_ref, at desc) where passenger_ref is not null;
create index cases_by_number on cases (number);
