#!/usr/bin/env python3
"""Truth for name matching out of the labelled pairs of ../shared/data/links, and what a program made of it.

    bench/match_truth.py make OUT [--data ../shared/data]     lists of names with their truth, in halves
    bench/match_truth.py score ANSWERS.jsonl NAMES.csv        precision and recall over all thresholds
    bench/match_truth.py calibration ANSWERS.jsonl NAMES.csv  probability beside frequency
    bench/match_truth.py links ANSWERS.jsonl NAMES.csv        links of names that are not equal, by threshold

`make` writes for each set NAME: NAME_against.csv (id, name, ...), NAME_tune.csv and NAME_report.csv (id, name, truth):
which half a name is in follows from a hash of its text, so that what weights were fitted to is never reported on.
"""
import argparse
import csv
import gzip
import hashlib
import json
import math
import pathlib
import random
import re
import unicodedata

DISTRACTORS = 100_000


def norm(text):
    return unicodedata.normalize("NFKC", text).replace(" ", "")


def half(text):
    return "tune" if hashlib.sha256(text.encode()).digest()[0] % 2 == 0 else "report"


def rows_of(path):
    opened = gzip.open(path, "rt", encoding="utf-8-sig") if str(path).endswith(".gz") else open(path, encoding="utf-8-sig")
    with opened as lines:
        yield from csv.DictReader(lines)


def registry(data, names=("shandong", "jiangsu", "beijing")):
    for name in names:
        yield from rows_of(data / "registry" / f"{name}.csv.gz")


