-- What is known of where a case's citizen has moved, one row for each case, sealed under the case's own key. A citizen
-- without a case has no row.
CREATE TABLE relocations (
    case_id      BLOB PRIMARY KEY NOT NULL REFERENCES cases (case_id),
    is_waiting   BIGINT NOT NULL,
    version      BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    moves_sealed BLOB NOT NULL
);
CREATE INDEX relocations_by_waiting ON relocations (is_waiting);

-- What this municipality has asked others for: sealed under the node's key, since the citizen has no case here yet.
CREATE TABLE plan_requests (
    request_id     BLOB PRIMARY KEY NOT NULL,
    version        BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    request_sealed BLOB NOT NULL
);
