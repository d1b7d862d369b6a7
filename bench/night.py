#!/usr/bin/env python3
"""What a night costs in which a hundredth of the rows changed, beside the first one.

python3 bench/night.py --programs BUILD/apps [--firms 200000] [--patents 500000] [--share 0.01] [--data ../shared/data] [--keep FOLDER]

The two tables are those of pipeline.py. Of them a share is changed for the second night: of ten firms seven have another business
scope, one another name, one is new and one is gone; of ten patents six have another title, two another applicant, two are new.
Told are seconds, processor seconds and peak memory of each step of both nights. Afterwards links are made anew on a copy that has
forgotten its last snapshot and what was asked of names: the digest must be the same.
"""
import argparse
import csv
import json
import multiprocessing
import pathlib
import random
import shutil
import subprocess
import tempfile

import pipeline


def changed(path, columns, share, change):
    """Writes the table anew: `change(pick, row, n)` gives the rows that stand in place of one of the share."""
    pick = random.Random(11)
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    count = 0
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for row in rows:
            if pick.random() < share:
                writer.writerows(change(pick, row, count))
                count += 1
            else:
                writer.writerow(row)
    return count


LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def code_like(code, serial):
    """Another valid credit code of the same office (GB 32100: weights 3^i modulo 31; within it GB 11714)."""
    digits = f"{serial % 10**8:08d}"
    check = (11 - sum(int(d) * w for d, w in zip(digits, (3, 7, 9, 10, 5, 8, 4, 2))) % 11) % 11
    body = code[:8] + digits + ("X" if check == 10 else str(check))
    rest = sum(LETTERS.index(c) * pow(3, i, 31) for i, c in enumerate(body)) % 31
    return body + LETTERS[(31 - rest) % 31]


def change_firm(pick, row, n):
    kind = n % 10
    if kind == 0:
        return []
    if kind == 1:
        new = dict(row)
        new["企业名称"] = row["企业名称"][:2] + "新" + row["企业名称"][2:]
        new["统一社会信用代码"] = code_like(row["统一社会信用代码"], 1_000_003 * (n + 1))
        return [row, new]
    changed_row = dict(row)
    if kind == 2:
        changed_row["企业名称"] = row["企业名称"][:3] + pick.choice("海天华瑞") + row["企业名称"][3:]
    else:
        changed_row["经营范围"] = row["经营范围"] + "；智能控制系统集成"
    return [changed_row]


def change_patent(pick, row, n):
    kind = n % 10
    changed_row = dict(row)
    if kind < 6:
        changed_row["title"] = "改进的" + row["title"]
    elif kind < 8:
        changed_row["applicant"] = row["applicant"][:3] + pick.choice("海天华瑞") + row["applicant"][3:]
    else:
        changed_row["application_no"] = pipeline.with_check(2023, 1 + n % 2, 9_000_000 + n)
        return [row, changed_row]
    return [changed_row]


def apart(work, *words):
    """In a process of its own: what is measured would begin with the memory of this one."""
    with multiprocessing.Pool(1) as pool:
        return pool.apply(work, words)


def night(folder, programs, steps):
    options = ["--config", str(folder / "tanmiao.toml"), "--data", str(folder / "data")]
    return [(words[0], *pipeline.measured([str(programs / "tanmiao"), *words, *options])) for words in steps]


def digest(folder, programs, data):
    """Of the snapshot that is live after `link`, which does nothing where nothing changed."""
    options = ["--config", str(folder / "tanmiao.toml"), "--data", str(data), "--json"]
    text = subprocess.run([str(programs / "tanmiao"), "link", *options], check=True, stdout=subprocess.PIPE, text=True).stdout
    return next(stage["digest"] for stage in json.loads(text)["stages"] if stage["stage"] == "link")


def made_anew(folder, programs):
    """The same of a copy that has forgotten its last snapshot and what was asked of names."""
    copy = folder / "anew"
    shutil.copytree(folder / "data", copy)
    shutil.rmtree(copy / "names")
    shutil.rmtree(copy / "columns")
    (copy / "columns").mkdir()
    return digest(folder, programs, copy)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=pathlib.Path, default=pipeline.ROOT / "build/release/apps")
    parser.add_argument("--data", type=pathlib.Path, default=pipeline.ROOT.parent / "shared/data")
    parser.add_argument("--firms", type=int, default=200_000)
    parser.add_argument("--patents", type=int, default=500_000)
    parser.add_argument("--share", type=float, default=0.01)
    parser.add_argument("--steps", default="crawl,link,index")
    parser.add_argument("--keep", type=pathlib.Path, help="a folder that stays, for a profiler")
    options = parser.parse_args()
    folder = options.keep or pathlib.Path(tempfile.mkdtemp(prefix="tanmiao-night-"))
    folder.mkdir(exist_ok=True)
    try:
        apart(pipeline.make, folder, options.data, options.firms, options.patents)
        pipeline.config(folder)
        tool = str(options.programs / "tanmiao")
        where = ["--config", str(folder / "tanmiao.toml"), "--data", str(folder / "data")]
        for source in ("firms", "patents"):
            subprocess.run([tool, "source", "approve", source, "--by", "bench", "--reason", "bench", *where], check=True, stdout=subprocess.DEVNULL)
        steps = [[step] for step in options.steps.split(",")]
        first = night(folder, options.programs, steps)
        firms = apart(changed, folder / "tables/firms.csv", pipeline.FIRM, options.share, change_firm)
        patents = apart(changed, folder / "tables/patents.csv", pipeline.PATENT, options.share, change_patent)
        second = night(folder, options.programs, steps)
        print(f"changed: {firms} firms, {patents} patents")
        print("| step | first night: s | processor s | peak MB | this night: s | processor s | peak MB | processor of the first |\n|---|---|---|---|---|---|---|---|")
        for one, two in zip(first, second):
            print(f"| {one[0]} | {one[1]:.1f} | {one[2]:.1f} | {one[3]:.0f} | {two[1]:.1f} | {two[2]:.1f} | {two[3]:.0f} | {two[2] / one[2]:.0%} |")
        one, two = digest(folder, options.programs, folder / "data"), made_anew(folder, options.programs)
        print("a link of this night made anew gives", "the same snapshot" if one == two else f"ANOTHER one: {one}, {two}")
        if one != two:
            raise SystemExit(1)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
