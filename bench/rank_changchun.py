#!/usr/bin/env python3
"""How well `tanmiao rank` puts known technology firms on top that it was not told of, beside simpler rankings, on the same splits.

Usage: bench/rank_changchun.py [--splits 20] [--data FOLDER] [--ablations] [--transductive] [--json FILE] [--program FILE]

FOLDER (default ../shared/data/changchun) holds registry.csv.gz and tech_sme_list.csv; another city's files of the same form do as well. A split cuts the
register in two by a hash of the credit code: the command learns from one half and the list without the names of the other half,
and ranks the other half. Rebuilt in the same run: keywords (the scorecard: the command with an empty list), logistic regression on
character n-grams of name and scope, and a stack as one writes it in an hour: text scores of name and scope, one of the name learnt
also from the listed names that no row bears, then boosting with capital, year and words for zones (both scikit-learn, where
Python has it). Figures are means over the splits; the interval is that
of Nadeau and Bengio for repeated splits (the splits share their firms: 1/n of the variance would be too little). --transductive:
the register in whole to learn from, with half of the listed firms as labels; tested on the others among all that are not listed.
Prints counts and ratios only; a firm that is not listed is unlabelled, not negative. Without the data it says so and ends with 0.
"""
import argparse
import csv
import gzip
import hashlib
import io
import json
import math
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import unicodedata

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAME, CODE, SCOPE = "企业名称", "统一社会信用代码", "经营范围"
FIGURES = ["top5", "ap", "auc", "p100"]
T95 = {2: 12.71, 3: 4.30, 4: 3.18, 5: 2.78, 8: 2.36, 10: 2.26, 20: 2.09}

# What is changed in config/rank.toml, by name of the ablation.
TEXTS = ["name", "scope", "scope_presence", "scope_like", "address", "address_like", "head", "first"]
NUMBERS = ["capital", "company", "branch", "zone", "card_name", "card_scope", "scope_length", "scope_items", "rarity", "year",
           "new_code", "template", "name_length"]
ABLATIONS = {
    "trees alone": {"parts": ["trees"]},
    "linear stack alone": {"parts": ["linear"]},
    "without numbers": {"without": NUMBERS},
    "without texts": {"without": TEXTS},
    "without name text": {"without": ["name", "scope_like", "address_like"]},
    "without heads for likeness of names": {"without": ["scope_like", "address_like"]},
    "without order of items": {"without": ["head", "first"]},
    "without address": {"without": ["address", "address_like", "zone"]},
    "without capital": {"without": ["capital"]},
    "without scorecard words": {"without": ["card_name", "card_scope"]},
    "without rarity": {"without": ["rarity"]},
    "without dates and codes": {"without": ["year", "new_code", "template"]},
    "trees of depth 2": {"depth": 2},
    "250 rounds": {"rounds": 250},
    "one seed": {"seeds": 1},
    "10 folds": {"folds": 10},
}


def key(name):
    return "".join(unicodedata.normalize("NFKC", name).split())


def read(path):
    opened = gzip.open(path) if path.suffix == ".gz" else open(path, "rb")
    with opened as file:
        return list(csv.DictReader(io.TextIOWrapper(file, encoding="utf-8-sig")))


def write(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, rows[0].keys() if rows else [NAME])
        out.writeheader()
        out.writerows(rows)
    return path


def side(split, code):
    return hashlib.blake2b(f"{split}:{code}".encode(), digest_size=8).digest()[-1] & 1


def figures(scored):
    """Of (score, listed) pairs; ties are shared."""
    total, found = len(scored), sum(y for _, y in scored)
    groups = {}
    for score, y in scored:
        n, hit = groups.get(score, (0, 0))
        groups[score] = (n + 1, hit + y)
    seen = hits = pairs = precision = 0.0
    top, hundred, edge = 0.0, 0.0, max(1, round(total / 20))
    for score in sorted(groups, reverse=True):
        n, hit = groups[score]
        pairs += (n - hit) * (hits + hit / 2)
        top += hit * min(1, max(0, (edge - seen) / n))
        hundred += hit * min(1, max(0, (100 - seen) / n))
        seen, hits = seen + n, hits + hit
        precision += hit * hits / seen
    return {"top5": top / found, "ap": precision / found, "auc": pairs / found / (total - found), "p100": hundred / 100}


