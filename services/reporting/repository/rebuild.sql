-- name: keep_others_out()!
-- From now until the connection ends no batch is projected; waits for the one that is.
select pg_advisory_lock(hashtext('rebuild.' || current_schema()));

-- name: set_up_aside#
-- Empty tables of the same names, seen by this connection only and before the real ones.
create temporary table cases (like cases including all);
create temporary table clocks (like clocks including all);
create temporary table stream (like stream including all);
create temporary table held (like held including all);

-- name: uncover#
-- The real tables have their names back.
alter table pg_temp.cases rename to rebuilt_cases;
alter table pg_temp.clocks rename to rebuilt_clocks;
alter table pg_temp.stream rename to rebuilt_stream;
alter table pg_temp.held rename to rebuilt_held;

-- name: number_stream#
-- A fact that the stream had keeps its number: who listens has seen it. Others come after all that were given.
create temporary table numbered_stream as
select coalesce(facts.known, nextval(pg_get_serial_sequence('stream', 'sequence'))) as sequence, facts.case_id,
       facts.version, facts.number, facts.fact, facts.at, facts.person, facts.line, facts.station, facts.data
from (select rebuilt.*, former.sequence as known
      from rebuilt_stream rebuilt left join stream former using (case_id, version)
      order by rebuilt.sequence) facts;

-- name: put_in_place#
-- What was built aside takes the place of what was there; readers see the one or the other, and wait for nobody.
delete from cases;
delete from clocks;
delete from stream;
delete from held;
insert into cases select * from rebuilt_cases;
insert into clocks select * from rebuilt_clocks;
insert into stream (sequence, case_id, version, number, fact, at, person, line, station, data)
select sequence, case_id, version, number, fact, at, person, line, station, data from numbered_stream;
insert into held select * from rebuilt_held;

-- name: count_aside()^
-- How much was built.
select (select count(*) from cases) as cases, (select count(*) from stream) as facts, (select count(*) from held) as held;
