-- Every number that a case's citizen has or had leads to the case, so that an old number finds what the new one does. As
-- before, what is kept is the number's keyed index, never the number.
CREATE TABLE case_numbers (
    cpr_index BLOB NOT NULL,
    case_id   BLOB NOT NULL REFERENCES cases (case_id),
    PRIMARY KEY (cpr_index, case_id)
) WITHOUT ROWID;
CREATE INDEX case_numbers_by_case ON case_numbers (case_id);
INSERT INTO case_numbers (cpr_index, case_id) SELECT cpr_index, case_id FROM cases;
DROP INDEX cases_by_cpr;
ALTER TABLE cases DROP COLUMN cpr_index;

-- Leaves from before audit_transfers may name a handover. Only the vault can open them: it fills the index at its next
-- opening, and removes this.
INSERT INTO meta (name, value) SELECT 'handovers_to_index', 'yes' WHERE EXISTS (SELECT 1 FROM audit_leaves);
