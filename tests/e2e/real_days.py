#!/usr/bin/env python3
"""The days of the county and of the exporter on the real register and patents of one city: sheets out, filled in, saved by
an office program, back; a list of real names without codes; a batch; totals. Only counts are printed, no row of the data."""
import csv
import json

import sheets
from harness import ROOT, arguments, check, main, skip, stage
from three_days import TODAY, Office3, days_ago

DATA = ROOT.parent / "shared" / "data"
TEN, LISTED = 10, 40


class RealOffice(Office3):
    def prepare(self):
        base = self.folder / "base"
        base.mkdir()
        (self.folder / "shared").symlink_to(DATA.parent)
        self.config = base / "tanmiao.toml"
        real = ROOT / "tests/real/sources"
        sources = [real / "taian-registry.toml", real / "taian-patents.toml", ROOT / "config/sources/tech-sme-lists.toml"]
        self.config.write_text(
            f'[city]\ncode = 370900\nname = "泰安市"\nissuer = "本地测试"\nreference = {json.dumps(str(ROOT / "config/reference"))}\n'
            f'[crawl]\nsources = {json.dumps([str(s) for s in sources])}\nbase = "."\n'
            f'[mine]\nrules = {json.dumps(str(ROOT / "config"))}\ncampaigns = ["all"]\n', encoding="utf-8")
        self.data = self.folder / "data"


def visits(o, listed):
    """Ten firms with patents are visited; what they say narrows the interval at once."""
    export = o.folder / "名单.xlsx"
    o.run("export", *o.at(), "-o", export)
    table = sheets.table_of(export, "名单")
    check(len(table) == len(listed) > 2000, f"{len(table)} candidates in the sheet")
    summary = sheets.table_of(export, "汇总", key="责任单位")
    check(int(summary[-1]["合计"]) == len(table), "汇总 equals the list")
    unit_sums = sum(int(s["合计"]) for s in summary if s["研判"] == "小计")
    check(unit_sums == len(table), "and so do the units")
    zero = [column for column in table[0] if column not in ("可确认得分", "最高可能得分", "有效发明", "有效Ⅱ类知识产权", "效力待核专利",
                                                           "在审发明", "row", "注册资本(万元)") and any(row[column] == "0" for row in table)]
    check(not zero, f"unknown is no zero in any column but those that are counted: {zero}")
    with open(DATA / "registry/taian.csv", encoding="utf-8-sig", newline="") as lines:
        stated = {row["统一社会信用代码"] for row in csv.DictReader(lines) if row["注册资金"].startswith("0万")}
    check({row["统一社会信用代码"] for row in table if row["注册资本(万元)"] == "0"} <= stated, "a capital of 0 is one that the register states")
    chosen = [row for row in table if row["统一社会信用代码"]][:TEN]
    back = o.folder / "名单_走访.xlsx"
    sheets.fill(export, back, "名单", {row["row"]: {"走访人": "科技局", "走访日期": days_ago(1), "职工总数": 100, "科技人员数": 30,
                                                  "上年销售收入(万元)": 2000, "上年研发费用(万元)": 120, "核实结论": "有意申报"}
                                      for row in chosen})
    saved = sheets.saved_by_office(o, back)
    print("ok: opened and saved by LibreOffice on the way" if saved else "not run: LibreOffice is not installed", flush=True)
    done = o.pool("import", saved or back)[0]
    check((done["taken"], done["rejected"], done["conflicts"]) == (TEN, 0, 0), f"ten visits come back out of {done['rows']} rows")
    after = o.listed()
    for row in chosen:
        now = after[row["统一社会信用代码"]]
        if now["known_points"] < 70 or now["most_points"] < now["known_points"]:
            check(False, f"30 % of staff and 6 % give 70 at least, there are {now['known_points']}")
    check(sum(listed[c]["known_points"] != r["known_points"] for c, r in after.items()) == TEN, "the ten narrow, nobody else moves")
    again = o.pool("import", saved or back)[0]
    check((again["taken"], again["same"]) == (0, TEN), "the same sheet again changes nothing")
    untouched = o.pool("import", export)[0]
    check(untouched["taken"] == 0 and untouched["blank"] == len(table), "an export that nobody filled in changes nothing")
    return [row["统一社会信用代码"] for row in chosen]


def announcement(o, listed):
    """Real names without codes, one namesake pair if there is one, one nobody knows."""
    names = [row["name"] for row in listed.values()][100:100 + LISTED] + ["泰安从未见过的科技有限公司"]
    path = o.folder / "名单.csv"
    with open(path, "w", encoding="gb18030", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["企业名称", "入库登记编号"])
        for n, name in enumerate(names):
            rows.writerow([name, f"{TODAY.year - (2 if n % 4 == 0 else 0)}37090000{n:06d}"])
    done = o.pool("official", path, "--program", "tech_sme", "-o", o.folder / "核对.xlsx")[0]
    check(sum(done["piles"].values()) == done["rows"] == LISTED + 1, f"every row stands in one pile: {done['piles']}")
    check(done["piles"]["unknown"] == 1 and done["piles"]["found"] > LISTED / 2, "nearly all are found by name")
    after = o.listed()
    gone = len(listed) - len(after)
    check(gone == done["piles"]["found"], f"the {gone} that are registered are no candidates any more")
    check(sum(r["lead_kind"] == "续评" for r in after.values()) == done["piles"]["lapsed"], f"{done['piles']['lapsed']} are 续评")
    counter = next(c for c in o.pool("targets") if c["program"] == "tech_sme")
    check(counter["units"][-1]["valid"] == done["piles"]["found"] == sum(u["valid"] for u in counter["units"][:-1]),
          "the counter has them, by unit")
    later = next(c for c in o.pool("targets", "--as-of", f"{TODAY.year + 2}-01-01") if c["program"] == "tech_sme")
    check(later["units"][-1]["valid"] == 0, "and none of them two years on")


def pool(o, codes):
    batch = o.pool("batch", "open", "--title", "第一批")[0]["batch"]
    o.pool("admit", *codes, "--batch", batch)
    for state in ("freeze", "sign", "publish"):
        told = o.pool("batch", state, batch)[0]
    check(told["members"] == TEN, "ten are admitted in a batch")
    out = o.folder / "培育库.xlsx"
    o.pool("export", "-o", out)
    edited = o.folder / "培育库_改.xlsx"
    sheets.fill(out, edited, "培育库", {row["row"]: {"责任人": "企业服务科"} for row in sheets.table_of(out, "培育库")})
    done = o.pool("import", sheets.saved_by_office(o, edited) or edited)[0]
    entries = o.pool("list", "--track", "tech_sme")
    check(done["taken"] == TEN and sorted(e["code"] for e in entries) == sorted(codes), "out, edited, back: codes intact")
    check(all(e["cells"]["owner"] == "企业服务科" for e in entries), "and the edits are there")


def body(options):
    if not DATA.exists():
        skip("../shared/data is not there")
    with RealOffice(options, "real_days") as o:
        o.prepare()
        report = o.json("run", *o.at(), expect=(0, 3))
        check(stage(report, "link")["firms"] > 3000, "the real register is read")
        listed = o.listed()
        codes = visits(o, listed)
        pool(o, codes)
        announcement(o, o.listed())
        check(o.json("check", *o.at())["sound"], "and the data folder is sound")


if __name__ == "__main__":
    main(body, arguments(__doc__))
