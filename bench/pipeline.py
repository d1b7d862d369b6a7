#!/usr/bin/env python3
"""From tables to a ranked list without crawling, ours beside what a good engineer would write in an afternoon, in one run.

python3 bench/pipeline.py --programs BUILD/apps [--firms 200000] [--patents 500000] [--data ../shared/data] [--only ours,python]

Firms are rows of the registries of Shandong, Jiangsu and Beijing, drawn at random. Patents are those of wipo_cn again and
again with other serial numbers; of ten applicants six are a firm of the list by its name (few firms have many), one is so
with blanks and full-width brackets, one with a character changed, two are as the patent has them. Both sides read the same
two CSV files, join patents to firms by name (ours also by likeness), build an index of names, business scopes and titles, and
rank the firms by patents of five years. Told are seconds, processor seconds and peak memory of each step.

The peer: Python's csv and sqlite3, names in NFKC without blanks, FTS5 with the trigram tokenizer, one SQL query that counts
and sorts. It types nothing, keeps no history, refuses nothing, and joins equal names alone.
"""
import argparse
import csv
import gzip
import json
import multiprocessing
import os
import pathlib
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIRM = ["企业名称", "统一社会信用代码", "注册日期", "企业类型", "注册资金", "经营范围", "所在省份", "地区", "注册地址"]
PATENT = ["application_no", "publication_date", "ipc_main", "title", "applicant", "abstract"]


def rows_of(path):
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def with_check(year, kind, serial):
    """An application number with its check digit (the digits by 2 to 9, 2 to 5, modulo 11)."""
    digits = f"{year:04d}{kind}{serial:07d}"
    check = sum(int(d) * w for d, w in zip(digits, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5))) % 11
    return f"{digits}.{'X' if check == 10 else check}"


