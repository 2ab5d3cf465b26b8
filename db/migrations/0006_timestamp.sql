-- RFC 3161 timestamps of checkpoints.

-- What authorities outside signed about checkpoints. Evidence beside the log:
-- it cannot be made again, so nothing drops it but an older log that is
-- accepted, which forgets the checkpoint too.
CREATE TABLE timestamp (
  checkpoint INTEGER NOT NULL REFERENCES checkpoint (size) ON DELETE CASCADE,
  authority  TEXT NOT NULL,
  asked_at   INTEGER NOT NULL,  -- by the desk's clock
  stamped_at INTEGER NOT NULL,  -- by the authority's: the checkpoint existed before
  nonce      BLOB NOT NULL,     -- 8 bytes, which the answer repeats
  answer     BLOB NOT NULL,     -- TimeStampResp in DER, as it came
  PRIMARY KEY (checkpoint, authority)
) STRICT;
CREATE INDEX timestamp_by_authority ON timestamp (authority, checkpoint);

-- How it stands with each authority.
CREATE TABLE timestamp_turn (
  authority TEXT PRIMARY KEY,
  tries     INTEGER NOT NULL,   -- that failed since one that did not
  tried_at  INTEGER NOT NULL,
  due_at    INTEGER NOT NULL,   -- when it is asked again, if the log has grown
  words     TEXT                -- what stood in the way of the last try
) STRICT, WITHOUT ROWID;
