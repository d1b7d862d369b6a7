#!/usr/bin/env python3
"""What is needed to read by hand whether names of patents were matched rightly.

    bench/match_reading.py lists OUT [--data ../shared/data]     applicants of two patent lists, registries they may be in
    tanmiao match --names OUT/taian_names.csv --against OUT/shandong.csv --json > answers.jsonl
    bench/match_reading.py show answers.jsonl OUT/shandong.csv --decision no [--count 200] [--seed 20261126]

`show` prints names drawn with a fixed seed: the best firm and its probability, and rows of the list found without the program,
by the rare pairs of characters and of sounds that they share. Names of persons are left out by length: in the patents of the
city those of four characters and fewer are people, whom the source has masked.
"""
import argparse
import collections
import json
import math
import pathlib
import random

import match_truth as truth


def applicants(path, column):
    return collections.Counter(row[column].strip() for row in truth.rows_of(path))


def lists(chosen):
    out, data = chosen.out, chosen.data
    out.mkdir(parents=True, exist_ok=True)
    for name, counted, least in (("taian", applicants(data / "patents/taian.csv.gz", "申请人"), 5),
                                 ("wipo", applicants(data / "patents/wipo_cn.csv.gz", "applicant"), 1)):
        truth.write(out / f"{name}_names.csv", ["id", "name"], [
            [f"{n}-{count}", text] for n, (text, count) in enumerate(counted.items()) if len(truth.norm(text)) >= least])
    for name, rows in (("taian", truth.rows_of(data / "registry/taian.csv")), ("shandong", truth.registry(data, ("shandong",))),
                       ("three", truth.registry(data))):
        truth.write(out / f"{name}.csv", ["id", "name", "code", "address", "date"], [
            [n, r["企业名称"], r["统一社会信用代码"], r["注册地址"], r["注册日期"]] for n, r in enumerate(rows)])


class Found:
    """Rows of a list by pairs of neighbours they share with a name, rare pairs counting more."""

    def __init__(self, names, parts):
        self.parts, self.where, self.names = parts, collections.defaultdict(list), names
        for n, name in enumerate(names):
            for pair in self.pairs(name):
                self.where[pair].append(n)

    def pairs(self, name):
        cut = self.parts(name)
        return set(zip(cut, cut[1:]))

    def rows(self, name, count):
        score = collections.Counter()
        for pair in self.pairs(name):
            hits = self.where.get(pair, ())
            if len(hits) <= 20_000:
                for n in hits:
                    score[n] += math.log(len(self.names) / len(hits)) ** 2
        # Of two that share as much the shorter is nearer.
        near = sorted(score.most_common(40), key=lambda hit: -hit[1] / (50 + len(self.names[hit[0]])))
        return [n for n, _ in near[:count]]


def show(chosen):
    sound = {r["char"]: r["readings"].split(" ")[0] for r in truth.rows_of(chosen.han)}
    rows = list(truth.rows_of(chosen.against))
    names = [truth.norm(r["name"]) for r in rows]
    found = [Found(names, list), Found(names, lambda name: [sound.get(c, c) for c in name])]
    answers = [json.loads(line) for line in open(chosen.answers, encoding="utf-8")]
    of = [a for a in answers if a["decision"] == chosen.decision]
    random.Random(chosen.seed).shuffle(of)
    for answer in of[: chosen.count]:
        name, best = answer["name"]["name"], answer["best"]
        print(f"{answer['name']['id']} {name}\n    {answer['probability']:.4f} {best['name'] if best else '-'}")
        near = dict.fromkeys(n for by in found for n in by.rows(truth.norm(name), 4))
        for n in near:
            print(f"           {rows[n]['name']}  {rows[n]['date']}  {rows[n]['address']}")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = options.add_subparsers(required=True)
    root = pathlib.Path(__file__).resolve().parent.parent
    one = commands.add_parser("lists")
    one.add_argument("out", type=pathlib.Path)
    one.add_argument("--data", type=pathlib.Path, default=root.parent / "shared" / "data")
    one.set_defaults(run=lists)
    one = commands.add_parser("show")
    one.add_argument("answers", type=pathlib.Path)
    one.add_argument("against", type=pathlib.Path)
    one.add_argument("--decision", choices=("link", "review", "no"), default="no")
    one.add_argument("--count", type=int, default=200)
    one.add_argument("--seed", type=int, default=20261126)
    one.add_argument("--han", type=pathlib.Path, default=root / "config" / "reference" / "han.csv")
    one.set_defaults(run=show)
    chosen = options.parse_args()
    chosen.run(chosen)


if __name__ == "__main__":
    main()
