#!/usr/bin/env python3
"""Words of real files that the shipped sources of the inbox read: states of registrations and of patents, and industry
codes of both editions of GB/T 4754 as the official tables have them. Only counts are printed, no row of the data."""
import collections
import csv
import gzip
import json
import re
import zipfile

from harness import ROOT, Bench, Failed, arguments, check, main, skip

DATA = ROOT.parent / "shared" / "data"
REGISTERED = {"存续": "ACTIVE", "在业": "ACTIVE", "开业": "ACTIVE", "注销": "CANCELLED"}
# What a reader of Chinese makes of a legal status: the first that stands in it.
RIGHTS = {"驳回": "REFUSED", "撤回": "DEEMED_WITHDRAWN", "终止": "LAPSED_UNSPEC", "转移": "TRANSFER", "变更": "BIBLIO_CHANGE",
          "授权": "GRANT", "授予": "GRANT", "实质审查": "EXAM_STARTED", "公布": "PUBLISHED", "公开": "PUBLISHED"}


# Rows of the table of 2017 beside the project that the standard does not have (it has 1369, and 9291 with 9299).
NO_CLASSES = {"1364", "9290"}


def write(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)


def parsed(bench, source, path):
    return {r["line"]: r["fields"] for r in bench.lines("parse", "--source", source, path)}


def registrations(bench):
    """Newly registered firms of another publisher's fields, in the template of the inbox."""
    rows = [("企业名称", "统一社会信用代码", "登记状态")]
    for path in sorted((DATA / "daily").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows += [(r["Name"], r["CreditCode"], r["Status"]) for r in map(json.loads, lines)
                     if r["CreditCode"][:2] in ("91", "93") and r["Status"]]
    write(bench.folder / "daily.csv", rows)
    read = parsed(bench, "registry-files", bench.folder / "daily.csv")
    words = collections.Counter()
    for line, fields in read.items():
        said = rows[line - 1][2]
        if fields.get("status") != next(v for k, v in REGISTERED.items() if k in said):
            raise Failed(f"line {line}: {said} was read as {fields.get('status')}")
        words[said] += 1
    check(len(read) > 0.99 * (len(rows) - 1), f"{len(read)} of {len(rows) - 1} registrations are read, their status too")
    print("states of registrations:", dict(words))


def rights(bench):
    path = DATA / "patents" / "pss_export.csv"
    with open(path, encoding="utf-8-sig", newline="") as lines:
        rows = {i: r for i, r in enumerate(csv.DictReader(lines), 2)}
    read, found = parsed(bench, "patent-files", path), collections.Counter()
    for line, fields in read.items():
        said = rows[line]["法律状态"]
        wanted = next((v for k, v in RIGHTS.items() if k in said), None)
        if fields.get("legal_status") != wanted:
            raise Failed(f"line {line}: {said} was read as {fields.get('legal_status')}, not as {wanted}")
        if wanted and not fields.get("legal_status_date"):
            raise Failed(f"line {line}: its date was not read")
        found[wanted] += 1
    check(len(read) >= 0.95 * len(rows), f"{len(read)} of {len(rows)} patents of an export as it was downloaded are read")
    check(found[None] <= 1, f"with the state that the words say: {dict(found)}")


def codes_2017():
    with open(DATA / "reference" / "gb4754_2017.csv", encoding="utf-8-sig", newline="") as lines:
        return {r["code"]: re.sub(r"\s", "", r["name"]) for r in csv.DictReader(lines)}


def codes_2011():
    """Codes of the workbook: cells of four digits and the next cell."""
    book = zipfile.ZipFile(DATA / "reference" / "gb4754_2011.xlsx")
    shared = [re.sub(r"<[^>]+>", "", s) for s in
              re.findall(r"<si>(.*?)</si>", book.read("xl/sharedStrings.xml").decode("utf-8"), re.S)]
    sheet = next(n for n in sorted(book.namelist()) if n.startswith("xl/worksheets/sheet"))
    found = {}
    for row in re.findall(r"<row[^>]*>(.*?)</row>", book.read(sheet).decode("utf-8"), re.S):
        cells = [shared[int(v)] if 't="s"' in attributes else v
                 for attributes, v in re.findall(r"<c ([^>]*?)>.*?<v>([^<]*)</v>", row, re.S)]
        for code, name in zip(cells, cells[1:]):
            if re.fullmatch(r"\d{4}", code.strip()):
                found[code.strip()] = re.sub(r"\s", "", name)
    return found


def industries(bench):
    older, newer = codes_2011(), {c: n for c, n in codes_2017().items() if re.fullmatch(r"\d{4}", c) and c not in NO_CLASSES}
    check(len(older) > 1000 and len(newer) > 1300, f"{len(older)} classes of 2011, {len(newer)} of 2017")
    firm = ("试验一号科技有限公司", "91371600310470710D")
    for edition, codes in (("2011", older), ("2017", newer)):
        rows = [("企业名称", "统一社会信用代码", "行业代码", "行业分类版本")] + [(*firm, c, edition) for c in codes]
        write(bench.folder / "codes.csv", rows)
        read = parsed(bench, "registry-files", bench.folder / "codes.csv")
        kept = sum(f.get("industry_code", "")[1:] == rows[line - 1][2] and f["industry_edition"] == edition
                   for line, f in read.items())
        check(kept == len(codes), f"all {kept} classes of {edition} are codes of that edition")
        other = (newer if edition == "2011" else older).keys()
        strangers = [c for c in other if c not in codes]
        write(bench.folder / "codes.csv", rows[:1] + [(*firm, c, edition) for c in strangers])
        read = parsed(bench, "registry-files", bench.folder / "codes.csv")
        check(not any("industry_code" in f for f in read.values()),
              f"none of the {len(strangers)} classes that {edition} does not have is taken for one of it")
    two = [c for c in older.keys() & newer.keys() if older[c] != newer[c]]
    print(f"{len(older.keys() & newer.keys())} classes are in both editions, {len(two)} of them under another name")


def body(options):
    if not (DATA / "daily").exists():
        skip("the real data is not beside the project (../shared/data)")
    with Bench(options, "words") as bench:
        registrations(bench)
        rights(bench)
        industries(bench)


if __name__ == "__main__":
    main(body, arguments(__doc__))
