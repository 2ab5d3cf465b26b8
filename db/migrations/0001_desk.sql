-- The first schema. Four kinds of table, in this order: the log (truth), what
-- is computed from its leaves, projections (an index that `citekeep rebuild`
-- can drop and fill again), and machinery (local, never in any proof).

-- The log ------------------------------------------------------------------

CREATE TABLE entry (
  idx  INTEGER PRIMARY KEY,   -- from 0, without gaps
  leaf TEXT NOT NULL,         -- the public line, canonical JSON
  salt BLOB,                  -- 16 bytes; gone after an erasure
  body TEXT                   -- canonical JSON; gone after an erasure
) STRICT;

CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER entry_follows_the_last BEFORE INSERT ON entry
WHEN NEW.idx <> (SELECT coalesce(max(idx) + 1, 0) FROM entry)
BEGIN SELECT RAISE(ABORT, 'an entry must follow the last one'); END;

-- Computed from the leaves ---------------------------------------------------

CREATE TABLE tree_node (
  level INTEGER NOT NULL,     -- 0 is a leaf hash
  idx   INTEGER NOT NULL,     -- covers leaves idx << level up to (idx + 1) << level
  hash  BLOB NOT NULL,
  PRIMARY KEY (level, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (
  size INTEGER PRIMARY KEY,   -- how many entries it covers
  note TEXT NOT NULL          -- the C2SP signed note, whole
) STRICT;

-- Projections ----------------------------------------------------------------

CREATE TABLE desk (
  id           INTEGER PRIMARY KEY CHECK (id = 1),
  name         TEXT NOT NULL,
  verifier_key TEXT NOT NULL
) STRICT;

CREATE TABLE scale (
  id      INTEGER PRIMARY KEY,
  key     TEXT NOT NULL,
  version INTEGER NOT NULL,
  sheet   TEXT NOT NULL       -- JSON
) STRICT;

CREATE TABLE person (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  gone INTEGER NOT NULL       -- 1 once the person left
) STRICT;

CREATE TABLE article (
  id       INTEGER PRIMARY KEY,
  sheet    TEXT NOT NULL,     -- JSON
  revision INTEGER NOT NULL,
  text     TEXT NOT NULL,     -- SHA-256
  chars    INTEGER NOT NULL,
  added_at INTEGER NOT NULL   -- milliseconds since 1970, UTC
) STRICT;

CREATE TABLE claim (
  id         INTEGER PRIMARY KEY,
  statement  TEXT NOT NULL,
  wording    INTEGER NOT NULL,
  claimant   TEXT,            -- JSON
  appearance TEXT NOT NULL,   -- JSON
  article    INTEGER,
  state      TEXT NOT NULL,
  verdict    INTEGER,         -- the one that stands
  published  INTEGER,         -- the publication that is live
  assignee   INTEGER,
  stale      INTEGER NOT NULL,
  corrected  INTEGER NOT NULL, -- 1 once a correction was published
  reopening  TEXT,            -- JSON: why it was reopened last
  rev        INTEGER NOT NULL, -- the last entry that changed what is judged
  opened_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX claim_by_state ON claim (state, id);
CREATE INDEX claim_by_assignee ON claim (assignee, id);
CREATE INDEX claim_by_article ON claim (article, id);
CREATE INDEX claim_by_stale ON claim (id) WHERE stale = 1;

CREATE TABLE claim_tally (
  state TEXT PRIMARY KEY,
  n     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER claim_tally_new AFTER INSERT ON claim BEGIN
  INSERT INTO claim_tally (state, n) VALUES (NEW.state, 1)
  ON CONFLICT (state) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER claim_tally_change AFTER UPDATE OF state ON claim
WHEN NEW.state <> OLD.state BEGIN
  UPDATE claim_tally SET n = n - 1 WHERE state = OLD.state;
  INSERT INTO claim_tally (state, n) VALUES (NEW.state, 1)
  ON CONFLICT (state) DO UPDATE SET n = n + 1;
END;

CREATE TABLE wording (
  claim     INTEGER NOT NULL,
  version   INTEGER NOT NULL,
  statement TEXT NOT NULL,
  entry     INTEGER NOT NULL,
  PRIMARY KEY (claim, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE source (
  id          INTEGER PRIMARY KEY,
  version     INTEGER NOT NULL,
  sheet       TEXT NOT NULL,  -- JSON
  as_cited_by INTEGER,
  rev         INTEGER NOT NULL
) STRICT;
CREATE INDEX source_by_citing ON source (as_cited_by) WHERE as_cited_by IS NOT NULL;

CREATE TABLE snapshot (
  id       INTEGER PRIMARY KEY,
  source   INTEGER NOT NULL,
  snapshot TEXT NOT NULL,     -- JSON
  raw      TEXT NOT NULL,     -- SHA-256
  taken_at INTEGER NOT NULL,
  taken_by INTEGER,
  entry    INTEGER NOT NULL
) STRICT;
CREATE INDEX snapshot_by_source ON snapshot (source, id);

CREATE TABLE text (
  id       INTEGER PRIMARY KEY,
  snapshot INTEGER NOT NULL,
  hash     TEXT NOT NULL,
  text     TEXT NOT NULL,     -- JSON
  entry    INTEGER NOT NULL
) STRICT;
CREATE INDEX text_by_snapshot ON text (snapshot, id);
CREATE INDEX text_by_hash ON text (hash);

CREATE TABLE citation (
  id         INTEGER PRIMARY KEY,
  claim      INTEGER NOT NULL,
  source     INTEGER NOT NULL,
  snapshot   INTEGER NOT NULL,
  text       INTEGER NOT NULL,
  citation   TEXT NOT NULL,   -- JSON
  removed    INTEGER NOT NULL,
  reanchored TEXT,            -- JSON: the newest re-anchoring
  newer      INTEGER,         -- the snapshot that it was made in
  newer_text INTEGER,         -- and its text
  entry      INTEGER NOT NULL
) STRICT;
CREATE INDEX citation_by_claim ON citation (claim, id);
CREATE INDEX citation_by_source ON citation (source, id);
CREATE INDEX citation_by_snapshot ON citation (snapshot, id);
CREATE INDEX citation_by_text ON citation (text, id);

CREATE TABLE verdict (
  id      INTEGER PRIMARY KEY,
  claim   INTEGER NOT NULL,
  verdict TEXT NOT NULL,      -- JSON
  rating  TEXT NOT NULL,
  person  INTEGER,
  role    TEXT,
  at      INTEGER NOT NULL,
  entry   INTEGER NOT NULL
) STRICT;
CREATE INDEX verdict_by_claim ON verdict (claim, id);

CREATE TABLE verdict_citation (
  verdict  INTEGER NOT NULL,
  citation INTEGER NOT NULL,
  PRIMARY KEY (verdict, citation)
) STRICT, WITHOUT ROWID;

CREATE TABLE opinion (
  verdict INTEGER NOT NULL,
  person  INTEGER NOT NULL,
  opinion TEXT NOT NULL,
  note    TEXT,
  role    TEXT NOT NULL,
  at      INTEGER NOT NULL,
  entry   INTEGER NOT NULL,
  PRIMARY KEY (verdict, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE publication (
  id        INTEGER PRIMARY KEY,
  claim     INTEGER NOT NULL,
  verdict   INTEGER NOT NULL,
  approvals INTEGER NOT NULL,
  asked     INTEGER NOT NULL,
  person    INTEGER,
  at        INTEGER NOT NULL,
  entry     INTEGER NOT NULL,
  retracted INTEGER NOT NULL
) STRICT;
CREATE INDEX publication_by_claim ON publication (claim, id);

CREATE TABLE correction (
  id          INTEGER PRIMARY KEY,
  claim       INTEGER NOT NULL,
  publication INTEGER NOT NULL,
  kind        TEXT NOT NULL,
  note        TEXT NOT NULL,
  person      INTEGER,
  at          INTEGER NOT NULL,
  entry       INTEGER NOT NULL
) STRICT;
CREATE INDEX correction_by_claim ON correction (claim, id);

CREATE TABLE trail (
  entry   INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  person  INTEGER,
  role    TEXT,
  kind    TEXT NOT NULL,
  claim   INTEGER,
  source  INTEGER,
  article INTEGER
) STRICT;
CREATE INDEX trail_by_claim ON trail (claim, entry) WHERE claim IS NOT NULL;
CREATE INDEX trail_by_source ON trail (source, entry) WHERE source IS NOT NULL;

CREATE VIRTUAL TABLE claim_search USING fts5 (
  statement, claimant, tokenize = 'unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE source_search USING fts5 (
  title, publisher, author, tokenize = 'unicode61 remove_diacritics 2'
);
-- Texts are in the blobs; the index keeps words and places only, and asks
-- blob_text() (defined by store/open.rs) when a page wants a snippet.
CREATE VIEW text_words AS SELECT id AS rowid, blob_text(hash) AS words FROM text;
CREATE VIRTUAL TABLE text_search USING fts5 (
  words, content = 'text_words', content_rowid = 'rowid',
  tokenize = 'unicode61 remove_diacritics 2'
);

-- Machinery ------------------------------------------------------------------

CREATE TABLE account (
  person   INTEGER PRIMARY KEY,
  sign_in  TEXT NOT NULL UNIQUE COLLATE NOCASE,
  password TEXT               -- Argon2id, PHC string; none until it is set
) STRICT;

CREATE TABLE session (
  token      BLOB PRIMARY KEY, -- SHA-256 of what the cookie carries
  person     INTEGER NOT NULL,
  csrf       TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_person ON session (person);

CREATE TABLE link (
  token      BLOB PRIMARY KEY, -- SHA-256 of what the address carries
  person     INTEGER,          -- none: sets up the first admin
  single_use INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
