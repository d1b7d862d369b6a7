#!/usr/bin/env python3
"""Thirty nights in a row of the demo city's registry, which changes every day: what each night says is new, changed and
gone, firm by firm, against what is known to be. A third of the pages have other bytes each day and say the same. The
same with pages asked for only when they are due (--days N: that many nights;
--firms N)."""
import collections
import csv
import datetime
import re
import sqlite3

from harness import Bench, arguments, check, main, stage

FIRST = datetime.date(2026, 11, 20)
KINDS = ("new", "changed", "gone")


def truth_of(city, days):
    """By day and kind the codes of the firms; a firm that is new or gone on a day does not change on it. Households in
    business (codes from 92) are out of scope by rule: they are refused with the reason."""
    known = collections.defaultdict(set)
    with (city / "truth.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            born, changed, gone = (int(row[name]) for name in ("born_day", "changed_day", "gone_day"))
            if row["code"].startswith("92"):
                continue
            known[born, "new"].add(row["code"])
            if 0 < gone <= days:
                known[gone, "gone"].add(row["code"])
            if born < changed and (gone == 0 or changed < gone):
                known[changed, "changed"].add(row["code"])
    return known


def told(data, batch):
    facts = sqlite3.connect(f"{(data / 'facts.db').as_uri()}?mode=ro", uri=True)
    try:
        rows = facts.execute("SELECT r.key, v.tombstone, v.previous IS NULL FROM version v JOIN record r ON r.id = v.record"
                             " WHERE v.batch = ?", (batch,)).fetchall()
    finally:
        facts.close()
    out = collections.defaultdict(set)
    for key, tombstone, first in rows:
        out["gone" if tombstone else "new" if first else "changed"].add(key)
    return out


def batch_of(data, night):
    facts = sqlite3.connect(f"{(data / 'facts.db').as_uri()}?mode=ro", uri=True)
    try:
        return facts.execute("SELECT max(id) FROM batch WHERE source = 'demo-registry' AND night = ?", (night,)).fetchone()[0]
    finally:
        facts.close()


def nights(bench, data, known, days):
    bench.approve(data)
    sums = {kind: collections.Counter() for kind in KINDS}
    seen = collections.Counter()
    for day in range(1, days + 1):
        server = bench.serve_city(day)
        clock = (FIRST + datetime.timedelta(days=day - 1)).isoformat() + "T02:00:00Z"
        report = bench.night(data, "--only", "demo-registry", clock=clock)
        bench.stop(server)
        source = next(s for s in stage(report, "crawl")["sources"] if s["id"] == "demo-registry")
        check(source["outcome"] in ("published", "unchanged"), f"day {day}: {source['outcome']} {source['why']}")
        got = told(data, batch_of(data, report["night"]["id"]))
        for kind in KINDS:
            right = len(got[kind] & known[day, kind])
            sums[kind].update(right=right, told=len(got[kind]), known=len(known[day, kind]))
            late = [d for key in got[kind] for d in range(1, day) if key in known[d, kind]]
            sums[kind]["late"] += len(late)
            sums[kind]["latest"] = max([sums[kind]["latest"], *(day - d for d in late)])
            check(source[kind] == len(got[kind]), f"day {day}: the report counts {source[kind]} {kind} as the store has them")
        seen.update(parts=source["parts"], same=source["parts_same"], requests=source["requests"], not_due=source["not_due"])
    return sums, seen


def described(kind, sums):
    of = sums[kind]
    precision = of["right"] / of["told"] if of["told"] else 1.0
    recall = of["right"] / of["known"] if of["known"] else 1.0
    return precision, recall, f"{kind}: {of['known']} known, {of['told']} told, precision {precision:.3f}, recall {recall:.3f}"


def body(options):
    with Bench(options, "nights") as bench:
        city = bench.make_city(firms=options.firms, patents=60)
        known = truth_of(city, options.days)
        check(all(sum(len(known[day, kind]) for day in range(2, options.days + 1)) > 0 for kind in KINDS),
              "the city has new, changed and gone firms after the first day")
        sums, seen = nights(bench, bench.folder / "each", known, options.days)
        for kind in KINDS:
            precision, recall, line = described(kind, sums)
            check(precision == recall == 1.0, line)
        print("  pages", dict(seen), flush=True)
        # With a bound of four days a change is seen at most four days late; new and gone firms are on the lists.
        for source in (city / "sources").glob("*.toml"):
            text = source.read_text(encoding="utf-8")
            if 'id = "demo-registry"' in text:
                source.write_text(re.sub(r"(?s)\Z", "\n[page.revisit]\nleast_days = 1\nmost_days = 4\n", text), encoding="utf-8")
        sums, rarely = nights(bench, bench.folder / "due", known, options.days)
        for kind in ("new", "gone"):
            precision, recall, line = described(kind, sums)
            check(precision == recall == 1.0, "pages when due, " + line)
        of = sums["changed"]
        check(of["told"] == of["right"] + of["late"] and of["latest"] < 4,
              f"pages when due, changed: {of['known']} known, {of['right']} told on the day, {of['late']} up to {of['latest']} days late")
        print("  pages when due", dict(rarely), flush=True)
        check(rarely["requests"] < seen["requests"] * 0.8, f"{rarely['requests']} requests instead of {seen['requests']}")


if __name__ == "__main__":
    main(body, arguments(__doc__, days=8, firms=240))
