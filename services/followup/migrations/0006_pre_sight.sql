-- To whom a case is offered beside a level: `user:…`, `station:…` or `unit:…`.
alter table cases add column offered_to text;
update cases set offered_to = coalesce(
    'user:' || (document -> 'offer' ->> 'user'),
    'station:' || (document -> 'offer' ->> 'station'),
    'unit:' || (document -> 'offer' ->> 'unit')
) where document -> 'offer' is not null;

-- Whether a member of staff may see a case, as policy.sight says. Simple enough for the planner to put it in place of
-- its calls.
create function in_sight(
    c cases, every boolean, persons boolean, whole boolean, lines text[], stations text[], offered text[], user_ text
) returns boolean
language sql immutable
return every or (
    (not c.about_person or (persons and c.about_user is distinct from user_))
    and (whole or c.line = any(lines) or c.station = any(stations) or c.owner = user_ or c.offered_to = any(offered))
);
