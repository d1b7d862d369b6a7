#!/usr/bin/env python3
"""Dirty rows of real registers: shifted columns, text of a wrong charset. Each is refused with a message that helps to
mend it, or taken with the value that stands in the file; none is silently wrong. What must come out is worked out here
from the same files by simple means. Only counts are printed, no row of the data."""
import collections
import csv
import json
import re
import tomllib
import unicodedata

from harness import ROOT, Bench, Failed, arguments, check, main, skip, stage

DATA = ROOT.parent / "shared" / "data" / "registry"
SOURCES = {"dirty-registry": "dirty_rows.csv", "mojibake-registry": "mojibake_rows.csv"}
HEADINGS = ["source_file", "企业名称", "统一社会信用代码", "注册日期", "企业类型", "法人代表", "注册资金", "经营范围",
            "所在省份", "地区", "注册地址"]
PERSON = HEADINGS.index("法人代表")
FIELDS = {"firm_name": 1, "credit_code": 2, "established": 3, "org_type": 4, "capital": 6, "scope": 7, "province": 8,
          "city": 9, "address": 10}
NONE, PLACEHOLDER, LOST = ("", "N/A"), "[NAME]", "\ufffd"
HAN = r"[\u4e00-\u9fff]+"


def rows_of(path):
    """Physical line -> cells. None of these files has a line break within a row."""
    with open(path, encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines)
        check(next(reader) == HEADINGS, f"{path.name} has the columns that are known of it")
        return {reader.line_num: cells for cells in reader}


def fits(field, text):
    """Whether a cell may stand in this column, as a person sees it."""
    if LOST in text or PLACEHOLDER in text:
        return False
    if field == "firm_name":
        return len(text) > 4
    if field == "credit_code":
        return re.fullmatch(r"[0-9A-Z]{18}", text) is not None
    if text in NONE:
        return True
    if field == "established":
        return re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None
    if field == "org_type":
        return re.search("公司|企业|合伙|个体|集体|股份|合作", text) is not None
    if field == "capital":
        return re.fullmatch(r"[\d,.]+\(?万?.*", text) is not None
    return field in ("scope", "address") or re.fullmatch(HAN, text) is not None


def first_unfit(cells):
    return next((field for field, at in FIELDS.items() if at < len(cells) and not fits(field, cells[at])), None)


