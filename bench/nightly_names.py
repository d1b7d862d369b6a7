#!/usr/bin/env python3
"""A night in which one in a hundred names changed: the link that remembers the last one beside a link from nothing.

python3 bench/nightly_names.py --programs BUILD/apps [--firms 117000] [--mentions 100000]

The firms are real rows of ../shared/data/registry; names without a firm are made from them and from other provinces' by
slips, dropped forms and dropped places. Night 1 reads all. In night 2 one firm in a hundred has another name or is new,
and as many patents are new. It is linked twice from copies of one data folder: with what night 1 remembered, and without.
Both must leave the same items for people. Prints the seconds of the link stages and what of them is the rest of linking
(the same night without weights, so that no name is looked up).
"""
import argparse
import csv
import gzip
import json
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
REGISTRY = ROOT.parent / "shared" / "data" / "registry"


def rows(name):
    with gzip.open(REGISTRY / name, "rt", encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)


def damaged(name, dice):
    at = dice.randrange(2, max(3, len(name) - 5))
    kind = dice.randrange(5)
    if kind == 0:
        return name[:at] + name[at + 1:]
    if kind == 1:
        return name[:at] + name[at] + name[at:]
    if kind == 2:
        return name.replace("有限公司", "")
    if kind == 3:
        return name[2:]
    return name[:at] + dice.choice("鑫源华泰丰达") + name[at + 1:]


def write_firms(path, firms):
    with open(path, "w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(["企业名称", "统一社会信用代码", "注册日期", "地区", "注册地址"])
        table.writerows(firms)


def write_patents(path, mentions, first):
    with open(path, "w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(["申请号", "专利名称", "申请人", "申请日"])
        for n, name in enumerate(mentions, first):
            table.writerow([f"2019{1}{n:07d}", "一种装置", name, "2019-05-06"])


SOURCE = """id = "{id}"
title = "{id}"
publisher = "测试"
kind = "folder"
inbox = {inbox}
terms = "测试"
basis = "测试"
complete = "{complete}"
[[page]]
role = "file"
files = ["*.csv"]
reader = "csv"
kind = "{kind}"
key = ["{key}"]
required = ["{key}"]
[page.columns]
{columns}
[page.public]
field = "{dated}"
"""


def make_config(folder, weights):
    quote = json.dumps
    sources = folder / "sources"
    sources.mkdir(exist_ok=True)
    (sources / "firms.toml").write_text(SOURCE.format(
        id="firms", inbox=quote(str(folder / "firms")), complete="part", kind="firm", key="credit_code",
        dated="established",
        columns='firm_name = "企业名称"\ncredit_code = "统一社会信用代码"\nestablished = "注册日期"\ncity = "地区"\n'
                'address = "注册地址"'), encoding="utf-8")
    (sources / "patents.toml").write_text(SOURCE.format(
        id="patents", inbox=quote(str(folder / "patents")), complete="part", kind="patent", key="application_no",
        dated="filing_date",
        columns='application_no = "申请号"\ntitle = "专利名称"\napplicant = "申请人"\nfiling_date = "申请日"'),
        encoding="utf-8")
    config = folder / f"tanmiao-{weights}.toml"
    rules = ROOT / "config"
    if not weights:
        rules = folder / "rules"
        shutil.copytree(ROOT / "config", rules, ignore=shutil.ignore_patterns("linkage"))
    config.write_text(
        f'[city]\ncode = 370000\nname = "山东"\nreference = {quote(str(ROOT / "config/reference"))}\n'
        f'[crawl]\nsources = {quote(str(sources))}\n[mine]\nrules = {quote(str(rules))}\n',
        encoding="utf-8")
    return config


class Program:
    def __init__(self, programs):
        self.path = programs / "tanmiao"

    def json(self, *words):
        done = subprocess.run([self.path, *map(str, words), "--json"], cwd=ROOT, capture_output=True, text=True)
        if done.returncode not in (0, 3):
            sys.exit(f"tanmiao {words[0]}: exit {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def link(self, config, data, night):
        report = self.json("link", "--config", config, "--data", data, "--clock", f"2026-11-{night:02d}T18:00:00Z")[-1]
        return next(stage for stage in report["stages"] if stage["stage"] == "link") if "stages" in report else report["link"]

    @staticmethod
    def waiting(data):
        """All that waits for people, in order."""
        with sqlite3.connect(f"{(data / 'facts.db').as_uri()}?mode=ro", uri=True) as store:
            return store.execute("SELECT source, key, slot, name, candidates, why, kind, value, detail FROM review ORDER BY id").fetchall()


def body():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    parser.add_argument("--firms", type=int, default=117_000)
    parser.add_argument("--mentions", type=int, default=100_000)
    options = parser.parse_args()
    if not REGISTRY.exists():
        sys.exit("the real data is not beside the project (../shared/data)")
    dice = random.Random(20261126)
    program = Program(options.programs.resolve())
    firms, seen = [], set()
    others = []
    for name in ("shandong.csv.gz", "jiangsu.csv.gz", "beijing.csv.gz"):
        for row in rows(name):
            code, firm = row["统一社会信用代码"], row["企业名称"]
            if len(code) != 18 or len(firm) < 8 or code in seen:
                continue
            seen.add(code)
            if len(firms) < options.firms:
                firms.append([firm, code, row["注册日期"], row.get("地区", ""), row.get("注册地址", "")])
            else:
                others.append(firm)
    mentions = [damaged(dice.choice(firms)[0] if dice.random() < 0.3 or not others else dice.choice(others), dice)
                for _ in range(options.mentions)]
    few = max(1, len(firms) // 100)
    with tempfile.TemporaryDirectory(prefix="tanmiao-names-") as made:
        folder = pathlib.Path(made)
        for name in ("firms", "patents"):
            (folder / name).mkdir()
        held = firms[-few // 2:]
        write_firms(folder / "firms" / "a.csv", firms[:-few // 2])
        write_patents(folder / "patents" / "a.csv", mentions, 1)
        config, plain = make_config(folder, True), make_config(folder, False)
        data = folder / "data"
        for day, changes in ((20, False), (21, True)):
            if changes:
                for firm in dice.sample(firms[:-few // 2], few // 2):
                    firm[0] = damaged(firm[0], dice)
                write_firms(folder / "firms" / "a.csv", firms)
                write_patents(folder / "patents" / "b.csv",
                              [damaged(dice.choice(firms)[0], dice) for _ in range(max(1, len(mentions) // 100))],
                              len(mentions) + 1)
            program.json("crawl", "--config", config, "--data", data, "--clock", f"2026-11-{day}T18:00:00Z")
            if not changes:
                first = program.link(config, data, day)
                print("night 1:", first["seconds"], "s,", first["names"])
        figures = {}
        for kind, with_config in (("remembered", config), ("from nothing", config), ("no names", plain)):
            copy = folder / "copy"
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(data, copy)
            if kind == "from nothing":
                shutil.rmtree(copy / "names")
            told = program.link(with_config, copy, 21)
            figures[kind] = told["seconds"]
            print(f"night 2, {kind}: {told['seconds']} s,", told.get("names"))
            if kind == "remembered":
                waiting = program.waiting(copy)
            elif kind == "from nothing":
                same = waiting == program.waiting(copy)
                print(f"{len(waiting)} items wait; the same after both: {same}")
                if not same:
                    sys.exit(1)
        rest = figures["no names"]
        print(f"names alone: {figures['remembered'] - rest:.2f} s remembered, {figures['from nothing'] - rest:.2f} s from nothing")


body()
