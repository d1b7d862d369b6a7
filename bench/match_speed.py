#!/usr/bin/env python3
"""584,000 applicant strings against 200,000 firms: tanmiao match beside blocked Levenshtein in Python, in one run.

    bench/match_speed.py --programs build/release/apps [--data ../shared/data] [--strings 584000] [--firms 200000]

The strings are registry names: of ten eight as they are, one with full-width brackets and blanks, one damaged by the
model of match_truth.py; a tenth of the firms is struck from the list. The peer normalises names, joins equal ones and
compares the rest with all names that begin with the same three characters (python3-levenshtein,
ratio of 0.9 and more). Prints seconds, strings a second, precision and recall of both.
"""
import argparse
import collections
import csv
import json
import pathlib
import random
import subprocess
import tempfile
import time

import match_truth as truth


def make(folder, data, han, strings, firms):
    pick = random.Random(11)
    names = sorted({truth.norm(r["企业名称"]) for r in truth.registry(data) if len(r["企业名称"]) >= 6})
    pick.shuffle(names)
    names = names[:firms]
    struck = set(names[: firms // 10])
    damage = truth.Damage(han, 12)
    truth.write(folder / "against.csv", ["id", "name"], [[i, n] for i, n in enumerate(names) if n not in struck])
    rows = []
    for n in range(strings):
        i = pick.randrange(len(names))
        name = names[i]
        if n % 10 == 8:
            name = name.replace("(", "（").replace(")", "）")
            name = name[:4] + " " + name[4:]
        elif n % 10 == 9:
            name = getattr(damage, truth.KINDS[n // 10 % len(truth.KINDS)])(name) or name
        rows.append([n, name, "" if names[i] in struck else i])
    truth.write(folder / "names.csv", ["id", "name", "truth"], rows)
    return rows


def ours(folder, programs, config):
    began = time.monotonic()
    with open(folder / "answers.jsonl", "w") as out:
        subprocess.run([programs / "tanmiao", "match", "--config", config, "--names", folder / "names.csv", "--against",
                        folder / "against.csv", "--json"], stdout=out, stderr=subprocess.DEVNULL, check=True)
    seconds = time.monotonic() - began
    found = {}
    for line in open(folder / "answers.jsonl", encoding="utf-8"):
        answer = json.loads(line)
        if answer["decision"] == "link":
            found[int(answer["name"]["id"])] = int(answer["best"]["id"])
    return seconds, found


def peer(folder):
    import Levenshtein  # the package python3-levenshtein of the system

    began = time.monotonic()
    exact, front = {}, collections.defaultdict(list)
    for row in csv.DictReader(open(folder / "against.csv", encoding="utf-8")):
        name = truth.norm(row["name"])
        exact[name] = int(row["id"])
        front[name[:3]].append(name)
    found = {}
    for row in csv.DictReader(open(folder / "names.csv", encoding="utf-8")):
        name = truth.norm(row["name"])
        hit = exact.get(name)
        if hit is None:
            best, least = None, 0.9
            for other in front.get(name[:3], ()):
                ratio = Levenshtein.ratio(name, other)
                if ratio > least:
                    best, least = other, ratio
            hit = exact.get(best)
        if hit is not None:
            found[int(row["id"])] = hit
    return time.monotonic() - began, found


def tell(label, seconds, found, rows):
    right = sum(found.get(n) == firm for n, _, firm in rows if firm != "")
    has = sum(firm != "" for *_, firm in rows)
    print(f"{label:24} {seconds:7.1f} s {len(rows) / seconds:9.0f} strings/s  precision {right / max(len(found), 1):.4f} "
          f"recall {right / has:.4f}")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = pathlib.Path(__file__).resolve().parent.parent
    options.add_argument("--programs", type=pathlib.Path, default=root / "build" / "release" / "apps")
    options.add_argument("--data", type=pathlib.Path, default=root.parent / "shared" / "data")
    options.add_argument("--strings", type=int, default=584_000)
    options.add_argument("--firms", type=int, default=200_000)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        rows = make(folder, chosen.data, root / "config" / "reference" / "han.csv", chosen.strings, chosen.firms)
        tell("tanmiao match", *ours(folder, chosen.programs, root / "config" / "tanmiao.toml"), rows)
        tell("blocked Levenshtein", *peer(folder), rows)


if __name__ == "__main__":
    main()
