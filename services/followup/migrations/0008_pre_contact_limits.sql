-- Limits to contact that are in force, to be found by when they must be looked at again. Written with their case.
create table contact_limits (
    case_id uuid primary key,
    medium text not null,
    since timestamptz not null,
    review_at timestamptz not null,
    appeal_until timestamptz not null
);
create index contact_limits_review on contact_limits (review_at, case_id);