class Bench:
    def __init__(self, options):
        self.options = options
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tanmiao-rank-"))
        self.firms = read(options.data / "registry.csv.gz")
        self.list = read(options.data / "tech_sme_list.csv")
        names = {key(r[NAME]) for r in self.list}
        self.listed = {key(r[NAME]) for r in self.firms} & names

    def settings(self, change):
        text = (ROOT / "config/rank.toml").read_text()
        for word, value in change.items():
            lines = [f"{word} = {json.dumps(value)}" if line.startswith(word + " =") else line for line in text.splitlines()]
            text = "\n".join(lines) + "\n"
        path = self.folder / "rank.toml"
        path.write_text(text)
        return path

    def rank(self, train, labels, score, change=None):
        out = self.folder / "scores.csv"
        words = ["--settings", self.settings(change)] if change else []
        done = subprocess.run([self.options.program, "rank", "--train", train, "--labels", labels, "--score", score, "-o", out,
                               *words], cwd=ROOT, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(done.stderr)
        return {(r["code"], r["name"]): -int(r["rank"]) for r in read(out)}

    def judge(self, scores, rows):
        return figures([(scores[(r[CODE], r[NAME])], key(r[NAME]) in self.listed) for r in rows])

    def split(self, number):
        train = [r for r in self.firms if side(number, r[CODE]) == 0]
        test = [r for r in self.firms if side(number, r[CODE]) == 1]
        hidden = {key(r[NAME]) for r in test} & self.listed
        labels = [r for r in self.list if key(r[NAME]) not in hidden]
        return train, test, labels

    def halves(self, number):
        train, test, labels = self.split(number)
        files = (write(self.folder / "train.csv", train), write(self.folder / "list.csv", labels),
                 write(self.folder / "test.csv", test))
        nobody = write(self.folder / "nobody.csv", [])
        out = {"tanmiao rank": self.judge(self.rank(*files), test),
               "keywords": self.judge(self.rank(files[0], nobody, files[2]), test)}
        linear = linear_scores(train, test, self.listed)
        if linear is not None:
            truth = [key(r[NAME]) in self.listed for r in test]
            out["n-grams, linear"] = figures(list(zip(linear, truth)))
            out["stack in Python"] = figures(list(zip(stack_scores(train, test, self.listed, labels), truth)))
        if self.options.ablations:
            own = write(self.folder / "own.csv", [r for r in labels if key(r[NAME]) in self.listed])
            out["without listed names"] = self.judge(self.rank(files[0], own, files[2]), test)
            for name, change in ABLATIONS.items():
                out[name] = self.judge(self.rank(*files, change), test)
        return out

    def transductive(self, number):
        _, _, labels = self.split(number)
        known = {key(r[NAME]) for r in labels}
        whole = write(self.folder / "whole.csv", self.firms)
        scores = self.rank(whole, write(self.folder / "list.csv", labels), whole)
        rest = [r for r in self.firms if key(r[NAME]) not in known]
        nobody = write(self.folder / "nobody.csv", [])
        return {"tanmiao rank": self.judge(scores, rest), "keywords": self.judge(self.rank(whole, nobody, whole), rest)}


def linear_scores(train, test, listed):
    try:
        from scipy.sparse import hstack
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
    except ImportError:
        return None
    parts = []
    for column in (NAME, SCOPE):
        grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=3, sublinear_tf=True)
        parts.append((grams.fit_transform(r[column] for r in train), grams.transform(r[column] for r in test)))
    model = LogisticRegression(C=1, class_weight="balanced", solver="liblinear")
    model.fit(hstack([p[0] for p in parts]).tocsr(), [key(r[NAME]) in listed for r in train])
    return model.decision_function(hstack([p[1] for p in parts]).tocsr())


ZONE = "高新|开发区|科技园|产业园|软件园|创业园|孵化|众创|工业园|科技城|产业基地"
CAPITAL, SINCE, ADDRESS = "注册资金", "注册日期", "注册地址"


def numbers_of(row):
    """Capital (ln of 万元; a missing one stays missing), year of registration, words for zones, lengths, whether it is a branch."""
    amount = re.search(r"[\d.]+", row.get(CAPITAL, "").replace(",", ""))
    capital = math.log1p(float(amount[0])) if amount and amount[0].strip(".") else math.nan
    year = float(row[SINCE][:4]) if row[SINCE][:4].isdigit() else math.nan
    return [capital, year, len(re.findall(ZONE, row.get(ADDRESS, "") + row[NAME])), len(row[NAME]), len(row[SCOPE]), float("分公司" in row[NAME])]


