#!/usr/bin/env python3
"""300 queries of ten kinds on the real Shandong register, each with the firms that a linear scan over the raw rows finds, written anew here
and knowing nothing of the index. Drawn by rule from the rows when it runs (a seed, no row is kept in the repository). Asked of
`tanmiao search`, of SQLite FTS5 (trigrams), of PostgreSQL with pg_trgm and of groonga, whichever of them are installed. Prints a table: success@1, success@10 and exact counts.

Left out of the comparison of sets: codes with several rows, and firms that own patents (the scan reads the register alone)."""
import argparse
import collections
import csv
import gzip
import json
import pathlib
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unicodedata

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import groonga  # noqa: E402
import postgres  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
KINDS = ("exact", "part", "code", "pinyin", "initials", "typo", "product", "phrase", "mixed", "negative")
EACH, MOST = 30, 5000
ATOM = re.compile(r"[0-9a-zÀ-ɏͰ-ԯ぀-ヿ가-힣]+|[㐀-䶿一-鿿〇豈-﫿𠀀-𲎯]|[ \t]+|.", re.S)
HAN = re.compile(r"[一-鿿]+")


def table(name):
    with open(ROOT / "config/reference" / name, encoding="utf-8", newline="") as text:
        return list(csv.reader(text))[1:]


SIMPLIFIED = {r[0]: r[1] for r in table("simplified.csv")}
READINGS = collections.defaultdict(set)
for _row in table("han.csv"):
    READINGS[_row[0]].update(_row[1].split())
for _word, _said in (r[:2] for r in table("name_readings.csv")):
    for _c, _s in zip(_word, _said.split()):
        READINGS[_c].add(_s)
OTHERS = {name for r in table("product_words.csv") if r[1] for name in (r[0], *r[1].split("|"))}
PLACES = set()
for _r in table("divisions.csv"):
    PLACES.add(_r[1])
    if int(_r[3]) <= 3 and len(_r[1]) > 2:
        PLACES.add(_r[1][:-1])
PLACES |= {r[1] for r in table("zones.csv")}


def fold(text):
    return "".join(SIMPLIFIED.get(c, c) for c in unicodedata.normalize("NFKC", text).lower())


def atoms(text, marks):
    """Han characters and words, each between two \\x01; "|" for a mark that parts."""
    out, cut, word = [], False, False
    pieces = ATOM.findall(fold(text))
    for i, piece in enumerate(pieces):
        solid = ATOM.fullmatch(piece) and (piece[0].isalnum() or piece == "〇")
        if solid and ATOM.match(piece).group() == piece and not piece.isspace():
            if cut and marks and out:
                out.append("|")
            out.append(piece)
            cut, word = False, not HAN.fullmatch(piece) and len(piece.encode()) < 3 * len(piece)
        elif piece.isspace():
            word = False
        else:
            inner = piece in "-./_" and word and i + 1 < len(pieces) and re.match(r"[0-9a-z]", pieces[i + 1])
            cut |= not inner
            word = False
    return "\x01" + "\x01".join(out) + "\x01" if out else ""


class Firm:
    def __init__(self, row):
        self.code, self.raw, self.scope_raw = row["统一社会信用代码"], row["企业名称"], row["经营范围"] or ""
        self.name, self.scope = atoms(self.raw, False), atoms(self.scope_raw, True)
        self.year = (row["注册日期"] or "")[:4]


def any_holds(firm, word, as_name, as_text):
    return as_name in firm.name or as_text in firm.scope or (
        re.fullmatch(r"[0-9A-Za-z]{4,18}", word) and (firm.code.startswith(word.upper()) or (len(word) >= 6 and word.upper() in firm.code)))


def holding(word):
    as_name, as_text = atoms(word, False), atoms(word, True)
    return lambda firm: bool(any_holds(firm, word, as_name, as_text))


def said(syllables):
    """Does a run of characters read so, in any of their readings?"""
    accepted = [{c for c, r in READINGS.items() if r & ({s} | ({"lu"} if s == "lv" else set()))} for s in syllables]
    return run_of(accepted)