def write(path, heading, rows):
    with open(path, "w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(heading)
        table.writerows(rows)


def distractors(data, taken, seed=1):
    """Registry rows whose name is none of `taken`, the same ones every time."""
    rows = {}
    for row in registry(data):
        name = norm(row["企业名称"])
        if name not in taken:
            rows.setdefault(name, row)
    chosen = random.Random(seed).sample(sorted(rows), DISTRACTORS)
    return [rows[name] for name in chosen]


def short_names(data, out, name, pairs, address=None, asked=None):
    """pairs: (short, full); address: full -> (district, address), for lists that have them. asked: the short names that are
    asked for, all of them to report on; without it all are, in halves."""
    pairs = [(s.strip(), f.strip()) for s, f in pairs if s.strip() and f.strip()]
    fulls = {}
    for _, full in pairs:
        fulls.setdefault(norm(full), len(fulls) + 1)
    first = {}
    for _, full in pairs:
        first.setdefault(norm(full), full)
    against = [[f"F{number}", first[key], *(address or {}).get(key, ["", ""])] for key, number in fulls.items()]
    for n, row in enumerate(distractors(data, set(fulls))):
        against.append([f"D{n + 1}", row["企业名称"], row["地区"] if address else "", row["注册地址"] if address else ""])
    random.Random(2).shuffle(against)
    # A short name that the source gives to several firms is one question with several right answers.
    truths = {}
    for short, full in pairs:
        truths.setdefault(short, set()).add(norm(full))
    write(out / f"{name}_against.csv", ["id", "name", "region", "address"], against)
    for part in ("tune", "report"):
        rows = [[f"{n}", short, "|".join(f"F{fulls[key]}" for key in sorted(truth)),
                 *(address or {}).get(min(truth), ["", ""])]
                for n, (short, truth) in enumerate(truths.items())
                if (half(short) == part if asked is None else short in asked and part == "report")]
        write(out / f"{name}_{part}.csv", ["id", "name", "truth", "region", "address"], rows)


# What goes wrong with names that people type or print, and how often each kind is made here.
TYPING = "typing", "shape", "missing", "doubled", "swapped"


class Damage:
    """The declared model of damage; each gives the damaged name or None where the name does not allow it."""

    def __init__(self, han, seed):
        self.random = random.Random(seed)
        self.sounds, self.shapes, self.known = {}, {}, {}
        for row in rows_of(han):
            reading = row["readings"].split(" ")[0]
            self.known[row["char"]] = (reading, row["four_corner"], row["cangjie"])
            self.sounds.setdefault(reading, []).append(row["char"])
            if "." in row["four_corner"]:
                self.shapes.setdefault(row["four_corner"], []).append(row["char"])

    def other(self, char, table, key):
        choices = [c for c in table.get(key, []) if c != char]
        return self.random.choice(choices) if choices else None

    def at(self, name):
        """A place in the middle of the name: its trade name or industry, not region or form."""
        plain = name
        for form in FORMS:
            if plain.endswith(form):
                plain = plain[: -len(form)]
                break
        start = 2 if len(plain) > 4 else 0
        return self.random.randrange(start, max(len(plain), start + 1))

    def same_sound(self, name):
        i = self.at(name)
        known = self.known.get(name[i])
        other = known and self.other(name[i], self.sounds, known[0])
        return name[:i] + other + name[i + 1:] if other else None

    def same_shape(self, name):
        i = self.at(name)
        known = self.known.get(name[i])
        other = known and self.other(name[i], self.shapes, known[1])
        return name[:i] + other + name[i + 1:] if other else None

    def missing(self, name):
        i = self.at(name)
        return name[:i] + name[i + 1:]

    def doubled(self, name):
        i = self.at(name)
        return name[:i] + name[i] + name[i:]

    def swapped(self, name):
        i = self.at(name)
        if i + 1 >= len(name) or name[i] == name[i + 1]:
            return None
        return name[:i] + name[i + 1] + name[i] + name[i + 2:]

    def no_form(self, name):
        for form in FORMS:
            if name.endswith(form) and len(name) > len(form) + 3:
                return name[: -len(form)]
        return None

    def other_form(self, name):
        for one, two in (("有限责任公司", "有限公司"), ("股份有限公司", "有限公司"), ("有限公司", "有限责任公司")):
            if name.endswith(one):
                return name[: -len(one)] + two
        return None

    def no_region(self, name):
        for region in REGIONS:
            if name.startswith(region) and len(name) > len(region) + 5:
                return name[len(region):]
        return None

    def moved_region(self, name):
        for region in REGIONS:
            if name.startswith(region) and name.endswith("有限公司") and len(name) > len(region) + 8:
                rest = name[len(region):]
                return rest[:2] + "(" + region + ")" + rest[2:]
        return None


FORMS = ("股份有限公司", "有限责任公司", "有限公司", "公司")
REGIONS = ("山东省", "江苏省", "北京市", "济南市", "青岛市", "烟台市", "潍坊市", "苏州市", "南京市", "无锡市", "常州市", "山东", "江苏",
           "北京", "济南", "青岛", "烟台", "潍坊", "苏州", "南京", "无锡", "常州", "南通", "徐州", "扬州", "临沂", "济宁", "淄博", "泰安")
KINDS = ("same_sound", "same_shape", "missing", "doubled", "swapped", "no_form", "other_form", "no_region",
         "moved_region")


def corrupted(data, out, han, count=24_000, listed=200_000):
    """Names damaged by the model, a third of their firms struck from the list."""
    names, taken = [], set()
    for row in registry(data):
        key = norm(row["企业名称"])
        if key not in taken and len(key) >= 6:
            taken.add(key)
            names.append(key)
    pick = random.Random(3)
    pick.shuffle(names)
    listed_names = names[:listed]
    damage = Damage(han, 4)
    struck, cases = set(), []
    for n, name in enumerate(listed_names[:count]):
        kind = KINDS[n % len(KINDS)]
        made = getattr(damage, kind)(name)
        if made is None or made == name or made in taken:
            continue
        gone = hashlib.sha256(name.encode()).digest()[1] % 3 == 0
        if gone:
            struck.add(name)
        cases.append([f"{kind}-{n}", made, "" if gone else name])
    against = [(f"R{i}", name) for i, name in enumerate(listed_names) if name not in struck]
    ids = {name: number for number, name in against}
    write(out / "corrupt_against.csv", ["id", "name"], against)
    for part in ("tune", "report"):
        write(out / f"corrupt_{part}.csv", ["id", "name", "truth"],
              [[c[0], c[1], ids.get(c[2], "")] for c in cases if half(c[1]) == part])


def patstat(data, out):
    """Strings in Latin letters beside firms with Chinese and English names; truth: the companies labelled good."""
    firms, strings = {}, {}
    for row in rows_of(data / "links" / "patstat_name_pairs.csv"):
        firms.setdefault(row["company_id"], (row["full_names_zh"], row["full_name_en"]))
        good = strings.setdefault(row["patstat_name"], set())
        if row["label"] == "good":
            good.add(row["company_id"])
    against = []
    for number, (chinese, english) in firms.items():
        names = [n.split("(SS")[0].split("(SZ")[0].strip() for n in chinese.replace("，", "；").replace(";", "；").split("；")]
        names = [n for n in names if n]
        against.append([number, names[0], ";".join(names[1:]), english])
    write(out / "patstat_against.csv", ["id", "name", "former", "english"], against)
    # The same firms by their Chinese names alone, among many that sound like them.
    taken = {norm(row[1]) for row in against}
    write(out / "pinyin_against.csv", ["id", "name", "former"],
          [row[:3] for row in against] + [[f"D{n}", r["企业名称"], ""] for n, r in enumerate(distractors(data, taken))])
    for part in ("tune", "report"):
        write(out / f"patstat_{part}.csv", ["id", "name", "truth"],
              [[n, text, "|".join(sorted(good))] for n, (text, good) in enumerate(sorted(strings.items())) if half(text) == part])
        rows = [[n, text, min(good, default="")] for n, (text, good) in enumerate(sorted(strings.items()))
                if half(text) == part]
        write(out / f"patstat_{part}_one.csv", ["id", "name", "truth"], rows)
        write(out / f"pinyin_{part}.csv", ["id", "name", "truth"], rows)


def deals(data, out):
    """Short names in the press beside the firms that got money. A firm may stand there with several full names, some of
    them without region or form, some with the number of the share behind them; each is right."""
    pairs = set()
    for row in rows_of(data / "links" / "vc_deals.csv"):
        for full in re.split("[；;，,]", row["full_names_zh"]):
            full = re.sub(r"\s*[(（](SS|SZ|SH|HK|NASDAQ|NYSE)[^)）]*[)）]?\s*$", "", full)
            if norm(full) != norm(row["short_name_zh"]):
                pairs.add((row["short_name_zh"], full))
    short_names(data, out, "vc", sorted(pairs))


def listed(data, out):
    """Short names of listed firms in firms.csv that ashare does not have, so that nothing was fitted to them; the list has
    the firms of the others as well."""
    known = {row["short"] for row in rows_of(data / "links" / "ashare_short_full.csv")}
    pairs = [(row["short"], row["企业名称"]) for row in rows_of(data / "links" / "firms.csv") if row["short"]]
    short_names(data, out, "listed", pairs, asked={short for short, _ in pairs} - known)


def absent(data, out, han, count=10_000, mixed=6_000):
    """Firms of one province as the registry writes them, taken out of its list: whatever is linked is another firm. In
    mixed_half and mixed_fifth they stand among as many, or five times as many, damaged names of firms that the list has:
    from those a list's habits are learnt."""
    rows = {}
    for row in registry(data, ("shandong",)):
        rows.setdefault(norm(row["企业名称"]), row["企业名称"])
    names = sorted(rows.values())
    random.Random(5).shuffle(names)
    write(out / "absent_report.csv", ["id", "name", "truth"], [[n, name, ""] for n, name in enumerate(names[:count])])
    against = list(enumerate(names[count:]))
    write(out / "absent_against.csv", ["id", "name"], against)
    damage, cases = Damage(han, 6), []
    for n, (number, name) in enumerate(random.Random(7).sample(against, 2 * mixed)):
        made = getattr(damage, KINDS[n % len(KINDS)])(norm(name))
        if made and made != norm(name):
            cases.append([f"damaged-{n}", made, number])
    for name, strangers in (("mixed_half", mixed), ("mixed_fifth", mixed // 5)):
        rows = [[f"absent-{n}", one, ""] for n, one in enumerate(names[:strangers])] + cases[:mixed]
        random.Random(8).shuffle(rows)
        write(out / f"{name}_report.csv", ["id", "name", "truth"], rows)
        write(out / f"{name}_against.csv", ["id", "name"], against)


def make(options):
    import match_former  # which builds on this file
    out, data = options.out, options.data
    out.mkdir(parents=True, exist_ok=True)
    links = data / "links"
    short_names(data, out, "ashare", [(r["short"], r["full"]) for r in rows_of(links / "ashare_short_full.csv")])
    short_names(data, out, "lagou", [(r["short"], r["full"]) for r in rows_of(links / "lagou_short_full.csv")])
    rows = list(rows_of(links / "qingdao_stem_full_address.csv"))
    address = {norm(r["full"]): [r["district"], r["address"]] for r in rows}
    short_names(data, out, "qingdao", sorted({(r["stem"], r["full"]) for r in rows}), address)
    corrupted(data, out, options.han)
    patstat(data, out)
    deals(data, out)
    absent(data, out, options.han)
    listed(data, out)
    match_former.renamed(data, out)
    match_former.former(data, out, options.han)


def answers_of(options):
    truth = {r["id"]: r["truth"] for r in rows_of(options.names)}
    for line in open(options.answers, encoding="utf-8"):
        answer = json.loads(line)
        if answer["name"]["id"] in truth:
            wanted = set(truth[answer["name"]["id"]].split("|")) - {""}
            best = answer["best"]
            yield answer, wanted, best is not None and best["id"] in wanted


def score(options):
    rows = [(a["probability"] if a["best"] else 0, right, bool(wanted), a["name"]["id"].split("-")[0])
            for a, wanted, right in answers_of(options)]
    total = sum(has for _, _, has, _ in rows)
    print(f"{len(rows)} names, {total} of which the list has the firm; the best candidate is right for "
          f"{sum(r for _, r, _, _ in rows) / max(total, 1):.4f} of them")
    print("threshold precision recall taken")
    for threshold in (0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999):
        taken = [(r, k) for p, r, _, k in rows if p >= threshold]
        hits = sum(r for r, _ in taken)
        print(f"{threshold:9} {hits / max(len(taken), 1):9.4f} {hits / max(total, 1):6.4f} {len(taken):5}")
    rows.sort(reverse=True)
    best, hits, run = (0, 1), 0, 0
    while run < len(rows):
        same = run
        while same < len(rows) and rows[same][0] == rows[run][0]:
            hits += rows[same][1]
            same += 1
        run = same
        if hits / run >= options.precision:
            best = (hits / max(total, 1), rows[run - 1][0])
    print(f"recall at precision >= {options.precision}: {best[0]:.4f} (threshold {best[1]:.4f})")
    kinds = sorted({k for *_, k in rows if not k.isdigit()})
    for kind in kinds:
        of = [r for r in rows if r[3] == kind]
        taken = [r for r in of if r[0] >= options.threshold]
        has = sum(r[2] for r in of)
        hits = sum(r[1] for r in taken)
        print(f"  {kind:14} {len(of):6} names, at {options.threshold}: precision {hits / max(len(taken), 1):.4f} "
              f"recall {hits / max(has, 1):.4f}; taken at .95, .98, .995: "
              f"{', '.join(str(sum(r[0] >= t for r in of)) for t in (0.95, 0.98, 0.995))}")


def calibration(options):
    bins = {}
    for answer, _, right in answers_of(options):
        if answer["best"] is None:
            continue
        edge = min(int(answer["probability"] * 10), 9)
        edge = 10 if answer["probability"] >= 0.99 else edge
        bins.setdefault(edge, []).append((answer["probability"], right))
    for edge, rows in sorted(bins.items()):
        said = sum(p for p, _ in rows) / len(rows)
        true = sum(r for _, r in rows) / len(rows)
        print(f"{len(rows):6} names: said {said:.4f}, true {true:.4f}, apart {100 * (true - said):+.1f} points")


def links(options):
    """Of the links of names that are not equal to the firm's: how many are right, from which probability on."""
    rows = [(a["probability"], right) for a, _, right in answers_of(options)
            if a["best"] and not any(w["field"] == "whole" and w["level"] == "equal" for w in a["why"])]
    for threshold in (0.9, 0.95, 0.98, 0.99, 0.995):
        taken = [right for p, right in rows if p >= threshold]
        low, high = interval(sum(taken), len(taken))
        print(f"{threshold:6} {sum(taken)} of {len(taken)} right, {100 * sum(taken) / max(len(taken), 1):.2f} % "
              f"(95 % interval {100 * low:.2f} to {100 * high:.2f})")


def interval(hits, count, z=1.96):
    """Wilson's."""
    if count == 0:
        return 0, 1
    share, spread = hits / count, 1 + z * z / count
    middle = (share + z * z / 2 / count) / spread
    half_width = z * math.sqrt(share * (1 - share) / count + z * z / 4 / count / count) / spread
    return middle - half_width, middle + half_width


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = options.add_subparsers(required=True)
    root = pathlib.Path(__file__).resolve().parent.parent
    one = commands.add_parser("make")
    one.add_argument("out", type=pathlib.Path)
    one.add_argument("--data", type=pathlib.Path, default=root.parent / "shared" / "data")
    one.add_argument("--han", type=pathlib.Path, default=root / "config" / "reference" / "han.csv")
    one.set_defaults(run=make)
    for name, run in (("score", score), ("calibration", calibration), ("links", links)):
        one = commands.add_parser(name)
        one.add_argument("answers", type=pathlib.Path)
        one.add_argument("names", type=pathlib.Path)
        one.add_argument("--precision", type=float, default=0.99)
        one.add_argument("--threshold", type=float, default=0.95)
        one.set_defaults(run=run)
    chosen = options.parse_args()
    chosen.run(chosen)


if __name__ == "__main__":
    main()
