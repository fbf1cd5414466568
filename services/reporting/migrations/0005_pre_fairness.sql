-- Each time a case was proposed as abnormal conduct, and what became of it: `A2:overturned,A4:pending`, oldest first.
alter table cases add column proposals text not null default '';

-- Of cases that are here already only the present reason is known; `psc rebuild reporting` makes them exact.
-- Bits of marks: 16384 proposed, 32768 confirmed, 65536 overturned.
update cases set proposals = reason || ':' || case
    when marks & 65536 <> 0 then 'overturned'
    when marks & 32768 <> 0 then 'confirmed'
    else 'pending' end
where marks & 16384 <> 0 and reason in ('A2', 'A3', 'A4', 'A5', 'A6', 'A9', 'A10', 'A12');
