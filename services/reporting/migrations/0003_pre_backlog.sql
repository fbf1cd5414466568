-- Open cases are few beside the closed ones of years: bit 2 is Mark.OPEN.
create index cases_open on cases (received_at) where marks & 2 <> 0;
