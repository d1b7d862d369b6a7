#!/usr/bin/env python3
"""Who gets venture money later: `tanmiao rank`, told of the deals up to a day, against the first deals after it, beside simpler rankings.

Usage: bench/financing.py [--program FILE] [--data ../shared/data] [--as-of 2008-12-31] [--until 2010-12-31] [--provinces beijing,jiangsu,shandong]
           [--json FILE]

The firms are those of the *registers* that were registered by the day and had no deal by then. links/firms.csv and patents/wipo_cn.csv are left
out as firms and as facts: both were gathered by searching venture-backed firms, so that being in them is the outcome. Deals are those of
links/vc_deals.csv (2006 to 2010); a firm is joined by its exact name. To learn from: the names of all firms with a deal by the day.

What still leaks, and cannot be taken out with these files: the registers were exported in 2019 or later (their latest registrations). Names, scopes, addresses and capital are those of
that year, and who had died by then is not in them. Two variants tell how much of it matters: "as exported", and "without what money changes"
(registered capital and type blanked, 股份有限公司 written 有限公司: firms take that form before they go public).

Figures: share of the later-financed in the first 1, 5 and 10 %, AP, AUC, and of P@100; intervals are the middle 95 % of 400 resamples of the
later-financed. Whoever has no deal in the list is unlabelled, not negative. Prints counts and ratios only. Without the data it says so and ends with 0.
"""
import argparse
import bisect
import csv
import gzip
import hashlib
import json
import pathlib
import random
import re
import subprocess
import tempfile
import time
import unicodedata

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAME, CODE, DAY, CAPITAL, KIND, SCOPE = "企业名称", "统一社会信用代码", "注册日期", "注册资金", "企业类型", "经营范围"
WORDS = ("科技", "技术", "软件", "信息", "网络", "电子", "生物", "医药", "新能源", "新材料", "光电", "通信", "智能", "环保")
SHARES = (.01, .05, .10)


def key(name):
    return "".join(unicodedata.normalize("NFKC", name or "").split())


