#!/usr/bin/env python3
"""The search index of real firms, built in turn by tanmiao, Xapian's TermGenerator with CJK n-grams, SQLite FTS5 with trigrams and,
where its jars are named, Lucene; each in a process of its own, on the same rows, which are in memory (a snapshot: mapped) before the clock
starts. Peers index names (with positions) and scopes; ours indexes addresses and codes too. Prints a table.

With --queries it then times tanmiao's queries on the index and a run of all firms with invented scores: shapes of queries drawn from the
rows, by relevance and by rank, with four facets and without, page 1 and page 50, each asked for the first time of a searcher (cold) and
again (warm); with --nights what the next night costs, taking over what did not change and making all anew."""
import argparse
import collections
import csv
import gzip
import json
import os
import pathlib
import random
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import groonga  # noqa: E402
from search_scan import PLACES, READINGS, cuts  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIELDS = ("企业名称", "统一社会信用代码", "经营范围", "注册地址")


def rows_of(data, count):
    """Rows of three provinces; more than there are: the same again, with a number before the name and in the code."""
    rows = []
    for province in ("shandong", "jiangsu", "beijing"):
        with gzip.open(data / f"registry/{province}.csv.gz", "rt", encoding="utf-8-sig", newline="") as text:
            for row in csv.DictReader(text):
                rows.append([" ".join((row[f] or "").split()) for f in FIELDS])
                if len(rows) == count:
                    return rows
    real, turn = len(rows), 0
    while len(rows) < count:
        turn += 1
        for name, code, scope, address in rows[:min(real, count - len(rows))]:
            items = scope.split("、")
            items = items[turn % len(items):] + items[:turn % len(items)]
            rows.append([name[:2] + chr(0x4E00 + 97 * turn) + name[2:], code[:10] + str(turn) + code[11:], "、".join(items), address])
    return rows


def fts5(rows_path, folder):
    rows = [line.rstrip("\n").split("\t") for line in open(rows_path, encoding="utf-8")]
    begun = time.monotonic()
    db = sqlite3.connect(pathlib.Path(folder) / "fts5.db")
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("CREATE VIRTUAL TABLE firm USING fts5(name, scope, content='', tokenize='trigram')")
    db.executemany("INSERT INTO firm(rowid, name, scope) VALUES(?, ?, ?)", ((i, r[0], r[2]) for i, r in enumerate(rows, 1)))
    db.commit()
    print(json.dumps({"what": "fts5", "documents": len(rows), "seconds": time.monotonic() - begun}))


def in_groonga(rows_path, folder):
    rows = [line.rstrip("\n").split("\t") for line in open(rows_path, encoding="utf-8")]
    begun, before = time.monotonic(), os.times()
    peer = groonga.Groonga(pathlib.Path(folder), [(r[0], r[2], r[1]) for r in rows])
    peer.end()
    after = os.times()
    print(json.dumps({"what": "groonga", "documents": len(rows), "seconds": time.monotonic() - begun,
                      "cpu": after.children_user + after.children_system - before.children_user - before.children_system}))


# A process begins with the peak of the one that it was forked from: this small one forks it.
FORKS = """import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([done.stdout.decode().splitlines()[-1:], used.ru_maxrss / 1024, used.ru_utime + used.ru_stime]))
sys.exit(done.returncode)"""


def measured(command):
    """(what it printed last, the greatest peak of it and its children in MB, their processor seconds)"""
    done = subprocess.run([sys.executable, "-c", FORKS, *map(str, command)], cwd=ROOT, stdout=subprocess.PIPE)
    if done.returncode:
        sys.exit(f"{command} failed")
    lines, peak, cpu = json.loads(done.stdout)
    return json.loads(lines[-1]), peak, cpu


def megabytes(folder):
    return sum(f.stat().st_size for f in pathlib.Path(folder).rglob("*") if f.is_file()) / 1e6


