#!/usr/bin/env python3
"""Makes the data directories of earlier schemas that the test of upgrades opens.

    make.py pack DIR OUT.zip            packs a data directory that a program made
    make.py derive DIR SCHEMA OUT.zip   packs it as a program of an older schema
                                        would have left it

How those beside this file were made:

- schema-3.zip, schema-9.zip: `citekeep demo --fill-only` of the programs of
  25 and 26 November 2026.
- schema-4.zip: the same by a program of 26 November whose fourth migration was
  not yet quite the one that landed; `derive` put its rows into a database that the
  landed one made. The tables that differed (hooks, requests done once) were empty.
- schema-1.zip, schema-2.zip: no program of those two days is left. The program of
  schema 3 imported the worked example's claims and sources into a new desk, and
  people gave, approved, dissented from, published and corrected verdicts in its
  pages: entries of kinds that schema 1 knew, and no others. Then `derive` made a
  database by the migrations up to 1 or 2 and copied into it every row and column
  that it has a place for. Rows and columns that only came later are not in it:
  the migrations have to fill them. What this cannot show is a mistake of those
  two programs in a row that the third one wrote otherwise.
- schema-10.zip, schema-11.zip: `citekeep demo --fill-only` of the program of
  27 November 2026, whose schema is 11, into which the test in ways_in.rs then put
  ways in, in this order, so that the first directory has what schema 10 knows and
  the second what 11 adds:

      citekeep demo --fill-only --data DIR/data
      CITEKEEP_WAYS_IN=DIR cargo nextest run -E 'test(ways_in_that_are_made_today)'
      make.py derive DIR/before-accounts 10 schema-10.zip
      make.py pack DIR/data schema-11.zip

  DIR/ways-in.json, kept beside this file, is what the owner of those ways in has.
  No statement that writes a table of schema 10 changed between the program that
  brought it and that of 11, so that `derive` leaves what the former would have
  left: two columns of sessions and of first steps are gone, which were empty, and
  two tables.
- Schemas 5 to 8 landed on one day, in one step for every desk; the test makes
  them of schema 4 by the migrations, as a program of that schema did at its
  start. They hold no entries of the kinds that came with them.

The keys in these directories sign nothing but these test desks.
"""

import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import zipfile

MIGRATIONS = pathlib.Path(__file__).resolve().parents[3] / "db" / "migrations"


def pack(data, out):
    data = pathlib.Path(data)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for path in sorted(data.rglob("*")):
            if path.is_file():
                file.write(path, path.relative_to(data))


def text_of(data, name):
    for ending in (".zst", ""):
        path = data / "blobs" / name[:2] / (name + ending)
        if path.exists():
            if not ending:
                return path.read_text()
            return subprocess.run(["zstd", "-dc", path], capture_output=True, check=True).stdout.decode()
    raise FileNotFoundError(name)


def derive(data, schema, out):
    data = pathlib.Path(data)
    old = sqlite3.connect(f"file:{data}/desk.db?mode=ro", uri=True)
    with tempfile.TemporaryDirectory() as folder:
        made = pathlib.Path(folder) / "data"
        subprocess.run(["cp", "-a", data, made], check=True)
        os.remove(made / "desk.db")
        new = sqlite3.connect(made / "desk.db")
        new.create_function("blob_text", 1, lambda name: text_of(data, name), deterministic=True)
        new.execute("PRAGMA trusted_schema = on")
        for migration in sorted(MIGRATIONS.glob("*.sql"))[:schema]:
            new.executescript(migration.read_text())
        new.execute(f"PRAGMA user_version = {schema}")
        tables = [
            name
            for name, sql in new.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'")
            if not sql.startswith("CREATE VIRTUAL") and "_search_" not in name and not name.startswith("sqlite_")
        ]
        # Triggers count claims as they come: the counts go last.
        tables.sort(key=lambda name: name == "claim_tally")
        searches = [
            name
            for name, sql in new.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'")
            if sql.startswith("CREATE VIRTUAL") and name != "text_search"
        ]
        for table in tables:
            if table == "claim_tally":
                new.execute("DELETE FROM claim_tally")
            here = [row[1] for row in new.execute(f"PRAGMA table_info({table})")]
            there = {row[1] for row in old.execute(f"PRAGMA table_info({table})")}
            columns = ", ".join(column for column in here if column in there)
            rows = old.execute(f"SELECT {columns} FROM {table} ORDER BY 1").fetchall()
            marks = ", ".join("?" for _ in columns.split(", "))
            new.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
        for table in searches:
            columns = ", ".join(row[1] for row in new.execute(f"PRAGMA table_info({table})"))
            rows = old.execute(f"SELECT rowid, {columns} FROM {table}").fetchall()
            marks = ", ".join("?" for _ in ["rowid", *columns.split(", ")])
            new.executemany(f"INSERT INTO {table} (rowid, {columns}) VALUES ({marks})", rows)
        new.execute("INSERT INTO text_search (rowid, words) SELECT rowid, words FROM text_words")
        new.commit()
        new.execute("PRAGMA journal_mode = wal")
        new.close()
        pack(made, out)


if __name__ == "__main__":
    if sys.argv[1] == "pack":
        pack(sys.argv[2], sys.argv[3])
    else:
        derive(sys.argv[2], int(sys.argv[3]), sys.argv[4])