def make(folder, data, firms, patents):
    pick = random.Random(5)
    rows = [r for p in ("shandong", "jiangsu", "beijing") for r in rows_of(data / f"registry/{p}.csv.gz")
            if len(r["统一社会信用代码"]) == 18 and not r["统一社会信用代码"].startswith("92")]
    pick.shuffle(rows)
    rows = rows[:firms]
    (folder / "tables").mkdir()
    with open(folder / "tables/firms.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIRM, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    names = [(r["企业名称"], int(r["注册日期"][:4]) if r["注册日期"][:4].isdigit() else 2000) for r in rows]
    source = list(rows_of(data / "patents/wipo_cn.csv.gz"))
    with open(folder / "tables/patents.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, PATENT)
        writer.writeheader()
        for n in range(patents):
            row = source[n % len(source)]
            applicant, since = row["applicant"], 2010
            if n % 10 < 8:
                applicant, since = names[int(len(names) * pick.random() ** 4)]
                if n % 10 == 6:
                    applicant = applicant.replace("(", "（").replace(")", "）")
                    applicant = applicant[:4] + " " + applicant[4:]
                if n % 10 == 7 and len(applicant) > 5:
                    applicant = applicant[:4] + pick.choice("海天华瑞") + applicant[5:]
            year = pick.randrange(min(max(since, 2010), 2023), 2024)
            writer.writerow({"application_no": with_check(year, 1 + n % 2, n), "title": row["title"], "ipc_main": row["ipc_main"],
                             "publication_date": f"{year + 1}-{pick.randrange(1, 13):02d}-{pick.randrange(1, 28):02d}",
                             "applicant": applicant, "abstract": row["abstract"][:400]})


def config(folder):
    (folder / "sources").mkdir()
    head = 'publisher = "bench"\nkind = "folder"\nterms = "bench"\nbasis = "bench"\ncomplete = "part"\n'
    (folder / "sources/firms.toml").write_text(f'''id = "firms"
title = "登记"
{head}inbox = {json.dumps(str(folder / "tables"))}
[contract]
most_rejected = 0.9
[[page]]
role = "file"
files = ["firms.csv"]
reader = "csv"
kind = "firm"
key = ["credit_code"]
required = ["firm_name", "credit_code"]
[page.columns]
firm_name = "企业名称"
credit_code = "统一社会信用代码"
established = "注册日期"
org_type = "企业类型"
capital = "注册资金"
scope = "经营范围"
province = "所在省份"
city = "地区"
address = "注册地址"
[page.public]
field = "established"
''', encoding="utf-8")
    (folder / "sources/patents.toml").write_text(f'''id = "patents"
title = "专利"
{head}inbox = {json.dumps(str(folder / "tables"))}
[contract]
most_rejected = 0.9
[[page]]
role = "file"
files = ["patents.csv"]
reader = "csv"
kind = "patent"
key = ["application_no", "publication_date"]
required = ["application_no", "title"]
[page.columns]
application_no = "application_no"
publication_date = "publication_date"
ipc = "ipc_main"
title = "title"
applicant = "applicant"
abstract = "abstract"
[page.public]
field = "publication_date"
''', encoding="utf-8")
    (folder / "tanmiao.toml").write_text(
        f'[city]\ncode = 370000\nname = "演示"\nissuer = "演示"\nreference = {json.dumps(str(ROOT / "config/reference"))}\n[crawl]\nsources = "sources"\n'
        f'[mine]\nrules = {json.dumps(str(ROOT / "config"))}\n[link.link_from]\npatent = 0.98\n', encoding="utf-8")


def measured(words):
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{words}: {errors[-2000:]}")
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def ours(folder, programs):
    tool = str(programs / "tanmiao")
    options = ["--config", str(folder / "tanmiao.toml"), "--data", str(folder / "data")]
    for source in ("firms", "patents"):
        subprocess.run([tool, "source", "approve", source, "--by", "bench", "--reason", "bench", *options], check=True, stdout=subprocess.DEVNULL)
    return [(step, *measured([tool, *words, *options])) for step, words in
            [("read and store", ["crawl"]), ("link", ["link"]), ("index", ["index"]), ("mine", ["mine", "--campaign", "all"])]]


def peer_steps(folder):
    """What the peer does; run in a process of its own, prints seconds and peak of each step."""
    import sqlite3
    db = sqlite3.connect(folder / "peer.db")
    db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                     "CREATE TABLE firm(id INTEGER PRIMARY KEY, code TEXT UNIQUE, name TEXT, key TEXT, scope TEXT, address TEXT, county TEXT, since TEXT, capital TEXT);"
                     "CREATE TABLE patent(id INTEGER PRIMARY KEY, no TEXT, published TEXT, ipc TEXT, title TEXT, applicant TEXT, key TEXT, firm INTEGER);")
    table = str.maketrans("", "", " \u3000")

    def key(name):
        return unicodedata.normalize("NFKC", name).translate(table)

    def step(name, work):
        began, cpu = time.monotonic(), time.process_time()
        work()
        db.commit()
        print(json.dumps([name, time.monotonic() - began, time.process_time() - cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]), flush=True)

    def read():
        with open(folder / "tables/firms.csv", encoding="utf-8", newline="") as file:
            db.executemany("INSERT OR IGNORE INTO firm(code, name, key, scope, address, county, since, capital) VALUES(?,?,?,?,?,?,?,?)",
                           ((r[1], r[0], key(r[0]), r[5], r[8], r[7], r[2], r[4]) for r in list(csv.reader(file))[1:]))
        with open(folder / "tables/patents.csv", encoding="utf-8", newline="") as file:
            db.executemany("INSERT INTO patent(no, published, ipc, title, applicant, key) VALUES(?,?,?,?,?,?)",
                           ((r[0], r[1], r[2], r[3], r[4], key(r[4])) for r in list(csv.reader(file))[1:]))

    def link():
        by_key = dict(db.execute("SELECT key, id FROM firm"))
        db.executemany("UPDATE patent SET firm = ? WHERE id = ?",
                       [(by_key[k], i) for i, k in db.execute("SELECT id, key FROM patent") if k in by_key])
        db.execute("CREATE INDEX patent_of_firm ON patent(firm)")

    def index():
        titles = {}
        for firm, title in db.execute("SELECT firm, title FROM patent WHERE firm IS NOT NULL"):
            titles.setdefault(firm, []).append(title)
        db.execute("CREATE VIRTUAL TABLE search USING fts5(name, scope, titles, tokenize='trigram', content='')")
        db.executemany("INSERT INTO search(rowid, name, scope, titles) VALUES(?,?,?,?)",
                       ((i, n, s, "\n".join(titles.get(i, ()))) for i, n, s in db.execute("SELECT id, name, scope FROM firm").fetchall()))

    def mine():
        rows = db.execute("SELECT f.code, f.name, count(*) AS n, sum(p.published >= '2019-01-01') AS recent FROM firm f JOIN patent p ON p.firm = f.id"
                          " GROUP BY f.id ORDER BY recent DESC, n DESC, f.code LIMIT 1000").fetchall()
        (folder / "peer.json").write_text(json.dumps(rows, ensure_ascii=False))

    for name, work in (("read and store", read), ("link", link), ("index", index), ("mine", mine)):
        step(name, work)


def peer(folder):
    out = subprocess.run([sys.executable, __file__, "--peer", str(folder)], stdout=subprocess.PIPE, text=True, check=True).stdout
    return [tuple(json.loads(line)) for line in out.splitlines()]


def linked(folder):
    import sqlite3
    with sqlite3.connect(folder / "peer.db") as db:
        equal = db.execute("SELECT count(firm) FROM patent").fetchone()[0]
    reports = sorted((folder / "data/reports").glob("*.json"))
    for report in reports:
        for stage in json.loads(report.read_text(encoding="utf-8"))["stages"]:
            if stage["stage"] == "link":
                return stage.get("patents_linked"), equal
    return None, equal


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build/release/apps")
    parser.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--firms", type=int, default=200_000)
    parser.add_argument("--patents", type=int, default=500_000)
    parser.add_argument("--only", default="ours,python")
    parser.add_argument("--peer", type=pathlib.Path)
    options = parser.parse_args()
    if options.peer:
        return peer_steps(options.peer)
    if not options.data.is_dir():
        raise SystemExit(f"{options.data} is not there: the registries are not part of the project")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tanmiao-pipeline-"))
    try:
        # In a process of its own: what is measured would begin with the memory of this one.
        making = multiprocessing.Process(target=make, args=(folder, options.data, options.firms, options.patents))
        making.start()
        making.join()
        if making.exitcode != 0:
            raise SystemExit("the tables could not be made")
        config(folder)
        results = {}
        for who in options.only.split(","):
            results[who] = peer(folder) if who == "python" else ours(folder, options.programs)
        print("| step | " + " | ".join(f"{who}: s | processor s | peak MB" for who in results) + " |\n" + "|---" * (1 + 3 * len(results)) + "|")
        steps = [s[0] for s in next(iter(results.values()))]
        for i, step in enumerate(steps):
            print(f"| {step} | " + " | ".join(f"{r[i][1]:.1f} | {r[i][2]:.1f} | {r[i][3]:.0f}" for r in results.values()) + " |")
        print("| all | " + " | ".join(f"{sum(s[1] for s in r):.1f} | {sum(s[2] for s in r):.1f} | {max(s[3] for s in r):.0f}" for r in results.values()) + " |")
        if len(results) == 2:
            print("patents linked: ours %s, equal names alone %s" % linked(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
