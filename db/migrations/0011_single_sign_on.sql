-- Whom providers of single sign-on know as whom. All of it is machinery:
-- nothing of it is in the log.

-- An account at a provider that lets somebody in. The issuer and what it never
-- gives to anybody else name the account; an address of mail does not.
CREATE TABLE provider_account (
  id      INTEGER PRIMARY KEY,
  issuer  TEXT NOT NULL,
  claim   TEXT NOT NULL,      -- what the subject was called there: sub, or oid
  subject TEXT NOT NULL,
  person  INTEGER NOT NULL,
  called  TEXT NOT NULL,      -- how the provider called it when it was linked, for people
  since   INTEGER NOT NULL,
  used_at INTEGER,
  UNIQUE (issuer, claim, subject)
) STRICT;
CREATE INDEX provider_account_by_person ON provider_account (person, id);

-- Addresses that an admin named: the first account whose provider vouches for
-- one of them is linked to its person, and the address is used up.
CREATE TABLE provider_address (
  address TEXT PRIMARY KEY,   -- in small letters
  person  INTEGER NOT NULL,
  since   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX provider_address_by_person ON provider_address (person);

-- Sessions, and those half-way in, that began at a provider: which one, and the
-- ID token, which a provider wants to see again when its person signs out.
ALTER TABLE session ADD COLUMN issuer TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN hint TEXT NOT NULL DEFAULT '';
ALTER TABLE sign_in_step ADD COLUMN issuer TEXT NOT NULL DEFAULT '';
ALTER TABLE sign_in_step ADD COLUMN hint TEXT NOT NULL DEFAULT '';
