-- The code systems that the node has loaded, one row for each: public knowledge, so nothing in it is sealed.
CREATE TABLE code_systems (
    url       TEXT PRIMARY KEY NOT NULL,
    loaded_at BIGINT NOT NULL,
    loaded_by TEXT NOT NULL,
    content   BLOB NOT NULL
);
