-- Sources that are fetched, looked at again, and change.

-- Projections ----------------------------------------------------------------

ALTER TABLE snapshot ADD COLUMN response  TEXT;    -- JSON: how the server answered
ALTER TABLE snapshot ADD COLUMN unread    TEXT;    -- why no text could be derived
ALTER TABLE snapshot ADD COLUMN confirmed INTEGER; -- when it was last seen to say the same
ALTER TABLE snapshot ADD COLUMN archived  TEXT;    -- JSON: the newest copy kept elsewhere
ALTER TABLE text ADD COLUMN locators TEXT;         -- JSON: page labels or time codes

CREATE INDEX snapshot_by_raw ON snapshot (raw);
CREATE INDEX source_by_url ON source (sheet ->> 'url');

CREATE TABLE schedule (
  source  INTEGER PRIMARY KEY,
  days    INTEGER NOT NULL,
  person  INTEGER,            -- who set it
  entry   INTEGER NOT NULL
) STRICT;

CREATE TABLE dismissal (
  entry     INTEGER PRIMARY KEY,
  claim     INTEGER NOT NULL,
  dismissal TEXT NOT NULL,    -- JSON
  person    INTEGER,
  at        INTEGER NOT NULL
) STRICT;
CREATE INDEX dismissal_by_claim ON dismissal (claim, entry);

-- Machinery ------------------------------------------------------------------

-- Captures that wait, run or ended: what is to be fetched, for whom, and what
-- became of it. Nothing here is evidence; what is kept of it is in the log.
CREATE TABLE capture (
  id       INTEGER PRIMARY KEY,
  task     TEXT NOT NULL,     -- fetch, recheck, archive
  source   INTEGER,           -- none: a source sheet is proposed from it first
  snapshot INTEGER,           -- the one it made, or is about
  url      TEXT,
  person   INTEGER,           -- who asked; none: the schedule or the operator
  state    TEXT NOT NULL,     -- waiting, running, read, done, same, failed, cancelled
  tries    INTEGER NOT NULL,
  due_at   INTEGER NOT NULL,  -- milliseconds since 1970, UTC
  made_at  INTEGER NOT NULL,
  ended_at INTEGER,
  bytes    INTEGER NOT NULL,  -- progress: how many have come
  words    TEXT,              -- what happened last, for people
  found    TEXT               -- JSON: what was read, until it has a source
) STRICT;
CREATE INDEX capture_due ON capture (due_at) WHERE state = 'waiting';
CREATE INDEX capture_by_state ON capture (state);
CREATE INDEX capture_by_source ON capture (source, id);
