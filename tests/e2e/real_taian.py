#!/usr/bin/env python3
"""The real registry, patents and recognitions of one city, today and as of a past day. What must come out is worked out
here from the same files by simple means. Only counts are printed, no row of the data."""
import collections
import csv
import datetime
import gzip
import json
import re
import tomllib
import unicodedata

from harness import ROOT, Bench, arguments, check, main, skip, stage

DATA = ROOT.parent / "shared" / "data"
WORD = "泰开"  # trade name of a group with many patents
PAST = "2015-12-31"       # when all patents of the file were public
LONG_PAST = "2011-12-31"  # when many of them were not
DEAD, PENDING, UNVERIFIED = "已失效", "在审", "效力待核"
YOUNG = 40  # firms established later that are asked for


def rows_of(path):
    opened = gzip.open(path, "rt", encoding="utf-8-sig", newline="") if path.suffix == ".gz" else open(
        path, encoding="utf-8-sig", newline="")
    with opened as lines:
        yield from csv.DictReader(lines)


def plain(name):
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name))


def months_later(day, months):
    """As tanmiao counts: the same day of the month, or the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1) - datetime.timedelta(days=1)).day
    return datetime.date(year, month + 1, min(day.day, last))


class Patent:
    """What the file says of an application, and what follows from it on a day: it has neither grants nor events."""

    def __init__(self, number, filed):
        digits = re.sub(r"\D", "", number.split(".")[0])
        self.filed = datetime.date.fromisoformat(filed)
        self.examined = (digits[4] if len(digits) >= 12 else digits[2]) in "18"

    def public(self):
        return months_later(self.filed, 18 if self.examined else 12)

    def state(self, day, pending_years):
        if months_later(self.filed, 12 * (20 if self.examined else 10)) <= day:
            return DEAD
        pending = self.examined and months_later(self.filed, 12 * pending_years) > day
        return PENDING if pending else UNVERIFIED


def number_of(text):
    return re.sub(r"\D", "", text.split(".")[0])


class Files:
    def __init__(self):
        self.codes, self.established = {}, {}
        for row in rows_of(DATA / "registry/taian.csv"):
            self.codes[plain(row["企业名称"])] = row["统一社会信用代码"]
            self.established[row["统一社会信用代码"]] = row["注册日期"]
        self.patents, owned = {}, collections.defaultdict(set)
        for row in rows_of(DATA / "patents/taian.csv.gz"):
            number = number_of(row["申请号"])
            self.patents[number] = Patent(row["申请号"], row["申请日"])
            if code := self.codes.get(plain(row["申请人"])):
                owned[code].add(number)
        self.owned = dict(owned)  # credit code -> application numbers, by exact names


def last_day(text):
    """Of a date that may be a year or a month: what it says could be known by then."""
    return text + {4: "-12-31", 7: "-31"}.get(len(text), "")


def dates_in(told):
    for evidence in told["evidence"]:
        yield last_day(evidence["date"])
    for patent in told["patents"]:
        yield from (last_day(patent[key]) for key in ("filing", "granted") if patent[key])
    for recognition in told["recognitions"]:
        yield last_day(recognition["issued"])
    for signal in told["signals"]:
        yield last_day(signal["date"])


def states(told):
    return {number_of(patent["application_no"]): patent["state"] for patent in told["patents"]}


def expected(files, numbers, day, pending_years):
    found = {number: files.patents[number] for number in numbers}
    return {number: p.state(day, pending_years) for number, p in found.items() if p.public() <= day}


def present(bench, of, files, today, pending_years):
    """Of every firm that owns patents by exact name: the states of its patents now."""
    owned = {}
    for code, numbers in files.owned.items():
        owned[code] = own = states(bench.json("explain", code, *of))
        if missing := expected(files, numbers, today, pending_years).keys() - own.keys():
            check(False, f"a firm lacks {len(missing)} patents that bear its name")
        if own != expected(files, own, today, pending_years):
            check(False, "a patent has another state than its filing date gives it today")
    check(len(owned) >= 56, f"{len(owned)} owners have all patents that bear their names, in the states of today")
    return owned


def past(bench, of, files, owned, day, pending_years):
    """The same firms as they were on a day. What changed since."""
    date = datetime.date.fromisoformat(day)
    changed = collections.Counter()
    for code, own in owned.items():
        if files.established[code] > day:
            changed["firm not established"] += 1
            bench.run("explain", code, *of, "--as-of", day, expect=(1,))
            continue
        then = bench.json("explain", code, *of, "--as-of", day)
        if states(then) != (wanted := expected(files, own, date, pending_years)):
            check(False, f"{len(states(then))} patents as of {day}, {len(wanted)} expected, or another state")
        if then["as_of"] != day or any(told > day for told in dates_in(then)):
            check(False, f"as of {day} something of a later day is told")
        changed["patent not public"] += len(own) - len(wanted)
        changed.update((state, own[number]) for number, state in wanted.items() if own[number] != state)
    print(f"as of {day} and now:", dict(changed))
    check(changed[PENDING, UNVERIFIED] > 0, f"applications that were pending on {day} are so then, and no more now")
    check(changed[UNVERIFIED, DEAD] > 0, f"utility models whose term is over now were not dead on {day}")
    return changed


def later_firms(bench, of, files):
    later = sorted(code for code, day in files.established.items() if day > PAST)
    for code in later[::max(1, len(later) // YOUNG)]:
        if bench.run("explain", code, *of, expect=(0, 1)).returncode == 0:  # individual businesses are out of scope
            done = bench.run("explain", code, *of, "--as-of", PAST, expect=(0, 1))
            if done.returncode == 0:
                check(False, f"a firm established after {PAST} is told of as of then")
    check(len(later) > 0, f"of {len(later)} firms established later none that was asked for is known as of {PAST}")


def past_run(bench, of, files, live):
    mined = stage(bench.json("mine", *of, "--as-of", PAST), "mine")
    check(mined["run"] != live["run"] and mined["as_of"] == PAST, "a run of a past day is another run, and dated")
    out = bench.folder / "past.jsonl"
    bench.run("export", *of, "--run", mined["run"], "--format", "jsonl", "-o", out)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    check(0 < len(rows) < live["candidates"], f"{len(rows)} candidates as of {PAST}, {live['candidates']} today")
    check(all(files.established.get(row["credit_code"], "") <= PAST for row in rows), "none was established later")
    check(all((row["last_filing"] or "") <= PAST == row["data_as_of"] for row in rows), "nor filed, and each is dated")
    check(any(row["pending_inventions"] for row in rows) and not any(row["valid_inventions"] for row in rows),
          "applications are pending as of then; none is called valid, for no grant is known")


def check_lineage(bench, of):
    rows = bench.folder / "rows.jsonl"
    bench.run("export", *of, "--format", "jsonl", "-o", rows)
    first = json.loads(rows.read_text(encoding="utf-8").splitlines()[0])["credit_code"]
    leader = bench.json("explain", first, *of)
    told = [line for line in leader["evidence"] + leader["patents"] if line["source"]]
    check(told and all(line["key"] and line["seen"] and line["line"] > 0 for line in told),
          "each line of evidence leads to a record, its day and a line of a file")
    page = bench.run("explain", first, *of).stdout
    check("文件 " in page and " 行" in page, "and the page of text says so")


def body(options):
    if not (DATA / "registry" / "taian.csv").exists():
        skip("the real data is not beside the project (../shared/data)")
    with Bench(options, "taian") as bench:
        data = bench.folder / "data"
        of = ["--config", ROOT / "tests/real/tanmiao.toml", "--data", data]
        report = bench.json("run", *of, expect=(0, 3))
        link, mined = stage(report, "link"), stage(report, "mine")
        print("firms", link["firms"], "patents", link["patents"], "linked", link["patents_linked"], "owners",
              link["patent_owners"], "reasons", link["links_by_reason"])
        files = Files()
        check(link["patents_linked"] >= 390, "the patents that exact names join are linked")
        check(link["patent_owners"] >= len(files.owned) >= 56, f"and the {len(files.owned)} firms that own them")
        hits = bench.lines("search", WORD, *of)
        check(hits[0]["total"] >= 1, f"search finds {hits[0]['total']} firms")
        told = bench.run("explain", next(iter(files.owned)), *of, "--as-of", PAST, expect=(0, 1)).stdout
        check("数据截至 " + PAST in told, "the explanation for people names the day")
        card = tomllib.loads((ROOT / "config/scorecard.toml").read_text(encoding="utf-8"))
        years = card["rules"]["pending_years"]
        owned = present(bench, of, files, datetime.date.fromisoformat(mined["as_of"]), years)
        past(bench, of, files, owned, PAST, years)
        before = past(bench, of, files, owned, LONG_PAST, years)
        check(before["patent not public"] > 0, f"patents that became public after {LONG_PAST} are not told as of then")
        later_firms(bench, of, files)
        past_run(bench, of, files, mined)
        check_lineage(bench, of)
        second = bench.json("run", *of, expect=(0, 3))
        check(stage(second, "link")["unchanged"], "an unchanged night links nothing again")
        check(stage(second, "link")["patent_owners"] == link["patent_owners"], "and counts the same owners")
        print(f"first night {report['seconds']:.2f} s, unchanged night {second['seconds']:.2f} s")


if __name__ == "__main__":
    main(body, arguments(__doc__))
