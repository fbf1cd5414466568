-- name: absent(user_)
-- Whom someone stands in for just now, with the level and scope that their account gives them, else those of when
-- they named their delegate.
select d.delegator, coalesce(a.level, d.level) as level,
       coalesce(a.lines, d.lines) as lines, coalesce(a.stations, d.stations) as stations
from delegations d left join accounts a on a.name = d.delegator
where d.delegate = :user_ and d.since <= statement_timestamp() and statement_timestamp() < d.until
  and d.ended_at is null and (a.role is null or a.role = 'staff')
order by d.since, d.id;

-- name: lock_delegator(user_)!
-- Whoever names a delegate does so one at a time.
select pg_advisory_xact_lock(hashtextextended('delegation/' || :user_, 0));

-- name: overlapping(user_, since, until)$
-- Whether someone has named a delegate for part of this time already.
select exists (
    select from delegations where delegator = :user_ and ended_at is null and since < :until and until > :since
);

-- name: insert_delegation(id, delegator, delegate, level, lines, stations, since, until)!
-- A delegate is named.
insert into delegations (id, delegator, delegate, level, lines, stations, since, until)
values (:id, :delegator, :delegate, :level, :lines, :stations, :since, :until);

-- name: end_delegation(id, user_, everyone)^
-- It ends now, if it is the asker's own (or everyone's are) and has not ended; returns it as it is.
update delegations set ended_at = least(coalesce(ended_at, statement_timestamp()), until)
where id = :id and (:everyone::boolean or delegator = :user_)
returning id, delegator, delegate, level, since, until, ended_at, false as active;

-- name: list_delegations(user_, everyone, at_, id_, size)
-- The newest first, those that concern the asker (or everyone's), after the cursor.
select id, delegator, delegate, level, since, until, ended_at,
       ended_at is null and since <= statement_timestamp() and statement_timestamp() < until as active
from delegations
where (:everyone::boolean or delegator = :user_ or delegate = :user_)
  and (:at_::timestamptz is null or (since, id) < (:at_::timestamptz, :id_::uuid))
order by since desc, id desc limit :size;