def builds(args, rows_path, work):
    bench = args.bench / "index_bench"
    snapshot = work / "ours"
    subprocess.run([bench, "snapshot", rows_path, snapshot], cwd=ROOT, check=True)
    contenders = [("tanmiao", [bench, "ours", snapshot], snapshot / "index"),
                  ("tanmiao, one thread", [bench, "ours", snapshot, 1], snapshot / "index"),
                  ("SQLite FTS5, trigrams", [sys.executable, __file__, "--fts5", rows_path, work / "fts5"], work / "fts5"),
                  *([("groonga, TokenBigram", [sys.executable, __file__, "--in-groonga", rows_path, work / "groonga"], work / "groonga")]
                    if shutil.which("groonga") else []),
                  ("Xapian TermGenerator, CJK n-grams", [bench, "termgenerator", rows_path, work / "generator"], work / "generator")]
    if args.lucene:
        jars = ":".join(map(str, args.lucene))
        subprocess.run(["javac", "-cp", jars, "-d", work, ROOT / "bench/IndexPeer.java"], check=True)
        for threads in (1, 2):
            folder = work / f"lucene{threads}"
            contenders.append((f"Lucene, CJKAnalyzer, {threads} threads",
                               ["java", "-cp", f"{jars}:{work}", "IndexPeer", rows_path, folder, threads], folder))
    if args.only_ours:
        contenders = contenders[:1]
    print("| index | documents/s | seconds | processor s | size MB | peak MB |\n|---|---|---|---|---|---|")
    for label, command, folder in contenders:
        figures = []
        for _ in range(args.rounds):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True, exist_ok=True)
            figures.append(measured(command))
        seconds = statistics.median(f[0]["seconds"] for f in figures)
        print(f"| {label} | {figures[0][0]['documents'] / seconds:,.0f} | {seconds:.2f} | {statistics.median(f[2] for f in figures):.2f} "
              f"| {megabytes(folder):,.0f} | {max(f[1] for f in figures):,.0f} |", flush=True)
    if "tanmiao, one thread" in [c[0] for c in contenders]:
        shutil.rmtree(snapshot / "index")
        measured(contenders[0][1])


class Shapes:
    """What staff ask, drawn by rule from the rows as bench/search_cases.py draws it. No word stands in two texts, so that the first time a
    text is asked nothing is kept that was found for another one, but for the place that a name or a slip begins with."""
    EACH = 40

    def __init__(self, rows, file):
        self.pick, self.file, self.words = random.Random(7), file, set()
        self.rows = [r for r in rows if re.fullmatch("[一-鿿]{9,}", r[0]) and re.fullmatch("[0-9A-Z]{18}", r[1]) and r[2]]
        self.row = lambda: self.pick.choice(self.rows)
        self.sounding = {said: {c for c, readings in READINGS.items() if said in readings} for said in set().union(*READINGS.values())}

    def part(self, least, most):
        """Of a name, and no name of a place."""
        while True:
            name, size = self.row()[0], self.pick.randint(least, most)
            at = self.pick.randint(0, len(name) - size)
            part = name[at:at + size]
            if not any(part.startswith(p) for p in PLACES):
                return part

    def item(self):
        while not (items := [i for i in re.split("[、；，。,;.（）()：: ]", self.row()[2]) if re.fullmatch("[一-鿿]{2,8}", i)]):
            pass
        return self.pick.choice(items)

    def pinyin(self, least, most):
        said = [sorted(READINGS.get(c, ())) for c in self.part(least, most)]
        return [s[0] for s in said] if all(said) else []

    def letters(self):
        syllables = self.pinyin(2, 4)
        return "".join(syllables) if len(syllables) > 1 and 1 <= len(cuts("".join(syllables))) <= 6 else None

    def initials(self):
        letters = "".join(s[0] for s in self.pinyin(4, 6))
        return None if cuts(letters) else letters

    def swapped(self):
        """Two letters the wrong way round, so that there are no syllables any more."""
        letters = "".join(self.pinyin(3, 4))
        if not 8 <= len(letters) <= 20:
            return None
        at = self.pick.randrange(len(letters) - 1)
        slip = letters[:at] + letters[at + 1] + letters[at] + letters[at + 2:]
        return None if cuts(slip) else slip

    def slip(self, alike):
        """One character that sounds like the right one, or does not; no row holds what comes of it."""
        part = self.part(4, 5)
        at = self.pick.randrange(len(part))
        like = set().union(*(self.sounding[r] for r in READINGS.get(part[at], ())))
        others = (like if alike else set(self.row()[0]) - like) - {part[at]}
        if not others:
            return None
        slip = part[:at] + self.pick.choice(sorted(others)) + part[at + 1:]
        return None if slip.encode() in self.file or any(slip.startswith(p) for p in PLACES) else slip

    def makers(self):
        """By shape. Behind a place: all firms stand in one prefecture here (bench/index.cc), whatever their names say."""
        return {"name": lambda: self.row()[0], "piece of a name": lambda: self.part(3, 5), "phrase": lambda: f'"{self.part(4, 6)}"',
                "code": lambda: self.row()[1], "beginning of a code": lambda: self.row()[1][:self.pick.randint(11, 16)],
                "middle of a code": lambda: self.row()[1][9:16], "one character": lambda: self.row()[0][3], "item of a scope": self.item,
                "piece and item": lambda: f"{self.part(2, 3)} {self.item()}", "item without piece": lambda: f"{self.item()} -{self.part(2, 3)}",
                "piece or item": lambda: f"{self.part(2, 3)} | {self.item()}", "years and item": lambda: f"established:2015..2020 {self.item()}",
                "pinyin": self.letters, "initials": self.initials, "slip: sounds alike": lambda: self.slip(True),
                "slip: another character": lambda: self.slip(False), "slip: letters swapped": self.swapped,
                "slip behind a place": lambda: (slip := self.slip(True)) and self.pick.choice(("滨州", "滨州市")) + slip}

    def draw(self):
        kinds = collections.Counter(r[0][-6:-4] for r in self.rows if r[0].endswith("有限公司")).most_common(self.EACH - 3)
        common = ["有限公司", "有限", "公司", *(word for word, _ in kinds)]
        self.words.update(common)
        yield from [("everything", ""), *(("common word", word) for word in common)]
        for shape, make in self.makers().items():
            left = self.EACH
            for _ in range(100 * self.EACH):
                text = make() if left else None
                words = {w for w in re.split('[ "|-]+', text or "") if w and ":" not in w}
                if words and not words & self.words:
                    self.words |= words
                    left -= 1
                    yield shape, text


