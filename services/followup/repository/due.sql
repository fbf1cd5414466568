-- name: due_by(every, persons, whole, lines, stations, offered, user_, absent, until, size)
-- Cases in sight with a timer up to an instant, the earliest first.
select c.document
from cases c join (select case_id, min(due_at) as due_at from timers where due_at <= :until group by 1) t using (case_id)
where in_sight(c, :every::boolean, :persons::boolean, :whole::boolean, :lines::text[], :stations::text[],
               :offered::text[], :user_::text)
   or (:absent::json is not null and in_sight_for(c, :absent::json, :user_::text))
order by t.due_at limit :size;
