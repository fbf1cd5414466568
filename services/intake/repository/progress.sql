-- name: lock_progress(case_ids)
-- How these cases stand, to be changed in this transaction.
select * from progress where case_id = any(:case_ids::uuid[]) order by case_id for update;

-- name: take_held(case_ids)
-- The facts that wait for these cases' earlier ones; those that still must wait are held again.
delete from held_facts where case_id = any(:case_ids::uuid[]) returning case_id, version, body;

-- name: hold(case_ids, versions, bodies)!
-- These overtook an earlier fact of their case.
insert into held_facts (case_id, version, body)
select * from unnest(:case_ids::uuid[], :versions::integer[], :bodies::text[])
on conflict do nothing;

-- name: save_progress(case_ids, numbers, versions, states, about, users, owners, levels, waits, promised, replied, resolved, reopened, finals, surveyed, merged, parents)!
-- How these cases stand now.
insert into progress (case_id, number, version, state, about_person, about_user, owner, owner_level, waits_for_passenger,
                      promised_at, replied_at, resolved_at, reopened_at, final_reply, surveyed, merged_into, parent)
select *
from unnest(:case_ids::uuid[], :numbers::text[], :versions::integer[], :states::text[], :about::boolean[],
            :users::text[], :owners::text[], :levels::text[], :waits::boolean[], :promised::timestamptz[], :replied::timestamptz[],
            :resolved::timestamptz[], :reopened::timestamptz[], :finals::boolean[], :surveyed::boolean[],
            :merged::uuid[], :parents::text[])
on conflict (case_id) do update
set version = excluded.version, state = excluded.state, about_person = excluded.about_person,
    about_user = excluded.about_user, owner = excluded.owner, owner_level = excluded.owner_level, waits_for_passenger = excluded.waits_for_passenger,
    promised_at = excluded.promised_at, replied_at = excluded.replied_at, resolved_at = excluded.resolved_at,
    reopened_at = excluded.reopened_at, final_reply = excluded.final_reply, surveyed = excluded.surveyed,
    merged_into = excluded.merged_into;

-- name: add_history(case_ids, versions, ats, facts)!
-- What the passenger's history shows of these facts.
insert into history (case_id, version, at, fact)
select * from unnest(:case_ids::uuid[], :versions::integer[], :ats::timestamptz[], :facts::text[])
on conflict do nothing;

-- name: add_messages(ids, case_ids, ats, codes, texts, dues, mediums)!
-- What staff tell these passengers.
insert into messages (id, case_id, at, code, text, due_at, medium)
select * from unnest(:ids::uuid[], :case_ids::uuid[], :ats::timestamptz[], :codes::text[], :texts::text[],
                     :dues::timestamptz[], :mediums::text[])
on conflict do nothing;

-- name: find_complaint(number)^
-- What a passenger's status needs of a complaint besides its case.
select complaint.case_id, complaint.number, complaint.received_at, complaint.language, complaint.traceparent,
    contact.name
from complaints complaint left join contacts contact on contact.case_id = complaint.case_id
where complaint.number = :number;

-- name: read_progress(case_id)^
-- How a case stands, or the one at the end of its merges; `union` ends the walk should merges ever lie in a circle.
with recursive walk as (
    select case_id, merged_into from progress where case_id = :case_id
    union
    select p.case_id, p.merged_into from progress p join walk w on p.case_id = w.merged_into
)
select p.* from walk w join progress p using (case_id)
where w.merged_into is null or not exists (select from progress n where n.case_id = w.merged_into);

-- name: read_children(number)
-- How the children of a case stand, in their order.
select * from progress where parent = :number order by length(number), number;

-- name: read_history(case_id)
-- The facts that its passenger is shown.
select at, fact from history where case_id = :case_id order by version;

-- name: read_messages(case_id)
-- What staff told its passenger.
select at, code, text, due_at, medium from messages where case_id = :case_id order by at, id;