def run_of(accepted):
    pattern = re.compile("\x01".join("[" + "".join(map(re.escape, sorted(chars))) + "]" if chars else "(?!)" for chars in accepted))
    return lambda firm: bool(pattern.search(firm.name))


def cuts(letters):
    known = {s for r in READINGS.values() for s in r if re.search("[aeiou]", s)}
    if not letters:
        return [[]]
    return [[letters[:n]] + rest for n in range(1, 7) if letters[:n] in known and len(letters) >= n for rest in cuts(letters[n:])]


def initials_of(letters):
    ways = [[{c for c, r in READINGS.items() if any(s[0] == x and re.search("[aeiouv]", s) for s in r)} for x in letters]]
    if re.search("[zcs]h", letters):
        parts = re.findall("[zcs]h|.", letters)
        ways.append([{c for c, r in READINGS.items() if any(s.startswith(x) and re.search("[aeiouv]", s) for s in r)} for x in parts])
    tests = [run_of(way) for way in ways]
    return lambda firm: any(test(firm) for test in tests)


class Drawer:
    """Cases: (kind, query, query whose count is compared, test of a firm, test of a good first hit)."""

    def __init__(self, firms, seed):
        self.firms, self.pick = firms, random.Random(seed)

    def firm(self):
        return self.pick.choice(self.firms)

    def part(self, least, most):
        while True:
            firm = self.firm()
            runs = [r for r in HAN.findall(firm.raw) if len(r) >= least + 2]
            if not runs:
                continue
            run = self.pick.choice(runs)
            size = self.pick.randint(least, most)
            at = self.pick.randint(0, max(0, len(run) - size))
            part = run[at:at + size]
            if len(part) == size and not any(part.startswith(p) for p in PLACES):
                return firm, part

    def item(self, least, most):
        while True:
            items = [i for i in re.split("[、；，。,;.（）()：: ]", self.firm().scope_raw) if HAN.fullmatch(i) and least <= len(i) <= most
                     and not any(i.startswith(p) for p in PLACES)]
            if items:
                return self.pick.choice(items)

    def exact(self):
        firm = self.firm()
        if '"' in firm.raw or not HAN.search(firm.raw):
            return None
        return firm.raw, f'"{firm.raw}"', holding(firm.raw), lambda f: f.name == firm.name

    def part_of_name(self):
        _, part = self.part(3, 5)
        as_name = atoms(part, False)
        return part, part, holding(part), lambda f: as_name in f.name

    def code(self):
        code = self.firm().code
        query = self.pick.choice((code, code[:self.pick.randint(11, 16)], code[-9:], code[8:16].lower()))
        return query, query, holding(query), lambda f: query.upper() in f.code

    def pinyin(self):
        _, part = self.part(2, 4)
        syllables = [sorted(READINGS[c])[0] for c in part if READINGS[c]]
        letters = "".join(syllables)
        ways = cuts(letters)
        if len(syllables) != len(part) or not 1 <= len(ways) <= 6 or min(map(len, ways)) < 2:
            return None
        tests, literal = [said(w) for w in ways], holding(letters)
        right = lambda f: literal(f) or any(t(f) for t in tests)  # noqa: E731
        return letters, letters, right, right

    def initials(self):
        _, part = self.part(4, 6)
        if not all(READINGS[c] for c in part):
            return None
        letters = "".join(sorted(READINGS[c])[0][0] for c in part)
        literal, test = holding(letters), initials_of(letters)
        if cuts(letters) or any(literal(f) for f in self.firms):
            return None
        return letters, letters, test, test

    def typo(self):
        firm, part = self.part(4, 5)
        at = self.pick.randrange(len(part))
        others = sorted(c for c, r in READINGS.items() if r & READINGS[part[at]] and c != part[at])
        if not others:
            return None
        slip = part[:at] + self.pick.choice(others) + part[at + 1:]
        literal = holding(slip)
        if any(literal(f) for f in self.firms) or any(slip.startswith(p) for p in PLACES):
            return None
        alike = run_of([{c for c, r in READINGS.items() if r & READINGS[x]} | {x} for x in slip])
        as_name = atoms(part, False)
        return slip, slip, alike, lambda f: as_name in f.name

    def product(self):
        item = self.item(2, 7)
        if fold(item) in OTHERS:
            return None  # its other names are found as well: what is compared here is the word
        return item, item, holding(item), holding(item)

    def phrase(self):
        firm = self.firm()
        runs = [r for r in re.findall("[一-鿿]{6,}", firm.scope_raw + "；" + firm.raw)]
        if not runs:
            return None
        run = self.pick.choice(runs)
        at = self.pick.randint(0, len(run) - 5)
        phrase = run[at:at + self.pick.randint(5, 9)]
        query = self.pick.choice(('"%s"', "“%s”", "「%s」")) % phrase
        return query, query, holding(phrase), holding(phrase)

    def mixed(self):
        _, part = self.part(2, 3)
        item, other = self.item(2, 5), self.item(2, 4)
        a, b, c = holding(part), holding(item), holding(other)
        scope = atoms(item, True)
        query, test = self.pick.choice((
            (f"{part} {item}", lambda f: a(f) and b(f)), (f"{part} -{item}", lambda f: a(f) and not b(f)),
            (f"（{item} | {other}） {part}", lambda f: (b(f) or c(f)) and a(f)), (f"{part} AND NOT {other}", lambda f: a(f) and not c(f)),
            (f"scope:{item} {part}", lambda f: scope in f.scope and a(f)),
            (f"{item} established:2019..2020", lambda f: b(f) and f.year in ("2019", "2020"))))
        return query, query, test, test

    def negative(self):
        _, one = self.part(3, 4)
        _, two = self.part(3, 4)
        word = one[:2] + two[-2:]
        query = f'"{word}"' if self.pick.random() < 0.6 else f'"{one}" -"{one[:2]}"'
        test = holding(word) if "-" not in query else lambda f: False
        return query, query, test, None

    def cases(self):
        makers = (self.exact, self.part_of_name, self.code, self.pinyin, self.initials, self.typo, self.product, self.phrase, self.mixed,
                  self.negative)
        for kind, maker in zip(KINDS, makers):
            made = 0
            while made < EACH:
                case = maker()
                if case is None:
                    continue
                query, count_query, test, top = case
                right = {f.code for f in self.firms if test(f)}
                if (kind == "negative") == bool(right) or len(right) > MOST:
                    continue
                made += 1
                yield kind, query, count_query, right, top


