-- Repetitions whose earlier case has not come yet.
create table early_merges (
    case_id uuid primary key,
    into_case_id uuid not null,
    at timestamptz not null default clock_timestamp()
);
create index early_merges_into on early_merges (into_case_id);
