#!/usr/bin/env python3
"""Files to a searchable register: `tanmiao crawl`, `link`, `index` against the same work put together from Python's csv
module, SQLite and FTS5 (trigrams), in turn, each in a process of its own with an empty folder.

The peer does less: no provenance, versions, rejects, dates or persons dropped, names joined as they are written, nothing
synced to disk. Prints a table: median seconds of processor time and of the clock, peak memory, ratio."""
import argparse
import csv
import gzip
import json
import os
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared/data"
STAGES = ("crawl", "link", "index")


def rows_of(file):
    with gzip.open(file, "rt", encoding="utf-8-sig", newline="") as text:
        yield from csv.DictReader(text)


def peer(folder):
    """The three stages; prints {"stage": seconds}."""
    began, took = time.monotonic(), {}

    def lap(stage):
        nonlocal began
        took[stage] = time.monotonic() - began
        began = time.monotonic()

    db = sqlite3.connect(folder / "peer.db")
    db.execute("PRAGMA synchronous=OFF")
    db.execute("CREATE TABLE firm(id INTEGER PRIMARY KEY, code TEXT UNIQUE, name TEXT, founded TEXT, scope TEXT, place TEXT)")
    db.execute("CREATE TABLE patent(no TEXT, title TEXT, applicant TEXT, filed TEXT, ipc TEXT, firm INTEGER)")
    firms = ((r["统一社会信用代码"], r["企业名称"], r["注册日期"], r["经营范围"], r["注册地址"])
             for r in rows_of(DATA / "registry/shandong.csv.gz"))
    db.executemany("INSERT OR IGNORE INTO firm(code, name, founded, scope, place) VALUES(?, ?, ?, ?, ?)", firms)
    patents = ((r["申请号"], r["专利名称"], r["申请人"], r["申请日"], r["主分类号"])
               for r in rows_of(DATA / "patents/taian.csv.gz"))
    db.executemany("INSERT INTO patent(no, title, applicant, filed, ipc) VALUES(?, ?, ?, ?, ?)", patents)
    db.commit()
    lap("crawl")
    names = dict(db.execute("SELECT name, id FROM firm"))
    links = [(names[a], no) for no, a in db.execute("SELECT no, applicant FROM patent") if a in names]
    db.execute("CREATE INDEX patent_no ON patent(no)")
    db.executemany("UPDATE patent SET firm = ? WHERE no = ?", links)
    db.commit()
    lap("link")
    db.execute("CREATE VIRTUAL TABLE text USING fts5(name, scope, content='', tokenize='trigram')")
    db.execute("INSERT INTO text(rowid, name, scope) SELECT id, name, scope FROM firm")
    db.commit()
    lap("index")
    print(json.dumps(took))


def ours(program, folder):
    took = {}
    for stage in STAGES:
        command = [program, stage, "--config", "tests/real/shandong.toml", "--data", folder / "data", "--json"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode not in (0, 3):
            sys.exit(done.stderr)
        took[stage] = sum(s["seconds"] for s in json.loads(done.stdout)["stages"] if s["stage"] == stage)
    print(json.dumps(took))


def measured(*words):
    """Runs this file with `words` in a folder of its own: (stage seconds, clock, processor, peak of the largest process)."""
    with tempfile.TemporaryDirectory(prefix="tanmiao bench ") as folder:
        began = time.monotonic()
        process = subprocess.Popen([sys.executable, __file__, *words, "--folder", folder], stdout=subprocess.PIPE)
        out = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        if status:
            sys.exit("a run failed")
        return json.loads(out), time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=ROOT / "build/release/apps/tanmiao", type=pathlib.Path)
    parser.add_argument("--times", default=3, type=int)
    parser.add_argument("--side", choices=("ours", "peer"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=pathlib.Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side == "peer":
        return peer(options.folder)
    if options.side == "ours":
        return ours(options.program.absolute(), options.folder)
    if not (DATA / "registry/shandong.csv.gz").exists():
        print(f"skipped: {DATA} is not there")
        return None
    print(f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    runs = {side: [] for side in ("ours", "peer")}
    for _ in range(options.times):
        for side, seen in runs.items():
            seen.append(measured("--side", side, "--program", str(options.program.absolute())))
    middle = statistics.median
    print(f"{'':14}{'ours':>10}{'peer':>10}{'ours/peer':>11}   median of {options.times}")

    def line(what, of, unit=""):
        a, b = (middle(of(run) for run in runs[side]) for side in ("ours", "peer"))
        print(f"{what:14}{a:10.1f}{b:10.1f}{a / b:11.2f}   {unit}")

    for stage in STAGES:
        line(stage, lambda run, stage=stage: run[0][stage], "s")
    line("clock", lambda run: run[1], "s")
    line("processor", lambda run: run[2], "s")
    line("peak memory", lambda run: run[3], "MB")
    return None


if __name__ == "__main__":
    main()
