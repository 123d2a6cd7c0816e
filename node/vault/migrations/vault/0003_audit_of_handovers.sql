-- What was done to a handover before its plan arrived names no case: it is found by the handover, once that has one.
CREATE TABLE audit_transfers (
    transfer_id BLOB NOT NULL,
    position    BIGINT NOT NULL,
    PRIMARY KEY (transfer_id, position)
) WITHOUT ROWID;
CREATE INDEX transfers_by_case ON transfers (case_id);

CREATE TRIGGER audit_transfers_stay BEFORE UPDATE ON audit_transfers BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_transfers_are_kept BEFORE DELETE ON audit_transfers BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