def figures(answers, levels):
    """By the processor and by the clock, ms; a level is the part of the answers that took less."""
    both = [sorted(float(a[column]) for a in answers) for column in (0, 1)]
    return " | ".join(f"{values[min(int(len(values) * at), len(values) - 1)]:.1f}" for values in both for at in levels) + " |"


def queries(args, rows, work):
    path, bench = work / "queries.tsv", args.bench / "index_bench"
    texts = list(Shapes(rows, (work / "rows.tsv").read_bytes()).draw())
    path.write_text("".join(f"{shape}\t{text}\n" for shape, text in texts), encoding="utf-8")
    subprocess.run([bench, "run", work / "ours"], cwd=ROOT, check=True)
    out = subprocess.run([bench, "queries", work / "ours", path], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    starts, asked = [json.loads(line) for line in out if line[0] == "{"], [line.split("\t") for line in out if line[0] != "{"]
    print(f"\ncold start {starts[0]['seconds']:.2f} s, of it the run {starts[0]['run_seconds']:.2f} s, of the processor {starts[0]['cpu']:.2f} s; "
          f"opened again {statistics.median(s['seconds'] for s in starts[1:]):.2f} s; load {os.getloadavg()[0]:.1f}\n")
    answers = [a for a in asked if a[7] != "first"]
    print("| shape | | asked | processor ms: p50 | p99 | worst | clock ms: p50 | p99 | worst |\n" + "|---" * 9 + "|")
    for shape, how in dict.fromkeys((a[8], a[7]) for a in answers):
        those = [a for a in answers if (a[8], a[7]) == (shape, how)]
        print(f"| {shape} | {how} | {len(those)} | " + figures(those, (0.5, 0.99, 1)))
    print("\n| all shapes | | asked | processor ms: p50 | p90 | p99 | worst | clock ms: p50 | p90 | p99 | worst |\n" + "|---" * 11 + "|")
    kinds = {"all": lambda a: True, "by relevance": lambda a: a[4] == "relevance", "by rank": lambda a: a[4] == "rank",
             "without slips": lambda a: not a[8].startswith("slip")}
    for kind, fits in kinds.items():
        for how in ("cold", "warm"):
            those = [a for a in answers if a[7] == how and fits(a)]
            print(f"| {kind} | {how} | {len(those):,} | " + figures(those, (0.5, 0.9, 0.99, 1)))
    print(f"| everything | first question to a searcher | {len(starts)} | " + figures([a for a in asked if a[7] == "first"], (0.5, 0.9, 0.99, 1)))
    slips = [a for a in answers if a[8].startswith("slip")]
    print(f"\n{len(texts)} texts; of {len(slips)} answers to slips {sum(a[3] == '1' for a in slips)} were corrected, "
          f"{sum(a[2] == '0' for a in slips)} found nothing. What took most of the processor:")
    for ms, _, total, _, order, facets, offset, how, shape, _ in sorted(answers, key=lambda a: -float(a[0]))[:12]:
        print(f"  {ms} ms  {shape}, {how}, by {order}, {'four' if facets == '1' else 'no'} facets, from {offset}: {total} found")


def nights(args, rows, work):
    """A night in which one firm in a hundred changed (an item more in its scope): spread over all numbers, and side by side."""
    bench, folder = args.bench / "index_bench", work / "ours"
    (before,) = [p.name for p in (folder / "index").iterdir()]
    few = max(1, len(rows) // 100)
    start = len(rows) // 2
    kinds = (("spread", set(range(0, len(rows), 100))), ("side by side", set(range(start, start + few))), ("nothing", set()))
    print(f"\none night, {few:,} of {len(rows):,} firms changed; load {os.getloadavg()[0]:.1f}\n")
    print("| changed | | postings of firms | seconds | processor s | written MB |\n|---|---|---|---|---|---|")
    for label, changed in kinds:
        name = label.replace(" ", "_")
        path = work / f"{name}.tsv"
        path.write_text("".join("\t".join((r[0], r[1], r[2] + ("；夜间新增事项" if i in changed else ""), r[3])) + "\n"
                                for i, r in enumerate(rows + ([("末位有限公司", "", "", "")] if label == "nothing" else []))), encoding="utf-8")
        subprocess.run([bench, "snapshot", path, folder, name], cwd=ROOT, check=True)
        for how, source in (("taken over", before), ("made anew", "")):
            done, _, cpu = measured([bench, "ours", folder, 0, name, source])
            made = folder / "index" / done["what"]
            fresh = sum(f.stat().st_size for f in made.rglob("*") if f.is_file() and f.stat().st_nlink == 1) / 1e6
            print(f"| {label} | {how} | {done['documents']:,} | {done['seconds']:.2f} | {cpu:.2f} | {fresh:,.0f} |", flush=True)
            shutil.rmtree(made)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=pathlib.Path, help="folder of index_bench")
    parser.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--firms", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--lucene", type=pathlib.Path, nargs="*", default=[], help="its jars: core and analyzers-common")
    parser.add_argument("--only-ours", action="store_true")
    parser.add_argument("--queries", action="store_true")
    parser.add_argument("--nights", action="store_true", help="then what a night costs in which one firm in a hundred changed")
    parser.add_argument("--fts5", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--in-groonga", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.fts5:
        return fts5(*args.fts5)
    if args.in_groonga:
        return in_groonga(*args.in_groonga)
    if not (args.data / "registry").is_dir():
        sys.exit(f"{args.data} is not there")
    args.bench = args.bench.resolve()
    with tempfile.TemporaryDirectory(prefix="tanmiao-index-") as folder:
        work = pathlib.Path(folder)
        rows, rows_path = rows_of(args.data, args.firms), work / "rows.tsv"
        rows_path.write_text("".join("\t".join(r) + "\n" for r in rows), encoding="utf-8")
        print(f"{len(rows):,} firms, {rows_path.stat().st_size / len(rows):.0f} bytes each; load {os.getloadavg()[0]:.1f}\n")
        builds(args, rows_path, work)
        if args.queries:
            queries(args, rows, work)
        if args.nights:
            nights(args, rows, work)


if __name__ == "__main__":
    main()
