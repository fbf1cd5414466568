-- name: insert_early(later, earlier)!
-- Repetitions of cases that have not come yet.
insert into early_merges (case_id, into_case_id) select * from unnest(:later::uuid[], :earlier::uuid[])
on conflict do nothing;

-- name: take_ready(size)
-- Those whose earlier case is here; they wait no longer.
delete from early_merges where case_id in (
    select m.case_id from early_merges m join cases c on c.case_id = m.into_case_id
    order by m.case_id limit :size for update of m skip locked
) returning case_id, into_case_id;
