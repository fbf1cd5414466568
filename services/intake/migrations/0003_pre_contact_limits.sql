-- By which medium a passenger whose contact is limited still reaches us.
alter table messages add column medium text;