def first_deals(path):
    days = {}
    with open(path, encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            for name in filter(None, map(key, re.split("[；;]", row["full_names_zh"]))):
                days[name] = min(row["deal_date"], days.get(name, "9999"))
    return days


def register(data, provinces, as_of):
    for province in provinces:
        with gzip.open(data / f"registry/{province}.csv.gz", "rt", encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                if "1900" < (row[DAY] or "") <= as_of:
                    yield row


def without_money(row):
    return {**row, CAPITAL: "", KIND: "N/A", NAME: row[NAME].replace("股份有限公司", "有限公司")}


def yuan(text):
    found = re.search(r"[\d,.]+", text or "")
    return float(found.group().replace(",", "").rstrip(".") or 0) if found and re.search(r"\d", found.group()) else 0.0


def scored(options, folder, rows, labels, name):
    """code -> rank among the register's rows, by the command."""
    place, listed, out = folder / f"{name}.csv", folder / "labels.csv", folder / f"{name}-scores.csv"
    with open(place, "w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, fieldnames=[*rows[0]])
        writer.writeheader(), writer.writerows(rows)
    with open(listed, "w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([[NAME], *([n] for n in sorted(labels))])
    begin = time.monotonic()
    done = subprocess.run([options.program, "rank", "--train", place, "--labels", listed, "--score", place, "-o", out], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    with open(out, encoding="utf-8-sig", newline="") as lines:
        header, *body = csv.reader(lines)
    rank, code = len(header) - 1, 0
    return {row[code]: -float(row[rank]) for row in body}, time.monotonic() - begin


def figures(scores, came):
    """Ties share their places. Resampled: the firms that came."""
    order = sorted(scores)
    n = len(order)

    def place(value):  # 1 is the best; the middle of its ties
        return n - (bisect.bisect_left(order, value) + bisect.bisect_right(order, value) - 1) / 2

    places = sorted(place(scores[i]) for i in came)

    def of(found):
        found = sorted(found)
        k = len(found)
        out = {f"top {share:.0%}": sum(p <= share * n for p in found) / k for share in SHARES}
        out["AP"] = sum((i + 1) / max(p, i + 1) for i, p in enumerate(found)) / k
        out["AUC"] = 1 - (sum(found) / k - (k + 1) / 2) / (n - k)
        out["P@100"] = sum(p <= 100 for p in found) / 100
        return out

    value, chance = of(places), random.Random(8)
    drawn = [of(chance.choices(places, k=len(places))) for _ in range(400)]
    return {name: (v, *(sorted(d[name] for d in drawn)[i] for i in (10, 389))) for name, v in value.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/release/apps/tanmiao")
    parser.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--as-of", default="2008-12-31"), parser.add_argument("--until", default="2010-12-31")
    parser.add_argument("--provinces", default="beijing,jiangsu,shandong"), parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    if not (options.data / "links/vc_deals.csv").is_file():
        print(f"no data below {options.data}: not measured")
        return
    options.program = options.program.resolve()
    deals = first_deals(options.data / "links/vc_deals.csv")
    before = {name for name, day in deals.items() if day <= options.as_of}
    rows = list(register(options.data, options.provinces.split(","), options.as_of))
    for number, row in enumerate(rows):
        row["_deal"] = deals.get(key(row[NAME]), "")
        row[CODE] = row[CODE] or f"row {number}"
    held = sum(bool(r["_deal"]) and r["_deal"] <= options.as_of for r in rows)
    plain = [{k: v for k, v in r.items() if k != "_deal"} for r in rows]
    rankings, seconds = {}, {}
    with tempfile.TemporaryDirectory(prefix="financing-") as place:
        for name, make in (("as exported", dict), ("without what money changes", without_money)):
            got, seconds[name] = scored(options, pathlib.Path(place), [make(r) for r in plain],
                                        {without_money({**plain[0], NAME: n})[NAME] for n in before} if make is without_money else before,
                                        name.split()[0])
            rankings[f"tanmiao rank, {name}"] = lambda r, g=got: g.get(r[CODE], -1e12)
    rankings["words of name and scope"] = lambda r: 3 * any(w in r[NAME] for w in WORDS) + sum(w in (r[SCOPE] or "") for w in WORDS) / len(WORDS)
    rankings["registered capital (of the export)"] = lambda r: yuan(r[CAPITAL])
    rankings["newest first"] = lambda r: int(r[DAY].replace("-", "")[:8])
    rankings["chance"] = lambda r: int(hashlib.sha256(r[CODE].encode()).hexdigest()[:12], 16)
    open_rows = [r for r in rows if not (r["_deal"] and r["_deal"] <= options.as_of)]
    came = [i for i, r in enumerate(open_rows) if r["_deal"] and r["_deal"] <= options.until]
    told = {"as_of": options.as_of, "until": options.until, "firms": len(open_rows), "financed_before": held, "names_to_learn_from": len(before),
            "came": len(came), "seconds": seconds, "rankings": {}}
    print(f"{len(open_rows):,} firms registered by {options.as_of} and without a deal by then; {held} others had one ({len(before):,} names in the list); "
          f"{len(came)} got their first by {options.until}\n")
    print("| ranking | top 1 % | top 5 % | top 10 % | P@100 | AP | AUC |\n|---|---|---|---|---|---|---|")
    for name, score in rankings.items():
        got = told["rankings"][name] = figures([score(r) for r in open_rows], came)
        cells = [f"{100 * got[f][0]:.1f} % ({100 * got[f][1]:.0f}–{100 * got[f][2]:.0f})" for f in ("top 1%", "top 5%", "top 10%")]
        cells += [f"{got['P@100'][0]:.2f}"] + [f"{got[f][0]:.4f} ({got[f][1]:.4f}–{got[f][2]:.4f})" for f in ("AP",)]
        cells += [f"{got['AUC'][0]:.3f} ({got['AUC'][1]:.3f}–{got['AUC'][2]:.3f})"]
        print(f"| {name} | " + " | ".join(cells) + " |")
    print("\nseconds of the command: " + ", ".join(f"{name} {s:.0f}" for name, s in seconds.items()))
    if options.json:
        options.json.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
