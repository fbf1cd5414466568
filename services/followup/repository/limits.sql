-- name: put_limits(ids, mediums, since, reviews, appeals)!
-- These cases' limits to contact, in the place of earlier ones.
insert into contact_limits (case_id, medium, since, review_at, appeal_until)
select * from unnest(:ids::uuid[], :mediums::text[], :since::timestamptz[], :reviews::timestamptz[],
                     :appeals::timestamptz[])
on conflict (case_id) do update
    set medium = excluded.medium, since = excluded.since, review_at = excluded.review_at,
        appeal_until = excluded.appeal_until;

-- name: drop_limits(ids)!
-- These cases have none any more.
delete from contact_limits where case_id = any(:ids::uuid[]);

-- name: list_limits(every, persons, whole, lines, stations, offered, user_, absent, before, at_, id_, size)
-- Limits of cases in sight that must be looked at again before an instant, the most urgent first, after the cursor.
select l.case_id, c.number, c.state, c.level, l.medium, l.since, l.review_at, l.appeal_until
from contact_limits l join cases c using (case_id)
where (in_sight(c, :every::boolean, :persons::boolean, :whole::boolean, :lines::text[], :stations::text[],
                :offered::text[], :user_::text)
       or (:absent::json is not null and in_sight_for(c, :absent::json, :user_::text)))
  and (:before::timestamptz is null or l.review_at < :before::timestamptz)
  and (:at_::timestamptz is null or (l.review_at, l.case_id) > (:at_::timestamptz, :id_::uuid))
order by l.review_at, l.case_id limit :size;
