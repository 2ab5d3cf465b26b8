-- What the pages of the log choose by.

-- Projections ----------------------------------------------------------------

-- Which part of the desk's work an entry belongs to, told by the first word of
-- its kind; what has no part of its own is about the desk. Computed, so that it
-- cannot differ from what it is computed of.
ALTER TABLE trail ADD COLUMN part TEXT AS (
  CASE WHEN kind = 'verdict_published' THEN 'publications'
  ELSE CASE substr(kind, 1, instr(kind, '_') - 1)
    WHEN 'article'     THEN 'claims'
    WHEN 'passage'     THEN 'claims'
    WHEN 'claim'       THEN 'claims'
    WHEN 'remark'      THEN 'claims'
    WHEN 'question'    THEN 'claims'
    WHEN 'citation'    THEN 'claims'
    WHEN 'other'       THEN 'claims'
    WHEN 'source'      THEN 'sources'
    WHEN 'snapshot'    THEN 'sources'
    WHEN 'text'        THEN 'sources'
    WHEN 'recheck'     THEN 'sources'
    WHEN 'verdict'     THEN 'verdicts'
    WHEN 'change'      THEN 'verdicts'
    WHEN 'publication' THEN 'publications'
    WHEN 'person'      THEN 'people'
    WHEN 'role'        THEN 'people'
    ELSE 'desk' END
  END) VIRTUAL;

CREATE INDEX trail_by_part ON trail (part, entry);
CREATE INDEX trail_by_person_and_part ON trail (person, part, entry) WHERE person IS NOT NULL;
CREATE INDEX trail_by_nobody ON trail (entry) WHERE person IS NULL;
CREATE INDEX trail_by_nobody_and_part ON trail (part, entry) WHERE person IS NULL;
CREATE INDEX trail_by_time ON trail (at, entry);
