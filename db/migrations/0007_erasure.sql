-- Holes in the log, and sealed sources.

-- Projections ----------------------------------------------------------------

CREATE TABLE erasure (
  asked     INTEGER PRIMARY KEY, -- the entry that asks for it
  request   TEXT NOT NULL,       -- JSON
  person    INTEGER NOT NULL,    -- who asked
  at        INTEGER NOT NULL,    -- milliseconds since 1970, UTC
  state     TEXT NOT NULL,       -- asked, withdrawn, refused or done
  ended     INTEGER,             -- the entry that ended it
  ended_by  INTEGER,
  ended_at  INTEGER,
  words     TEXT,                -- why it was refused
  kept      TEXT                 -- JSON: what stays because something else is the same
) STRICT;

CREATE TABLE hole (
  entry INTEGER PRIMARY KEY,     -- the entry whose body went
  erased INTEGER NOT NULL,       -- the entry that says so
  at    INTEGER NOT NULL,
  body  TEXT NOT NULL            -- JSON: what is left
) STRICT;
CREATE INDEX hole_by_erasure ON hole (erased);

CREATE TABLE erased_blob (
  hash   TEXT PRIMARY KEY,       -- SHA-256
  erased INTEGER NOT NULL,
  at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE seal (
  source INTEGER NOT NULL,
  person INTEGER NOT NULL,       -- who may see it
  entry  INTEGER NOT NULL,
  PRIMARY KEY (source, person)
) STRICT, WITHOUT ROWID;

-- What the entries say: their bodies, or what an erasure left of them.
CREATE VIEW said AS SELECT entry.idx AS idx, coalesce(entry.body, hole.body) AS body
FROM entry LEFT JOIN hole ON hole.entry = entry.idx;

-- An erased text has no words.
DROP VIEW text_words;
CREATE VIEW text_words AS SELECT id AS rowid,
  CASE WHEN EXISTS (SELECT 1 FROM erased_blob WHERE erased_blob.hash = text.hash)
  THEN '' ELSE blob_text(hash) END AS words FROM text;

-- The log --------------------------------------------------------------------

-- An entry stays as it is, but for one change: salt and body go where an
-- erasure names it. `verify` holds that against the log itself.
DROP TRIGGER entry_is_never_changed;
CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
WHEN NEW.idx IS NOT OLD.idx OR NEW.leaf IS NOT OLD.leaf
  OR NEW.salt IS NOT NULL OR NEW.body IS NOT NULL
  OR NOT EXISTS (SELECT 1 FROM hole WHERE hole.entry = OLD.idx)
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

-- Machinery ------------------------------------------------------------------

-- Erasures whose words may still stand on the disk, in blobs or free pages.
CREATE TABLE sweep (
  erased INTEGER PRIMARY KEY
) STRICT;

-- Whether the log has any hole is asked before every check.
CREATE INDEX entry_hole ON entry (idx) WHERE body IS NULL;
