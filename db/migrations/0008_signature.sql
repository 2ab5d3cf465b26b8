-- Keys of the desk, and people's own signatures.

-- Projections ----------------------------------------------------------------

-- The keys that sign the log, each from its entry on.
CREATE TABLE desk_key (
  entry        INTEGER PRIMARY KEY,
  verifier_key TEXT NOT NULL UNIQUE,  -- C2SP
  came         TEXT NOT NULL,         -- opened, rotated or replaced
  statement    TEXT,                  -- the signed note that names it; none: the first key
  reason       TEXT,                  -- why it replaced one that was lost
  at           INTEGER NOT NULL
) STRICT;

INSERT INTO desk_key (entry, verifier_key, came, at)
SELECT trail.entry, desk.verifier_key, 'opened', trail.at
FROM desk JOIN trail ON trail.kind = 'desk_opened';

-- Whether reviewers sign with passkeys.
CREATE TABLE signing_rule (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  rule  TEXT NOT NULL,                -- off, offered or required
  entry INTEGER NOT NULL
) STRICT;

-- People's passkeys.
CREATE TABLE passkey (
  entry      INTEGER PRIMARY KEY,     -- the entry that registered it
  person     INTEGER NOT NULL,
  credential TEXT NOT NULL UNIQUE,
  passkey    TEXT NOT NULL,           -- JSON
  at         INTEGER NOT NULL,
  retired_at INTEGER                  -- none: it signs
) STRICT;
CREATE INDEX passkey_by_person ON passkey (person, entry);

-- Which entries carry a signature, and by which passkey.
CREATE TABLE signature (
  entry      INTEGER PRIMARY KEY,
  credential TEXT NOT NULL
) STRICT;

-- Machinery ------------------------------------------------------------------

-- Statements that somebody was shown and has not signed yet, and passkeys
-- that are about to be registered.
CREATE TABLE prepared (
  id         TEXT PRIMARY KEY,        -- drawn at random
  person     INTEGER NOT NULL,
  intent     TEXT NOT NULL,           -- JSON: what is to be done
  verdict    INTEGER,                 -- the number kept for a verdict
  after      INTEGER NOT NULL,        -- how many entries the log had
  statement  TEXT NOT NULL,           -- what is signed, to the byte
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX prepared_by_person ON prepared (person, expires_at);
CREATE INDEX prepared_by_verdict ON prepared (verdict) WHERE verdict IS NOT NULL;