def rejects_of(data, source):
    path = data / "rejects" / f"{source}.csv"
    if not path.exists():
        return []
    with open(path, encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def check_reject(reject, name, cells):
    """The reject of a row against the row. What kind of trouble it was."""
    line, told = f"{name}:{reject['行']}", reject["应为"]
    def must(holds, what):
        if not holds:
            raise Failed(f"{line}: {what}")
    unfit = first_unfit(cells)
    must(reject["来源文件"] == name, "the file is not named")
    must(reject["字段"] == unfit, f"told of {reject['字段']!r}, but {unfit!r} is the first that does not fit")
    if reject["值"]:
        must(reject["值"] == cells[FIELDS[unfit]].strip(), "another value than the file's is told")
    if reject["原行"]:
        kept = next(csv.reader([reject["原行"]]))
        must(len(kept) == len(cells), "the kept row has lost its shape")
        must(all(a in ("", b.strip()) for a, b in zip(kept, cells)), "the kept row says something else than the file")
        must(kept[PERSON] == "" and PLACEHOLDER not in reject["原行"], "a person's name may have been kept")
    else:
        must("原文件" in told and "原行" in told, "the row is not kept and it is not said how to mend it")
    if len(cells) != len(HEADINGS):
        must(f"应有 {len(HEADINGS)} 列，此行有 {len(cells)} 列" in told, f"the number of columns is not told: {told}")
        must(not reject["值"] and not reject["原行"], "something of a row that nobody could cut was kept")
        return "columns, garbled" if LOST in "".join(cells) else "columns"
    if LOST in cells[FIELDS["firm_name"]]:
        must("乱码" in told and "字符集" in told, f"lost characters are not told of: {told}")
        return "garbled"
    must("列错位" in told, f"a shift of columns is not told of: {told}")
    return "shifted"


def each_row(bench, of, data, report):
    kinds = collections.Counter()
    for source in stage(report, "crawl")["sources"]:
        name = SOURCES[source["id"]]
        rows = rows_of(DATA / name)
        rejects = {int(r["行"]): r for r in rejects_of(data, source["id"])}
        taken = {r["line"] for r in bench.lines("parse", "--source", source["id"], DATA / name, *of)}
        check(source["rows_read"] == len(rows), f"{name}: {len(rows)} rows read")
        check(source["rejected"] == len(rejects) == len(rejects_of(data, source["id"])), "a reject for each refused row")
        check(rejects.keys() | taken == rows.keys() and not rejects.keys() & taken,
              "each row is either refused or taken, at its line")
        check(all(first_unfit(rows[line]) is None and len(rows[line]) == len(HEADINGS) for line in taken),
              f"the {len(taken)} rows taken as they are have nothing wrong in them")
        found = collections.Counter(check_reject(r, name, rows[line]) for line, r in rejects.items())
        check(sum(found.values()) == len(rejects), f"{name}: {dict(found)} told with line, field and what was expected")
        kinds += found
    return kinds


# --- rows mended by hand, and fed again
def mended(cells):
    """The row as it should have been; None where characters are lost and only another export helps."""
    if LOST in "".join(cells):
        return None
    rest = cells[4:]
    place = [c for c in rest if re.fullmatch(HAN, c) and len(c) < 5]
    if len(cells) == 14:  # two columns too many
        province, scope, city = next(c for c in rest[:3] if c in place), cells[7], cells[11]
        return cells[:4] + ["", "", "N/A", scope, province, city, ""]
    if len(cells) == 10:  # a number cut at its comma, a quote that ran on
        return cells[:4] + ["", "", cells[4] + "," + cells[5], cells[6].split('"')[0], "", cells[9], ""]
    if re.fullmatch(r"\d+", cells[8]):  # a number cut at its comma
        return cells[:4] + ["", "", cells[8] + "," + cells[9], cells[7], "", cells[10], ""]
    return cells[:4] + ["", "", cells[8], "", "", cells[9], cells[10]]


def write_rejects(path, rejects):
    with open(path, "w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, ["来源文件", "行", "字段", "值", "应为", "原行"])
        writer.writeheader()
        writer.writerows(rejects)


def line_of(cells):
    return ",".join('"' + c.replace('"', '""') + '"' for c in cells)


def feed(bench, of, data, source):
    """Fills in what can be mended, feeds the whole file, and gives the mended rows."""
    rows = rows_of(DATA / SOURCES[source])
    rejects = rejects_of(data, source)
    good = {}
    for reject in rejects:
        if row := mended(rows[int(reject["行"])]):
            good[int(reject["行"])] = row
            reject["原行"] = line_of(row)
    path = bench.folder / "mended.csv"
    write_rejects(path, rejects)
    empty = sum(not r["原行"] for r in rejects)
    fed = stage(bench.json("rejects", "feed", source, path, *of), "crawl")["sources"][0]
    left = rejects_of(data, source)
    check(fed["new"] == len(good), f"{source}: all {len(good)} mended rows are taken")
    check({int(r["行"]) for r in left} == rows.keys() - good.keys(), f"the other {len(left)} stay to be mended")
    if empty:
        check(f"{empty} 行的“原行”是空的" in fed["why"], f"{empty} rows that nobody filled in are told of")
    return good.values()


def check_mended(bench, of, fed):
    for row in fed:
        firm = bench.json("explain", row[2], *of)["firm"]
        name = re.sub(r"\s", "", unicodedata.normalize("NFKC", row[1]))
        if (firm["name"], firm["code"], firm["established"], firm["address"]) != (name, row[2], row[3], row[10]):
            check(False, "a mended row came out with another value")
    check(len(fed) > 0, f"{len(fed)} mended rows are firms with the values of their rows")


# --- good and dirty rows in one file, as an office would get it
def money(text):
    number = re.fullmatch(r"([\d,]+(?:\.\d+)?)\(?万(?:元)?(?:人民币)?(?:元)?\)?", text)
    return number and str(round(float(number[1].replace(",", "")) * 1_000_000)) + " CNY"


def mixed(bench, good, dirty):
    """A file with dirty rows among good ones; line -> good row."""
    folder = bench.folder / "mixed"
    folder.mkdir(exist_ok=True)
    with open(DATA / "binzhou.csv", encoding="utf-8-sig", newline="") as lines:
        rows = [r for r in csv.DictReader(lines) if r["统一社会信用代码"][:2] in ("91", "93")][:good]
    bad = []
    for name in SOURCES.values():
        bad += (DATA / name).read_text(encoding="utf-8-sig").splitlines()[1:dirty // 2 + 1]
    text, at = [",".join(HEADINGS)], {}
    for i, row in enumerate(rows):
        at[len(text) + 1] = row
        text.append(line_of([row.get(h, "") for h in HEADINGS]))
        if i < len(bad):
            text.append(bad[i])
    (folder / "mixed.csv").write_text("\n".join(text) + "\n", encoding="utf-8")
    description = (ROOT / "tests/real/sources/dirty-registry.toml").read_text(encoding="utf-8")
    for old, new in {'"../shared/data/registry"': json.dumps(str(folder)), "dirty_rows.csv": "mixed.csv",
                     "most_rejected = 1.0": ""}.items():
        check(description.count(old) == 1, f"the description of the real source says {old} once")
        description = description.replace(old, new)
    (bench.folder / "sources").mkdir(exist_ok=True)
    (bench.folder / "sources" / "mixed.toml").write_text(description, encoding="utf-8")
    return at, len(bad)


def check_good(bench, of, good):
    records = {r["line"]: r for r in bench.lines("parse", "--source", "dirty-registry",
                                                 bench.folder / "mixed" / "mixed.csv", *of)}
    check(records.keys() == good.keys(), f"the {len(good)} good rows among them are taken, at their lines")
    for line, row in good.items():
        fields = records[line]["fields"]
        expected = {field: row[HEADINGS[at]].strip() for field, at in FIELDS.items()}
        expected["firm_name"] = re.sub(r"\s", "", unicodedata.normalize("NFKC", expected["firm_name"]))
        capital = expected.pop("capital")
        if (amount := money(capital)) and fields.get("capital") != amount:
            raise Failed(f"line {line}: another capital than the row's")
        for field, value in expected.items():
            if fields.get(field, "") != ("" if value in NONE else unicodedata.normalize("NFC", value)):
                raise Failed(f"line {line}: {field} is not what stands in the row")
    print("ok: with the values of their rows", flush=True)


def among_good_rows(bench):
    bench.config = bench.folder / "tanmiao.toml"
    quote = json.dumps
    bench.config.write_text(f'[city]\nreference = {quote(str(ROOT / "config/reference"))}\n[crawl]\nsources = "sources"\n'
                            f'[mine]\nrules = {quote(str(ROOT / "config"))}\n', encoding="utf-8")
    data = bench.folder / "mixed-data"
    good, bad = mixed(bench, 300, 50)
    first = stage(bench.json("run", *bench.of(data)), "crawl")["sources"][0]
    check((first["new"], first["rejected"]) == (300, bad), f"{bad} dirty rows cost none of 300 good ones")
    check_good(bench, bench.of(data), good)
    row = next(r for r in rejects_of(data, "dirty-registry") if r["行"] not in map(str, good))
    cells = next(csv.reader([(bench.folder / "mixed/mixed.csv").read_text(encoding="utf-8").splitlines()[int(row["行"]) - 1]]))
    row["原行"] = line_of(mended(cells))
    write_rejects(bench.folder / "one.csv", [row])
    bench.run("rejects", "feed", "dirty-registry", bench.folder / "one.csv", *bench.of(data))
    path = bench.folder / "mixed" / "mixed.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")  # other bytes: the file is read again
    again = stage(bench.json("run", *bench.of(data)), "crawl")["sources"][0]
    check((again["new"], again["gone"]) == (0, 0), "a mended row does not vanish when its file is read again")
    mixed(bench, 100, 60)
    held = stage(bench.json("run", *bench.of(data), expect=(3,)), "crawl")["sources"][0]
    check(held["outcome"] == "held" and "退回行占" in held["why"], f"a file that is mostly dirt is held: {held['why']}")


def body(options):
    if not (DATA / "dirty_rows.csv").exists():
        skip("the real data is not beside the project (../shared/data)")
    with Bench(options, "dirty") as bench:
        data = bench.folder / "data"
        config = ROOT / "tests/real/dirty.toml"
        of = ["--config", config, "--data", data]
        named = {path.split("/")[-1].removesuffix(".toml") for path in tomllib.loads(config.read_text())["crawl"]["sources"]}
        check(named == SOURCES.keys(), "the configuration names the sources that are known here")
        report = bench.json("run", *of)
        print("kinds of dirt:", dict(each_row(bench, of, data, report)))
        check(stage(report, "link")["firms"] == 0, "no firm came of a row that was refused")
        fed = [row for source in SOURCES for row in feed(bench, of, data, source)]
        after = stage(bench.json("run", *of), "link")
        check(after["firms"] == len({row[2] for row in fed}), f"the mended rows are {after['firms']} firms")
        check_mended(bench, of, fed)
        among_good_rows(bench)


if __name__ == "__main__":
    main(body, arguments(__doc__))
