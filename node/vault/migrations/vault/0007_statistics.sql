-- What this node has bound itself to bring to an epoch's statistics: its own citizens' places in the tables, sealed under
-- the node's key. One row an epoch; the registry holds the salted hash of it.
CREATE TABLE statistics (
    epoch         TEXT PRIMARY KEY NOT NULL,
    version       BIGINT NOT NULL,
    frozen_at     BIGINT NOT NULL,
    frozen_sealed BLOB NOT NULL
);
