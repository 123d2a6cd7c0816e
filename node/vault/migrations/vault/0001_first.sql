-- Columns are TEXT, BIGINT and BLOB alone, so that one set of queries serves PostgreSQL too. Ids are their 16 bytes,
-- times are milliseconds since 1970 in UTC. "sealed" says that the column holds ciphertext.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

CREATE TABLE cases (
    case_id        BLOB PRIMARY KEY NOT NULL,
    handle         BLOB NOT NULL UNIQUE,
    epoch          BIGINT NOT NULL,
    hold           TEXT NOT NULL,
    transfer_id    BLOB,
    version        BIGINT NOT NULL,
    last_seq       BIGINT NOT NULL,
    unit           TEXT,
    caseworker     TEXT,
    updated_at     BIGINT NOT NULL,
    cpr_index      BLOB NOT NULL,
    cpr_sealed     BLOB NOT NULL,
    summary_sealed BLOB NOT NULL
);
CREATE INDEX cases_by_cpr ON cases (cpr_index);
CREATE INDEX cases_by_caseworker ON cases (caseworker, case_id);
CREATE INDEX cases_by_unit ON cases (unit, case_id);

CREATE TABLE events (
    case_id     BLOB NOT NULL REFERENCES cases (case_id),
    seq         BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    sealed      BLOB NOT NULL,
    PRIMARY KEY (case_id, seq)
);

CREATE TABLE snapshots (
    case_id BLOB PRIMARY KEY NOT NULL REFERENCES cases (case_id),
    seq     BIGINT NOT NULL,
    sealed  BLOB NOT NULL
);

CREATE TABLE transfers (
    transfer_id  BLOB PRIMARY KEY NOT NULL,
    case_id      BLOB,
    side         TEXT NOT NULL,
    is_open      BIGINT NOT NULL,
    version      BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    state_sealed BLOB NOT NULL
);
CREATE INDEX transfers_by_open ON transfers (is_open);

-- Sealed packages on their way, in rows of 64 KiB, so that neither side holds one whole to move it.
CREATE TABLE package_chunks (
    transfer_id BLOB NOT NULL,
    digest      BLOB NOT NULL,
    starts_at   BIGINT NOT NULL,
    ciphertext  BLOB NOT NULL,
    PRIMARY KEY (transfer_id, digest, starts_at)
);

CREATE TABLE outbox (
    transfer_id  BLOB NOT NULL,
    kind         TEXT NOT NULL,
    next_attempt BIGINT NOT NULL,
    attempts     BIGINT NOT NULL,
    PRIMARY KEY (transfer_id, kind)
);
CREATE INDEX outbox_by_next_attempt ON outbox (next_attempt);

CREATE TABLE inbox (
    sender       TEXT NOT NULL,
    request_id   BLOB NOT NULL,
    received_at  BIGINT NOT NULL,
    reply_sealed BLOB NOT NULL,
    PRIMARY KEY (sender, request_id)
);

CREATE TABLE audit_leaves (
    position    BIGINT PRIMARY KEY NOT NULL,
    leaf_sealed BLOB NOT NULL,
    chain       BLOB NOT NULL
);

CREATE TABLE audit_cases (
    case_id  BLOB NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (case_id, position)
) WITHOUT ROWID;

CREATE TABLE accounts (
    username      TEXT PRIMARY KEY NOT NULL,
    display_name  TEXT NOT NULL,
    roles         TEXT NOT NULL,
    unit          TEXT,
    password_hash TEXT NOT NULL,
    failed_logins BIGINT NOT NULL,
    locked_until  BIGINT
);

CREATE TABLE sessions (
    token_hash BLOB PRIMARY KEY NOT NULL,
    username   TEXT NOT NULL REFERENCES accounts (username),
    started_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- What has happened stays: no code path changes these, and the database refuses one that would.
CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_are_kept BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER audit_leaves_stay BEFORE UPDATE ON audit_leaves BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_leaves_are_kept BEFORE DELETE ON audit_leaves BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_cases_stay BEFORE UPDATE ON audit_cases BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_cases_are_kept BEFORE DELETE ON audit_cases BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
