-- Who decides in whose place while they are away. Rows are kept: they tell with whose power a decision was taken.
create table delegations (
    id uuid primary key,
    delegator text not null,
    delegate text not null check (delegate <> delegator),
    -- What the delegator had when they named the delegate; what their account says now goes before it.
    level text not null check (level in ('L1', 'L2', 'L3', 'L4', 'L5')),
    lines text[] not null,
    stations text[] not null,
    since timestamptz not null,
    until timestamptz not null check (until > since),
    ended_at timestamptz
);
create index delegations_delegate on delegations (delegate, until);
create index delegations_delegator on delegations (delegator, until);

-- Whether someone sees a case in the place of one of those absent; never one about either of them (policy.sight).
create function in_sight_for(c cases, absent json, user_ text) returns boolean
language sql stable
return exists (
    select from json_to_recordset(absent) as a (
        every boolean, persons boolean, whole boolean, lines text[], stations text[], offered text[], user_ text
    )
    where (c.about_user is null or c.about_user not in (a.user_, in_sight_for.user_))
      and in_sight(c, a.every, a.persons, a.whole, a.lines, a.stations, a.offered, a.user_)
);
