-- The editors' room: revisions of articles, plans, remarks, what a desk says
-- of itself, and search over verdicts.

-- Projections ----------------------------------------------------------------

CREATE TABLE desk_sheet (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  sheet TEXT NOT NULL,        -- JSON
  entry INTEGER NOT NULL
) STRICT;

CREATE TABLE desk_rules (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  approvals INTEGER NOT NULL,
  scale     TEXT NOT NULL,
  entry     INTEGER NOT NULL
) STRICT;

CREATE TABLE revision (
  article INTEGER NOT NULL,
  number  INTEGER NOT NULL,
  text    TEXT NOT NULL,      -- SHA-256
  chars   INTEGER NOT NULL,
  person  INTEGER,
  at      INTEGER NOT NULL,
  entry   INTEGER NOT NULL,
  PRIMARY KEY (article, number)
) STRICT, WITHOUT ROWID;

INSERT INTO revision (article, number, text, chars, person, at, entry)
SELECT article.id, article.revision, article.text, article.chars, trail.person, trail.at, trail.entry
FROM article JOIN trail ON trail.article = article.id AND trail.kind = 'article_added';

CREATE TABLE aside (
  entry   INTEGER PRIMARY KEY,
  article INTEGER NOT NULL,
  aside   TEXT NOT NULL,      -- JSON, as it was set aside
  start   INTEGER NOT NULL,   -- where it stands in the newest revision
  stop    INTEGER NOT NULL,
  person  INTEGER,
  at      INTEGER NOT NULL,
  live    INTEGER NOT NULL    -- 0 once taken up again, or its words changed
) STRICT;
CREATE INDEX aside_by_article ON aside (article, start) WHERE live = 1;

ALTER TABLE claim ADD COLUMN placed    TEXT;    -- JSON: its passage in a newer revision
ALTER TABLE claim ADD COLUMN drifted   INTEGER NOT NULL DEFAULT 0; -- 1: the draft says something else now
ALTER TABLE claim ADD COLUMN priority  INTEGER NOT NULL DEFAULT 2; -- the rank: 0 is urgent
ALTER TABLE claim ADD COLUMN due_at    INTEGER; -- milliseconds since 1970, UTC
ALTER TABLE claim ADD COLUMN questions INTEGER NOT NULL DEFAULT 0; -- how many are open
ALTER TABLE claim ADD COLUMN cited     INTEGER NOT NULL DEFAULT 0; -- how many citations are in use
ALTER TABLE claim ADD COLUMN dissents  INTEGER NOT NULL DEFAULT 0; -- from the last verdict
ALTER TABLE claim ADD COLUMN decider   INTEGER; -- who gave the verdict that stands
-- What queues choose and order by. Computed, so that it cannot differ from
-- what it is computed of.
ALTER TABLE claim ADD COLUMN live    INTEGER AS (state NOT IN ('published', 'withdrawn')) VIRTUAL;
ALTER TABLE claim ADD COLUMN blocked INTEGER AS (state NOT IN ('published', 'withdrawn')
  AND (stale = 1 OR questions > 0 OR dissents > 0 OR drifted = 1)) VIRTUAL;
ALTER TABLE claim ADD COLUMN rank    INTEGER AS (4 * (1 - stale) + priority) VIRTUAL; -- stale ones first
ALTER TABLE claim ADD COLUMN wanted  INTEGER AS (coalesce(due_at, 9223372036854775807)) VIRTUAL;

UPDATE claim SET
  cited = (SELECT count(*) FROM citation WHERE citation.claim = claim.id AND removed = 0),
  dissents = (SELECT count(*) FROM opinion WHERE opinion = 'dissent' AND verdict =
    (SELECT max(id) FROM verdict WHERE verdict.claim = claim.id)),
  decider = (SELECT person FROM verdict WHERE verdict.id = claim.verdict);

CREATE INDEX claim_live ON claim (live);
CREATE INDEX claim_queue ON claim (live, rank, wanted, id);
CREATE INDEX claim_queue_by_assignee ON claim (assignee, live, rank, wanted, id);
CREATE INDEX claim_queue_by_state ON claim (state, rank, wanted, id);
CREATE INDEX claim_queue_of_all ON claim (rank, wanted, id);
CREATE INDEX claim_waiting ON claim (rank, wanted, id, decider, verdict) WHERE state = 'decided';
CREATE INDEX claim_blocked ON claim (rank, wanted, id) WHERE blocked = 1;
CREATE INDEX claim_due ON claim (due_at) WHERE live = 1 AND due_at IS NOT NULL;

CREATE TABLE remark (
  id      INTEGER PRIMARY KEY,
  claim   INTEGER NOT NULL,
  remark  TEXT NOT NULL,      -- JSON
  person  INTEGER,
  role    TEXT,
  at      INTEGER NOT NULL,
  entry   INTEGER NOT NULL,
  settled_by INTEGER,         -- who settled the question
  settled_at INTEGER          -- and when; none: it is open, or no question
) STRICT;
CREATE INDEX remark_by_claim ON remark (claim, id);

CREATE INDEX trail_by_article ON trail (article, entry) WHERE article IS NOT NULL;
CREATE INDEX trail_by_person ON trail (person, entry) WHERE person IS NOT NULL;
CREATE INDEX publication_live ON publication (id) WHERE retracted = 0;

-- Made anew with its own index of short beginnings, for results while one types.
DROP TABLE claim_search;
CREATE VIRTUAL TABLE claim_search USING fts5 (
  statement, claimant, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO claim_search (rowid, statement, claimant)
SELECT id, statement, coalesce(claimant ->> 'name', '') FROM claim;

CREATE VIRTUAL TABLE verdict_search USING fts5 (
  rationale, rating, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO verdict_search (rowid, rationale, rating)
SELECT id, verdict ->> 'rationale', verdict ->> '$.rating.label' FROM verdict;

-- Machinery ------------------------------------------------------------------

CREATE TABLE token (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  hash       BLOB NOT NULL UNIQUE, -- SHA-256 of what the program sends
  name       TEXT NOT NULL,
  person     INTEGER NOT NULL,     -- who made it, and whom it stands for
  role       TEXT NOT NULL,        -- the most that it may do
  made_at    INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at    INTEGER,              -- to the minute
  revoked_at INTEGER
) STRICT;

CREATE TABLE filter (
  person INTEGER NOT NULL,
  name   TEXT NOT NULL COLLATE NOCASE,
  query  TEXT NOT NULL,       -- of the queue's address
  PRIMARY KEY (person, name)
) STRICT, WITHOUT ROWID;
