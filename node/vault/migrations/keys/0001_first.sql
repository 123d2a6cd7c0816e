-- Every key here is sealed: under the key-encryption key (data_keys, node_keys) or under the node's own key
-- (transfer_keys, escrow). check_value is HMAC-SHA-256 of a constant under the key itself.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

CREATE TABLE data_keys (
    case_id     BLOB PRIMARY KEY NOT NULL,
    key_id      BLOB NOT NULL UNIQUE,
    wrapped     BLOB NOT NULL,
    check_value BLOB NOT NULL,
    created_at  BIGINT NOT NULL
);

CREATE TABLE node_keys (
    name        TEXT PRIMARY KEY NOT NULL,
    key_id      BLOB NOT NULL UNIQUE,
    wrapped     BLOB NOT NULL,
    check_value BLOB NOT NULL
);

CREATE TABLE transfer_keys (
    transfer_id    BLOB PRIMARY KEY NOT NULL,
    public         BLOB NOT NULL,
    private_sealed BLOB NOT NULL,
    created_at     BIGINT NOT NULL
);

CREATE TABLE escrow (
    transfer_id BLOB NOT NULL,
    digest      BLOB NOT NULL,
    key_sealed  BLOB NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (transfer_id, digest)
);
