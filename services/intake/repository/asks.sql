-- name: database_now()$
-- The instant at which the passenger asks.
select date_trunc('milliseconds', clock_timestamp());

-- name: key_of(sender, key)^
-- What is kept under a key.
select digest, at from idempotency_keys where sender = :sender and key = :key;

-- name: keep_key(sender, key, digest, case_id, at)!
-- The key is used up by what is asked in this transaction.
insert into idempotency_keys (sender, key, digest, case_id, at) values (:sender, :key, :digest, :case_id, :at);

-- name: keep_words(id, case_id, text)!
-- The passenger's own words, apart from everything else.
insert into words (id, case_id, text) values (:id, :case_id, :text);

-- name: mark_surveyed(case_id)!
-- A verdict is given once; the fact that says so comes later.
update progress set surveyed = true where case_id = :case_id;
