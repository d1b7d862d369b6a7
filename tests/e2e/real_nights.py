#!/usr/bin/env python3
"""The 24 files of newly registered firms of the summer of 2019 as 24 nights: each night one more lies in the inbox. What
the nights say is new, changed, gone, the same and refused is held against a count of the same files by Python. Then the
last file comes once more: in other bytes with the same rows, which must cost nothing downstream, and with three rows
altered. Only counts are printed, no row of the data."""
import collections
import gzip
import json
import time
import tomllib

from harness import ROOT, Bench, arguments, check, main, skip, stage

DAILY = ROOT.parent / "shared" / "data" / "daily"
WEIGHTS = [pow(3, i, 31) for i in range(17)]  # GB 32100-2015
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def right_code(code):
    if len(code) != 18 or any(c not in SIGNS for c in code):
        return False
    return SIGNS[-sum(w * SIGNS.index(c) for w, c in zip(WEIGHTS, code)) % 31] == code[17]


def count(rows):
    """What a file must give, by simple means: households in business (codes from 92) are out of scope, a row without a
    code that holds is no record."""
    out = collections.Counter(rows=len(rows))
    for row in rows:
        code = row["CreditCode"]
        kind = "household" if code.startswith("92") else "no_code" if not code else "firm" if right_code(code) else "wrong_code"
        out[kind] += 1
    return out


class Nights(Bench):
    def prepare(self):
        """The files lie at ../shared/data/daily of a base of their own, as the description says."""
        (self.folder / "base").mkdir()
        self.inbox = self.folder / "shared" / "data" / "daily"
        self.inbox.mkdir(parents=True)
        real = tomllib.loads((ROOT / "tests/real/nights.toml").read_text())
        self.config = self.folder / "base" / "tanmiao.toml"
        quote, at = json.dumps, ROOT / "tests/real"
        self.config.write_text(
            f'[city]\ncode = {real["city"]["code"]}\nname = "{real["city"]["name"]}"\nreference = {quote(str(ROOT / "config/reference"))}\n'
            f'[crawl]\nsources = {quote([str(at / s) for s in real["crawl"]["sources"]])}\nbase = "."\n'
            f'[mine]\nrules = {quote(str(ROOT / "config"))}\ncampaigns = ["all"]\n', encoding="utf-8")
        self.data = self.folder / "data"

    def one_night(self, day):
        """Crawled and linked."""
        clock = f"{day}T14:00:00Z"
        report = self.json("crawl", *self.of(self.data), "--clock", clock)
        link = stage(self.json("link", *self.of(self.data), "--clock", clock), "link")
        return link, stage(report, "crawl")["sources"][0]

    def whole_night(self, day):
        report = self.night(self.data, expect=(0,), clock=f"{day}T14:00:00Z")
        return report, stage(report, "crawl")["sources"][0]


def rows_in(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def pack(path, rows):
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=True, separators=(",", ":")) + "\n")


def nights(bench, files):
    table, total = [], 0
    for number, file in enumerate(files):
        day = file.name.split(".")[0]
        (bench.inbox / file.name).write_bytes(file.read_bytes())
        known = count(rows_in(file))
        begin = time.monotonic()
        link, source = bench.one_night(day)
        seconds = time.monotonic() - begin
        told = {name: source[name] for name in ("rows_read", "rejected", "new", "changed", "gone", "same", "older", "contested")}
        right = dict(rows_read=known["rows"], rejected=known["rows"] - known["firm"], new=known["firm"], changed=0, gone=0,
                     same=total, older=0, contested=0)
        if told != right:
            check(False, f"{day}: told {told}, counted {right}, {source['first_rejects'][:3]}")
        if (source["parts"], source["parts_same"]) != (number + 1, number):
            check(False, f"{day}: {source['parts']} files, of which {source['parts_same']} left alone")
        total += known["firm"]
        if link["records"] != total:
            check(False, f"{day}: {link['records']} records are linked, {total} came")
        table.append((day, known, source, link, seconds))
    check(True, f"{len(files)} nights: rows, new, changed, gone, same and refused as counted; each file is read once")
    return table, total


def the_same_again(bench, file, day, total):
    """Other bytes, another order, the same rows."""
    rows = rows_in(file)
    firms = count(rows)["firm"]
    bench.whole_night(day)
    pack(bench.inbox / file.name, rows[::-1])
    report, source = bench.whole_night("2019-08-19")
    told = (source["same"], source["new"], source["changed"], source["gone"], source["parts"])
    check(told == (total, 0, 0, 0, len(list(bench.inbox.iterdir()))), f"a file in other bytes: its {firms} rows are the same, none new, changed or gone")
    check(all(stage(report, name)["unchanged"] for name in ("link", "index")),
          "and nothing is linked or indexed for it")


def three_rows_altered(bench, file, day, total):
    rows = rows_in(file)
    firms = [i for i, row in enumerate(rows) if count([row])["firm"]]
    rows[firms[0]]["Address"] += "之二"
    rows[firms[1]]["Status"] = "注销"
    del rows[firms[2]]
    pack(bench.inbox / file.name, rows)
    _, source = bench.one_night(day)
    told = (source["new"], source["changed"], source["gone"], source["same"])
    check(told == (0, 2, 1, total - 3), f"two rows altered and one left out: {told[1]} changed, {told[2]} gone, {told[3]} the same")


def a_line_is_broken(bench, file, day):
    """A night of which one line was cut in two: both halves are refused at their lines, the rest is read."""
    lines = gzip.decompress(file.read_bytes()).decode().splitlines()
    firm = next(i for i, line in enumerate(lines) if count([json.loads(line)])["firm"])
    lines[firm:firm + 1] = [lines[firm][:100], lines[firm][100:]]
    (bench.inbox / "2019-08-21.jsonl").write_text("\n".join(lines), encoding="utf-8")
    _, source = bench.one_night(day)
    broken = {r["line"] for r in source["first_rejects"] if "不是完整的 JSON" in r["expected"]}
    check(source["rows_read"] == len(lines), "a line that is cut in two is two rows")
    rejects = (bench.data / "rejects/daily-registry.csv").read_text(encoding="utf-8-sig")
    check(rejects.count("不是完整的 JSON") == 2 and broken <= {firm + 1, firm + 2}, "both are refused, at their lines")


def show(table):
    print("| night | rows | new | changed | gone | refused: households | without a code | files left alone | firms | crawl and link, s |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for day, known, source, link, seconds in table:
        print(f"| {day} | {source['rows_read']} | {source['new']} | {source['changed']} | {source['gone']} | {known['household']} | "
              f"{known['no_code'] + known['wrong_code']} | {source['parts_same']} | {link['firms']} | {seconds:.2f} |")


def body(options):
    files = sorted(DAILY.glob("*.jsonl.gz"))
    if not files:
        skip("the real data is not beside the project (../shared/data/daily)")
    with Nights(options, "nights") as bench:
        bench.prepare()
        table, total = nights(bench, files)
        the_same_again(bench, files[-2], "2019-08-18", total)
        three_rows_altered(bench, files[-2], "2019-08-20", total)
        a_line_is_broken(bench, files[1], "2019-08-21")
        show(table)
        check(bench.json("check", *bench.of(bench.data))["sound"], "and the data folder is sound")


if __name__ == "__main__":
    main(body, arguments(__doc__))
