-- Whom a case is about, where that is known: it is kept from them.
alter table progress add column about_user text;
