-- Whom a case is about, where that is known: it is kept from them.
alter table cases add column about_user text;

-- Whether a member of staff may see a case; `unless_about` is who asks, null for those who see all.
create function in_sight(
    c cases, persons boolean, whole boolean, lines text[], stations text[], unless_about text
) returns boolean
language sql immutable
return in_sight(c, persons, whole, lines, stations)
    and (unless_about is null or c.about_user is null or c.about_user <> unless_about);