def text_scores(train, test, wanted, further=()):
    """Logistic regression on n-grams: of the texts learnt from those of models that have not seen them (five folds), of the others of
    one model. `further`: texts of the kind that is looked for, learnt from only."""
    import numpy
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=3, sublinear_tf=True).fit(train + list(further))
    known, asked, more = grams.transform(train), grams.transform(test), list(further)
    wanted = numpy.array(wanted)

    def model(rows):
        from scipy.sparse import vstack
        matrix = vstack([known[rows], grams.transform(more)]).tocsr() if more else known[rows]
        return LogisticRegression(C=1, class_weight="balanced", solver="liblinear").fit(matrix, numpy.append(wanted[rows], [True] * len(more)))
    fold = numpy.random.default_rng(1).integers(0, 5, len(train))
    own = numpy.zeros(len(train))
    for f in range(5):
        own[fold == f] = model(numpy.flatnonzero(fold != f)).decision_function(known[fold == f])
    return own, model(numpy.arange(len(train))).decision_function(asked)


def stack_scores(train, test, listed, labels):
    import numpy
    from sklearn.ensemble import HistGradientBoostingClassifier
    wanted = [key(r[NAME]) in listed for r in train]
    rows = {key(r[NAME]) for r in train}
    strangers = [r[NAME] for r in labels if key(r[NAME]) not in rows]
    heads = [text_scores([r[NAME] for r in train], [r[NAME] for r in test], wanted),
             text_scores([r[SCOPE] for r in train], [r[SCOPE] for r in test], wanted),
             text_scores([r[NAME] for r in train], [r[NAME] for r in test], wanted, strangers)]
    known = numpy.column_stack([h[0] for h in heads] + [[numbers_of(r) for r in train]])
    asked = numpy.column_stack([h[1] for h in heads] + [[numbers_of(r) for r in test]])
    weights = numpy.where(wanted, 10.0, 1.0)
    return sum(HistGradientBoostingClassifier(max_iter=150, learning_rate=0.05, max_depth=3, min_samples_leaf=20, l2_regularization=1.0,
                                              random_state=seed).fit(known, wanted, sample_weight=weights).decision_function(asked)
               for seed in range(3))


def half_width(values):
    n = len(values)
    t = T95.get(n) or 2.1
    return t * math.sqrt((1 / n + 1) * statistics.variance(values)) if n > 1 else float("nan")


def show(runs):
    best = "tanmiao rank"
    print("| ranking | in the top 5 % | AP | AUC | P@100 | top 5 %, difference to ours | AP, difference |")
    print("|---|---|---|---|---|---|---|")
    for name in runs[0]:
        cells = []
        for figure in FIGURES:
            values = [r[name][figure] for r in runs]
            scale, digits = (100, 1) if figure in ("top5", "p100") else (1, 3)
            cells.append(f"{scale * statistics.mean(values):.{digits}f} ± {scale * half_width(values):.{digits}f}")
        for figure, scale, digits in (("top5", 100, 1), ("ap", 1, 3)):
            gaps = [r[name][figure] - r[best][figure] for r in runs]
            worse = sum(g < 0 for g in gaps)
            cells.append("" if name == best else
                         f"{scale * statistics.mean(gaps):+.{digits}f} ± {scale * half_width(gaps):.{digits}f} (worse in {worse} of {len(gaps)})")
        print(f"| {name} | " + " | ".join(cells) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--splits", type=int, default=20)
    parser.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared/data/changchun")
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/release/apps/tanmiao")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--ablations", action="store_true")
    parser.add_argument("--transductive", action="store_true")
    options = parser.parse_args()
    options.program = options.program.resolve()
    if not (options.data / "registry.csv.gz").exists():
        print(f"{options.data} is not there: nothing was measured")
        return
    bench = Bench(options)
    print(f"{len(bench.firms)} firms, {len(bench.listed)} of them listed; {len(bench.list)} firms on the list; {options.splits} splits")
    runs = []
    for number in range(options.splits):
        runs.append(bench.transductive(number) if options.transductive else bench.halves(number))
        print(f"split {number}: " + ", ".join(f"{n} {r['top5']:.3f}/{r['ap']:.3f}" for n, r in list(runs[-1].items())[:3]),
              file=sys.stderr)
    show(runs)
    if options.json:
        options.json.write_text(json.dumps(runs, indent=1))


if __name__ == "__main__":
    main()
