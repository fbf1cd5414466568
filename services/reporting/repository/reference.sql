-- name: keep(key, kind, version, body)!
-- The latest of this key.
insert into reference (key, kind, version, body) values (:key, :kind, :version, :body::jsonb)
on conflict (key) do update set version = excluded.version, body = excluded.body
where reference.version <= excluded.version;

-- name: calendars()
-- The latest version of every year's calendar.
select distinct on (split_part(key, '@', 1)) body from reference
where kind = 'calendar' order by split_part(key, '@', 1), version desc;

-- name: network()$
-- The lines and stations as they were last published.
select body from reference where kind = 'network';

-- name: forget_repeat_windows()!
-- They are made again.
delete from repeat_windows;

-- name: save_repeat_windows(day, until)!
-- Until when a contact counts as a repeat.
insert into repeat_windows (day, until) select * from unnest(:day::date[], :until::timestamptz[]);
