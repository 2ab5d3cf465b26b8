-- What programs need: tokens with a scope, answers that are given once, and
-- hooks that are called.

-- Machinery ------------------------------------------------------------------

-- A token made before had no bounds but its role, which was editor at most.
ALTER TABLE token ADD COLUMN scopes TEXT NOT NULL DEFAULT 'read research review publish';

-- Requests that must not be done twice (Idempotency-Key), for a day.
CREATE TABLE once (
  person  INTEGER NOT NULL,  -- whose key it is
  key     TEXT NOT NULL,
  print   BLOB NOT NULL,     -- SHA-256 of method, address and body
  at      INTEGER NOT NULL,
  answer  TEXT,              -- JSON: status and headers; none: it was cut off
  body    BLOB,
  PRIMARY KEY (person, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX once_by_age ON once (at);
