-- name: original(number)^
-- A complaint whole: as posted, with its words and contacts.
select complaint.case_id, complaint.number, complaint.received_at, complaint.posted, complaint.line, complaint.station,
    complaint.unverified, complaint.source, spoken.text, contact.name, contact.phone
from complaints complaint
join words spoken on spoken.id = complaint.case_id
left join contacts contact on contact.case_id = complaint.case_id
where complaint.number = :number;

-- name: record_disclosure(case_id, what, actor, purpose)!
-- Who read what of a passenger, and what for.
insert into disclosures (case_id, what, actor, purpose) values (:case_id, :what, :actor, :purpose);
