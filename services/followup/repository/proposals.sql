-- name: put_proposals(ids, lines, stations, categories, since, last)!
-- What is proposed, or goes on; the ids ascend, so that two who tell of the same do not wait in a circle.
insert into incident_proposals as known (event_id, line, station, category, since, last_at)
select * from unnest(:ids::uuid[], :lines::text[], :stations::text[], :categories::text[], :since::timestamptz[],
                     :last::timestamptz[])
on conflict (event_id) do update
    set since = least(known.since, excluded.since), last_at = greatest(known.last_at, excluded.last_at);

-- name: put_cases(ids, numbers)!
-- The complaints that it is made of; each counts once.
insert into incident_proposal_cases (event_id, number)
select distinct * from unnest(:ids::uuid[], :numbers::text[]) as new (event_id, number) order by 1, 2
on conflict do nothing;

-- name: list_proposals(sees_all, everywhere, lines, stations, user_, at_, id_, most, size)
-- The newest proposals of the asker's lines and stations, after the cursor; a case about the asker is left out.
select p.event_id, p.line, p.station, p.category, p.since, p.last_at, n.count, n.numbers
from incident_proposals p cross join lateral (
    select count(*) as count, coalesce((array_agg(number order by number))[1 : :most], '{}') as numbers
    from incident_proposal_cases left join cases c using (number)
    where incident_proposal_cases.event_id = p.event_id
      and (:sees_all::boolean or c.about_user is distinct from :user_::text)
) n
where (:sees_all::boolean or :everywhere::boolean or p.line = any(:lines::text[]) or p.station = any(:stations::text[]))
  and (:at_::timestamptz is null or (p.since, p.event_id) < (:at_::timestamptz, :id_::uuid))
order by p.since desc, p.event_id desc limit :size;
