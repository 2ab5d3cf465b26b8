-- How people get in. All of it is machinery: nothing of it is in the log.

-- Sessions say where and how they began. Those of before say nothing of it and
-- end: their people sign in once more.
DELETE FROM session;
ALTER TABLE session ADD COLUMN name TEXT NOT NULL DEFAULT '';        -- names it to its person; stays when the secret is renewed
ALTER TABLE session ADD COLUMN means TEXT NOT NULL DEFAULT '';       -- how its person came in
ALTER TABLE session ADD COLUMN started_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;   -- to the minute
ALTER TABLE session ADD COLUMN proven_at INTEGER NOT NULL DEFAULT 0; -- when its person last showed who they are
ALTER TABLE session ADD COLUMN address TEXT NOT NULL DEFAULT '';     -- where it was last seen
ALTER TABLE session ADD COLUMN browser TEXT NOT NULL DEFAULT '';     -- what it called itself at the start
ALTER TABLE session ADD COLUMN renew INTEGER NOT NULL DEFAULT 0;     -- 1: its secret changes at the next page

-- Somebody who gave the right password, or came by a link, and has yet to show
-- a second factor.
CREATE TABLE sign_in_step (
  token      BLOB PRIMARY KEY,  -- SHA-256 of what the form carries
  person     INTEGER NOT NULL,
  means      TEXT NOT NULL,     -- how the first step was taken
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The secret of an app that shows codes (RFC 6238).
CREATE TABLE totp (
  person       INTEGER PRIMARY KEY,
  secret       BLOB NOT NULL,
  confirmed_at INTEGER,            -- none: it was shown, and no code came back yet
  step         INTEGER NOT NULL    -- of the last code that was taken; none is taken twice
) STRICT;

-- Codes for the day on which everything else is lost.
CREATE TABLE recovery_code (
  hash    BLOB PRIMARY KEY,        -- SHA-256; a code has 120 random bits
  person  INTEGER NOT NULL,
  used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX recovery_code_by_person ON recovery_code (person);

-- Which of the passkeys that the log knows let their person in.
CREATE TABLE sign_in_passkey (
  credential TEXT PRIMARY KEY,
  person     INTEGER NOT NULL,
  since      INTEGER NOT NULL,
  used_at    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_passkey_by_person ON sign_in_passkey (person);

-- Browsers from which somebody signed in before: tries from them are counted
-- apart, so that nobody else's tries hold their person up.
CREATE TABLE known_browser (
  token      BLOB PRIMARY KEY,     -- SHA-256 of what its cookie carries
  person     INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX known_browser_by_person ON known_browser (person, expires_at);

-- What happened with people's ways in, for them and for admins.
CREATE TABLE security_event (
  id      INTEGER PRIMARY KEY,
  person  INTEGER NOT NULL,        -- whose way in
  at      INTEGER NOT NULL,
  kind    TEXT NOT NULL,
  by      INTEGER,                 -- who did it; none: whoever runs the desk's machine
  session TEXT NOT NULL,           -- the session in which it was done; empty: in none of the person
  address TEXT NOT NULL,
  browser TEXT NOT NULL,
  told    INTEGER NOT NULL         -- 1 once the person said that they know
) STRICT;
CREATE INDEX security_event_by_person ON security_event (person, id);
CREATE INDEX security_event_untold ON security_event (person) WHERE told = 0;
