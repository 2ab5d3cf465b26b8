-- Cosignatures of checkpoints, and how it stands with those who are asked.

-- Machinery, in no proof of the log: who cosigned which checkpoint of ours. A
-- line is a C2SP tlog-cosignature and proves itself.
CREATE TABLE cosignature (
  size INTEGER NOT NULL REFERENCES checkpoint (size) ON DELETE CASCADE,
  vkey TEXT NOT NULL,     -- the witness's verifier key as it was configured
  time INTEGER NOT NULL,  -- seconds since 1970, as the witness says
  line TEXT NOT NULL,     -- the signature line with its newline
  PRIMARY KEY (size, vkey)
) STRICT, WITHOUT ROWID;
CREATE INDEX cosignature_by_witness ON cosignature (vkey, size);

-- How it stands with a witness. A row may be lost: it is asked again.
CREATE TABLE witness (
  vkey       TEXT PRIMARY KEY,
  size       INTEGER NOT NULL,  -- how many entries it has cosigned, as it said last
  due_at     INTEGER NOT NULL,  -- milliseconds since 1970, UTC: not asked before
  failures   INTEGER NOT NULL,  -- how often in a row it did not cosign
  tried_at   INTEGER,
  words      TEXT,              -- why it did not cosign last; none: it did
  is_serious INTEGER NOT NULL   -- 1: it says that this log has two histories
) STRICT, WITHOUT ROWID;