class Tanmiao:
    name = "tanmiao"

    def __init__(self, program, data):
        self.command = [program, "search", "--config", ROOT / "tests/real/shandong.toml", "--data", data, "--json", "--limit", "10000"]

    def ask(self, _, query, *more):
        out = subprocess.run([*self.command, *more, "--", query], cwd=ROOT, capture_output=True, text=True)
        if out.returncode:
            sys.exit(f"{query}: {out.stderr}")
        return [json.loads(line)["code"] for line in out.stdout.splitlines()[1:]]

    def all(self):
        codes = []
        while True:
            part = self.ask("", "", "--order", "name", "--offset", str(len(codes)))
            if not part:
                return codes
            codes += part


def plain(query):
    return re.sub('["“”「」（）()]', "", query)


class Fts5:
    name = "SQLite FTS5, trigrams"

    def __init__(self, firms):
        self.db = sqlite3.connect(":memory:")
        self.db.execute("CREATE VIRTUAL TABLE firm USING fts5(name, scope, code, tokenize='trigram')")
        self.db.executemany("INSERT INTO firm VALUES(?, ?, ?)", ((fold(f.raw), fold(f.scope_raw), f.code) for f in firms))

    def ask(self, kind, query):
        if kind == "mixed" and "established" in query:
            return []
        words = re.split(" +", query)
        if kind == "mixed":
            text = " ".join(w for w in words)
            text = re.sub(r"（(\S+) \| (\S+)）", r'("\1" OR "\2")', text)
            text = re.sub(r"scope:(\S+)", r'scope : "\1"', text).replace("AND NOT ", "-")
            parts = re.findall(r'\(.*?\)|scope : "\S+"|\S+', text)
            positive = [p if p[0] in "(s" and '"' in p else f'"{p}"' for p in parts if p[0] != "-"]
            negative = [f'"{p[1:]}"' for p in parts if p[0] == "-"]
            match = " AND ".join(positive) + "".join(f" NOT {n}" for n in negative)
            if any(len(w) < 3 for w in re.findall('"(.*?)"', match)):
                return None  # trigrams know no shorter words
        else:
            word = fold(plain(query).split(" -")[0])
            if len(word) < 3:
                like = f"%{word}%"
                return [r[0] for r in self.db.execute("SELECT code FROM firm WHERE name LIKE ? OR scope LIKE ?", (like, like))]
            match = '"' + word.replace('"', "") + '"' + (f' NOT "{plain(query).split(" -")[1]}"' if " -" in query else "")
        try:
            return [r[0] for r in self.db.execute("SELECT code FROM firm WHERE firm MATCH ? ORDER BY rank", (match,))]
        except sqlite3.OperationalError:
            return None


