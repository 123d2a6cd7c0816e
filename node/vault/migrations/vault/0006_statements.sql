-- What reports have said in a case of others and of who acts, one row for each case, sealed under the case's own key. It is
-- written over when somebody has decided, or when its time is out: no event keeps it.
CREATE TABLE received_statements (
    case_id           BLOB PRIMARY KEY NOT NULL REFERENCES cases (case_id),
    is_waiting        BIGINT NOT NULL,
    version           BIGINT NOT NULL,
    updated_at        BIGINT NOT NULL,
    statements_sealed BLOB NOT NULL
);
CREATE INDEX received_statements_by_waiting ON received_statements (is_waiting);
