-- Many complaints about one thing at one place within minutes, as routing tells: proposals to open an incident.

create table incident_proposals (
    event_id uuid primary key,
    line text,
    station text,
    category text not null,
    since timestamptz not null,
    -- When the last of them came.
    last_at timestamptz not null
);
create index incident_proposals_newest on incident_proposals (since desc, event_id desc);

-- By number: a complaint may name others whose cases are still on their way.
create table incident_proposal_cases (
    event_id uuid not null,
    number text not null,
    primary key (event_id, number)
);