class PgTrgm:
    name = "PostgreSQL, pg_trgm"

    def __init__(self, firms, folder, programs):
        self.cluster = postgres.Cluster(folder, programs)
        self.cluster.ask("CREATE EXTENSION pg_trgm; CREATE TABLE firm(code text, name text, scope text)")
        path = folder / "rows.csv"
        with open(path, "w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([f.code, fold(f.raw), fold(f.scope_raw)] for f in firms)
        path.chmod(0o644)
        self.cluster.ask(f"COPY firm FROM '{path}' CSV; CREATE INDEX ON firm USING gin(name gin_trgm_ops, scope gin_trgm_ops, code gin_trgm_ops); "
                         "ANALYZE firm")

    def ask(self, kind, query):
        def like(column, word):
            return f"{column} LIKE '%" + word.replace("'", "''").replace("%", "\\%").replace("_", "\\_") + "%'"

        def holds(word):
            if word.startswith("scope:"):
                return like("scope", fold(word[6:]))
            if word.startswith("established:"):
                return "false"
            return f"({like('name', fold(word))} OR {like('scope', fold(word))} OR {like('code', word.upper())})"
        if kind == "mixed":
            text = query.replace("AND NOT ", "-")
            either = re.findall(r"（(\S+) \| (\S+)）", text)
            words = re.sub(r"（.*?）", " ", text).split()
            tests = [f"({holds(a)} OR {holds(b)})" for a, b in either] + [
                "NOT " + holds(w[1:]) if w[0] == "-" else holds(w) for w in words]
            first, test = plain(words[0]), " AND ".join(tests)
        else:
            words = plain(query).split(" -")
            first, test = words[0], holds(words[0]) + (f" AND NOT {holds(words[1])}" if len(words) > 1 else "")
        quoted = "'" + fold(first).replace("'", "''") + "'"
        found = self.cluster.ask(f"SELECT code FROM firm WHERE {test} ORDER BY similarity(name, {quoted}) DESC").split()
        if not found and kind in ("typo", "pinyin", "initials"):
            found = self.cluster.ask(f"SELECT code FROM firm ORDER BY name <-> {quoted} LIMIT 10").split()
        return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tanmiao", type=pathlib.Path, default=ROOT / "build/release/apps/tanmiao")
    parser.add_argument("--shared", type=pathlib.Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--data", type=pathlib.Path, help="a data folder that has the index of tests/real/shandong.toml already")
    parser.add_argument("--seed", type=int, default=300)
    parser.add_argument("--postgres", type=pathlib.Path, default=pathlib.Path("/usr/lib/postgresql/15/bin"))
    parser.add_argument("--only-ours", action="store_true")
    parser.add_argument("--show", action="store_true", help="queries that failed, on standard error")
    args = parser.parse_args()
    if not (args.shared / "registry").is_dir():
        sys.exit(f"{args.shared} is not there")
    with tempfile.TemporaryDirectory(prefix="tanmiao-golden-") as folder:
        folder = pathlib.Path(folder)
        folder.chmod(0o755)
        data = args.data or folder / "data"
        for stage in () if args.data else ("crawl", "link", "index"):
            subprocess.run([args.tanmiao, stage, "--config", "tests/real/shandong.toml", "--data", data], cwd=ROOT, check=True,
                           stdout=subprocess.DEVNULL)
        with gzip.open(args.shared / "registry/shandong.csv.gz", "rt", encoding="utf-8-sig", newline="") as text:
            rows = list(csv.DictReader(text))
        with gzip.open(args.shared / "patents/taian.csv.gz", "rt", encoding="utf-8-sig", newline="") as text:
            owners = {fold(r["申请人"]) for r in csv.DictReader(text)}
        ours = Tanmiao(args.tanmiao, data)
        indexed, times = set(ours.all()), collections.Counter(r["统一社会信用代码"] for r in rows)
        firms = [Firm(r) for r in rows if r["统一社会信用代码"] in indexed and times[r["统一社会信用代码"]] == 1
                 and fold(r["企业名称"]) not in owners]
        compared = {f.code: f for f in firms}
        print(f"{len(firms):,} firms of {len(indexed):,} are compared; seed {args.seed}\n")
        engines = [ours]
        if not args.only_ours:
            (folder / "pg").parent.chmod(0o755)
            engines.append(Fts5(firms))
            if shutil.which("groonga"):
                (folder / "groonga").mkdir()
                engines.append(groonga.Groonga(folder / "groonga", [(fold(f.raw), fold(f.scope_raw), f.code) for f in firms]))
            if (args.postgres / "postgres").exists():
                engines.append(PgTrgm(firms, folder / "pg", args.postgres))
        score = collections.Counter()
        took = collections.Counter()
        for kind, query, count_query, right, top in Drawer(firms, args.seed).cases():
            for engine in engines:
                begun = time.monotonic()
                found = engine.ask(kind, query) or []
                took[engine.name] += time.monotonic() - begun
                counted = found if count_query == query else engine.ask(kind, count_query) or []
                shown = [c for c in found if c in compared][:10]
                if top is None:
                    first, ten = not found, not found
                else:
                    first, ten = bool(shown) and bool(top(compared[shown[0]])), any(top(compared[c]) for c in shown)
                exact = {c for c in counted if c in compared} == right
                score[engine.name, kind, "1"] += first
                score[engine.name, kind, "10"] += ten
                score[engine.name, kind, "n"] += exact
                if args.show and engine is ours and not (first and exact):
                    print(kind, query, f"first {first} ten {ten} found {len(counted)} right {len(right)}", file=sys.stderr)
        print("| kind | " + " | ".join(f"{e.name}: @1 | @10 | exact sets" for e in engines) + " |")
        print("|---" * (1 + 3 * len(engines)) + "|")
        for kind in (*KINDS, "all"):
            cells = []
            for engine in engines:
                for what in ("1", "10", "n"):
                    cells.append(sum(score[engine.name, k, what] for k in (KINDS if kind == "all" else (kind,))))
            print(f"| {kind} | " + " | ".join(map(str, cells)) + " |")
        for engine in engines:
            print(f"\n{engine.name}: {took[engine.name]:.0f} s for the queries (a process each for tanmiao and psql)", end="")
        print()
        for engine in engines:
            if isinstance(engine, groonga.Groonga):
                engine.end()
            if isinstance(engine, PgTrgm):
                engine.cluster.end()


if __name__ == "__main__":
    main()
