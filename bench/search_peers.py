"""What bench/search_golden.py asks beside tanmiao, on the same folded texts: SQLite FTS5 and PostgreSQL, whose trigrams know parts of three
characters and more (shorter ones by LIKE), and groonga (bench/groonga.py). Each takes the clauses of a case in its own language."""
import csv
import sqlite3

import groonga
import postgres
from search_scan import fold

COLUMNS = ("name", "scope", "code", "patent", "award", "abstract", "year")
PLAIN = ("name", "scope", "code", "patent", "award")  # what a word without a field looks into


def rows_of(firms):
    return [(fold(f.raw), fold(f.scope_raw), f.code, *(fold("\n".join(t)) for t in (f.of.titles, f.of.awards, f.of.abstracts)), f.year)
            for f in firms]


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def like(word, field):
    """Case does not matter to SQLite's; PostgreSQL's codes are asked in capitals."""
    text = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return "(" + " OR ".join(f"{c} LIKE {quoted('%' + (text.upper() if c == 'code' else fold(text)) + '%')} ESCAPE '\\'"
                             for c in ([field] if field else PLAIN)) + ")"


def condition(clause, holds):
    no, either = clause
    return ("NOT " if no else "") + "(" + " OR ".join(holds(word, field) for field, word in either) + ")"


def in_years(case):
    return f" AND year BETWEEN '{case.years[0]}' AND '{case.years[1]}'" if case.years else ""


class Fts5:
    name = "SQLite FTS5"

    def __init__(self, rows):
        self.db = sqlite3.connect(":memory:")
        self.db.execute(f"CREATE VIRTUAL TABLE firm USING fts5({', '.join(COLUMNS[:-1])}, year UNINDEXED, tokenize='trigram')")
        self.db.executemany("INSERT INTO firm VALUES(?, ?, ?, ?, ?, ?, ?)", rows)

    def ask(self, case):
        """Clauses of words that are long enough are one MATCH, which ranks; the others are read row by row."""
        def holds(word, field):
            return "{" + " ".join([field] if field else PLAIN) + '} : "' + fold(word).replace('"', '""') + '"'
        long = [c for c in case.clauses if not c[0] and all(len(fold(w)) > 2 for _, w in c[1])]
        tests = [condition(c, like) for c in case.clauses if c not in long]
        if long:
            match = " AND ".join(condition(c, holds) for c in long)
            tests, order = [f"firm MATCH {quoted(match)}", *tests], " ORDER BY rank"
        else:
            order = ""
        return [r[0] for r in self.db.execute(f"SELECT code FROM firm WHERE {' AND '.join(tests)}{in_years(case)}{order}")]

    def end(self):
        self.db.close()


class PgTrgm:
    name = "PostgreSQL, pg_trgm"

    def __init__(self, rows, folder, programs):
        self.cluster = postgres.Cluster(folder, programs)
        self.cluster.ask(f"CREATE EXTENSION pg_trgm; CREATE TABLE firm({', '.join(c + ' text' for c in COLUMNS)})")
        path = folder / "rows.csv"
        with open(path, "w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(rows)
        path.chmod(0o644)
        indexed = ", ".join(f"{c} gin_trgm_ops" for c in COLUMNS[:-1])
        self.cluster.ask(f"COPY firm FROM '{path}' WITH (FORMAT csv, FORCE_NOT_NULL ({', '.join(COLUMNS)})); "
                         f"CREATE INDEX ON firm USING gin({indexed}); ANALYZE firm")

    def ask(self, case):
        """By similarity; what nothing holds is taken for the ten names that are nearest."""
        first = quoted(fold(case.clauses[0][1][0][1]))
        tests = " AND ".join(condition(c, like) for c in case.clauses)
        found = self.cluster.ask(f"SELECT code FROM firm WHERE {tests}{in_years(case)} ORDER BY similarity(name, {first}) DESC").split()
        if not found and case.kind in ("typo", "pinyin", "initials"):
            found = self.cluster.ask(f"SELECT code FROM firm ORDER BY name <-> {first} LIMIT 10").split()
        return found

    def end(self):
        self.cluster.end()


class Groonga:
    name = "groonga"

    def __init__(self, rows, folder):
        folder.mkdir()
        self.base = groonga.Groonga(folder, rows, COLUMNS)

    def ask(self, case):
        def word(text, field):
            asked = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
            return f"{field}:@{asked}" if field else asked
        # A query may not begin with what is not wanted.
        clauses = sorted(case.clauses, key=lambda c: c[0])
        query = " ".join(("-" if no else "") + "(" + " OR ".join(word(fold(w), field) for field, w in either) + ")" for no, either in clauses)
        years = f"year >= '{case.years[0]}' && year <= '{case.years[1]}'" if case.years else ""
        return self.base.select(query, PLAIN, years)

    def end(self):
        self.base.end()
