-- The children that routing found in a proposal, with the words that each rests on: opened when it is confirmed.
alter table case_words add column children json;
