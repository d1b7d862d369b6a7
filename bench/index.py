#!/usr/bin/env python3
"""The search index of real firms, built in turn by tanmiao, Xapian's TermGenerator with CJK n-grams, SQLite FTS5 with trigrams and,
where its jars are named, Lucene; each in a process of its own, on the same rows, which are in memory (a snapshot: mapped) before the clock
starts. Peers index names (with positions) and scopes; ours indexes addresses and codes too. Prints a table.

With --queries it then times tanmiao's queries on the index: shapes of queries, with four facets and without, page 1 and page 50;
with --nights what the next night costs, taking over what did not change and making all anew."""
import argparse
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


def measured(command):
    """(what it printed last, peak of the process in MB, its processor seconds)"""
    process = subprocess.Popen([str(word) for word in command], cwd=ROOT, stdout=subprocess.PIPE)
    out = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        sys.exit(f"{command} failed")
    return json.loads(out.splitlines()[-1]), used.ru_maxrss / 1024, used.ru_utime + used.ru_stime


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


def queries(args, rows, work):
    """Shapes of what staff ask, drawn from the rows; each with four facets and without, page 1 and 50."""
    pick, lines = random.Random(7), []
    han = [r for r in rows if re.fullmatch("[一-鿿]{9,}", r[0]) and re.fullmatch("[0-9A-Z]{18}", r[1]) and r[2]]
    for row in pick.sample(han, 40):
        name, code, scope, _ = row
        items = [i for i in scope.replace("；", "、").replace("，", "、").split("、") if re.fullmatch("[一-鿿]{2,8}", i)] or ["销售"]
        for text in (name, name[2:5], f'"{name[2:6]}"', code, code[:8], code[9:16], items[0], f"{name[2:4]} {items[-1]}",
                     f"{items[0]} -{name[2:4]}", f"{name[2:4]} | {items[0]}", name[3], "科技", "有限公司", "", "established:2015..2020 技术",
                     "hongda", "hdkj"):
            for facets in "01":
                for offset in (0, 2450):
                    lines.append(f"{text}\t{facets}\t{offset}\n")
    path = work / "queries.tsv"
    path.write_text("".join(lines), encoding="utf-8")
    out = subprocess.run([args.bench / "index_bench", "queries", work / "ours", path], cwd=ROOT, capture_output=True, text=True, check=True)
    cold, *answers = out.stdout.splitlines()
    start = json.loads(cold)
    print(f"\ncold start {start['seconds']:.2f} s, of the processor {start['cpu']:.2f} s; load {os.getloadavg()[0]:.1f}\n")
    cells = [a.split("\t") for a in answers]
    print("| | of the processor, ms | by the clock, ms |\n|---|---|---|")
    both = [sorted(float(c[column]) for c in cells) for column in (0, 1)]
    for label, at in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("worst", 1)):
        print(f"| {label} | " + " | ".join(f"{values[min(int(len(values) * at), len(values) - 1)]:.1f}" for values in both) + " |")
    print(f"\n{len(cells)} queries; those that took most of the processor, and how many firms they found:")
    for ms, _, total, text in sorted(cells, key=lambda c: -float(c[0]))[:12]:
        print(f"  {ms} ms  {total}  {text if text in ('科技', '有限公司', '', 'hongda', 'hdkj') else len(text)}")


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
