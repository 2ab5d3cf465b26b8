-- What programs need: tokens with a scope, answers that are given once, and
-- hooks that are called.

-- Machinery ------------------------------------------------------------------

-- A token made before had no bounds but its role, which was editor at most.
ALTER TABLE token ADD COLUMN scopes TEXT NOT NULL DEFAULT 'read research review publish';

-- Requests that must not be done twice (Idempotency-Key), for a day.
CREATE TABLE once (
  person  INTEGER NOT NULL,  -- whose key it is
  key     TEXT NOT NULL,
  print   BLOB NOT NULL,     -- SHA-256 of method, address, headers that count, and body
  at      INTEGER NOT NULL,
  answer  TEXT,              -- JSON: status and headers; none: it was cut off
  body    BLOB,
  PRIMARY KEY (person, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX once_by_age ON once (at);

-- Addresses that are told what happens (Standard Webhooks).
CREATE TABLE hook (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  name       TEXT NOT NULL,
  url        TEXT NOT NULL,
  about      TEXT NOT NULL,     -- everything, public or chosen
  kinds      TEXT NOT NULL,     -- the chosen kinds of event, with spaces between
  secret     BLOB NOT NULL,     -- kept as it is: a signature needs it
  old_secret BLOB,              -- signs beside the other until old_until
  old_until  INTEGER,
  told       INTEGER NOT NULL,  -- the place of the next entry to look at
  paused     TEXT,              -- why it is told nothing; none: it is told
  made_at    INTEGER NOT NULL,
  rev        INTEGER NOT NULL   -- counts what people changed of it
) STRICT;

-- Messages to them: what waits, and what became of the newest.
CREATE TABLE delivery (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  hook     INTEGER NOT NULL REFERENCES hook (id) ON DELETE CASCADE,
  message  TEXT NOT NULL,       -- webhook-id, the same in every try
  entry    INTEGER,             -- none: a test
  kind     TEXT NOT NULL,
  body     TEXT NOT NULL,       -- JSON, as it is sent
  state    TEXT NOT NULL,       -- waiting, delivered or failed
  by_hand  INTEGER NOT NULL,    -- 1: somebody asked for it; it is tried once
  tries    INTEGER NOT NULL,
  due_at   INTEGER NOT NULL,
  made_at  INTEGER NOT NULL,
  tried_at INTEGER,
  status   INTEGER,             -- what was answered last
  words    TEXT                 -- what stood in the way
) STRICT;
CREATE INDEX delivery_by_hook ON delivery (hook, id);
CREATE INDEX delivery_waiting ON delivery (hook, by_hand DESC, id) WHERE state = 'waiting';

-- Finds the newest entry about somebody of the desk.
CREATE INDEX trail_of_people ON trail (entry)
  WHERE kind IN ('person_joined', 'role_changed', 'person_left');

-- Lists of articles in one language.
CREATE INDEX article_by_language ON article (sheet ->> 'language' COLLATE NOCASE, id);

-- What changed in public -------------------------------------------------------

-- A projection: the newest entry that changed what is public of a claim, for
-- those who ask what is new.
CREATE TABLE public_change (
  claim INTEGER PRIMARY KEY,
  entry INTEGER NOT NULL,
  at    INTEGER NOT NULL      -- milliseconds since 1970, UTC
) STRICT;
CREATE INDEX public_change_by_entry ON public_change (entry);
CREATE INDEX public_change_by_time ON public_change (at, entry);

-- Words that changed, and the judgement that this does not matter, count where
-- the newest publication stood at the time.
INSERT INTO public_change (claim, entry, at)
SELECT trail.claim, max(trail.entry), trail.at FROM trail
JOIN entry ON entry.idx = trail.entry
WHERE trail.kind IN ('verdict_published', 'publication_corrected')
   OR ((trail.kind = 'change_dismissed'
        OR (trail.kind = 'claim_reopened'
            AND entry.body ->> '$.event.reopening.because' = 'stale'))
       AND EXISTS (SELECT 1 FROM publication AS p
         WHERE p.id = (SELECT max(id) FROM publication AS older
                       WHERE older.claim = trail.claim AND older.entry < trail.entry)
           AND NOT EXISTS (SELECT 1 FROM correction AS r
             WHERE r.publication = p.id AND r.kind = 'retraction' AND r.entry < trail.entry)))
GROUP BY trail.claim;

-- Claims of the same wording, for the look at what consumers may refuse.
CREATE INDEX claim_by_statement ON claim (statement) WHERE published IS NOT NULL;

-- Others' checks ----------------------------------------------------------------

-- A projection: what other publishers found about a claim.
CREATE TABLE other_check (
  id          INTEGER PRIMARY KEY,
  claim       INTEGER NOT NULL,
  other_check TEXT NOT NULL,  -- JSON
  url         TEXT NOT NULL,  -- the page of the review
  person      INTEGER,
  role        TEXT,
  at          INTEGER NOT NULL,
  entry       INTEGER NOT NULL,
  removed_at  INTEGER         -- none: it is shown
) STRICT;
CREATE INDEX other_check_by_claim ON other_check (claim, id);
