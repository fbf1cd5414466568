-- Conditions that lists and figures share. Simple enough for the planner to put them in place of their calls.

-- Whether a member of staff may see a case: about a person only from L3 up, else by line and station.
create function in_sight(c cases, persons boolean, whole boolean, lines text[], stations text[]) returns boolean
language sql immutable
return (persons or not (c.about_staff or c.category = 'STAFF'))
    and (whole or c.line = any(lines) or c.station = any(stations));

-- Whether a case has one of these lines, stations, levels and kinds; an empty choice takes all.
create function narrowed(c cases, lines text[], stations text[], levels text[], kinds text[]) returns boolean
language sql immutable
return (cardinality(lines) = 0 or c.line = any(lines))
    and (cardinality(stations) = 0 or c.station = any(stations))
    and (cardinality(levels) = 0 or c.level = any(levels))
    and (cardinality(kinds) = 0 or c.kind = any(kinds));
