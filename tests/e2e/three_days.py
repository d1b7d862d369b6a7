#!/usr/bin/env python3
"""The three days by which an office would judge: the data team's, the county's, the exporter's. Every step by command, and
in a browser where there is a page. An invented city of 60 firms; real_days.py does the same on real rows."""
import csv
import datetime
import gzip
import json
import shutil

import sheets
from browser import Browser, chromium
from harness import ROOT, Bench, arguments, check, main, stage

TODAY = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()  # of Beijing, as the program has it
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
SYLLABLES = "海天金宏鑫正德瑞泰丰华盛兴恒源达信诚智科"
PLACES = [("博兴县", "山东省滨州市博兴县锦秋街道"), ("小营街道", "山东省滨州市滨城区小营街道"), ("惠民县", "山东省滨州市惠民县孙武街道"),
          ("邹平市", "山东省滨州市邹平市黛溪街道"), ("阳信县", "山东省滨州市阳信县信城街道"), ("滨城区", "山东省滨州市滨城区市中街道")]
HEADING_RD = "上年研发费用(万元)"


def days_ago(n):
    return (TODAY - datetime.timedelta(days=n)).isoformat()


def clock(n):
    """02:00 UTC, n days before today."""
    return days_ago(n) + "T02:00:00Z"


def credit_code(number):
    """GB 32100-2015 and GB 11714-1997: both check characters."""
    body = f"MA3{number:05d}"
    organisation = 11 - sum(int(c, 36) * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2))) % 11
    body = "91371600" + body + ("0" if organisation == 11 else "X" if organisation == 10 else str(organisation))
    return body + LETTERS[(31 - sum(LETTERS.index(c) * pow(3, i, 31) for i, c in enumerate(body)) % 31) % 31]


def firms():
    """Sixty, ten in each place; two of them bear one name in two counties."""
    made = []
    for n in range(60):
        place, address = PLACES[n % len(PLACES)]
        name = f"滨州{SYLLABLES[n % 20]}{SYLLABLES[(n * 7 + 3 + n // 20) % 20]}{n // 6 + 1}号新材料科技有限公司"
        if n in (0, 2):
            name = "滨州双名科技有限公司"
        made.append({"name": name, "code": credit_code(n), "place": place, "address": f"{address}某路 {n} 号",
                     "established": f"{2005 + n % 15}-05-1{n % 9}"})
    return made


def application_no(year, kind, serial):
    digits = f"{year}{kind}{serial:07d}"
    check_digit = sum(int(d) * w for d, w in zip(digits, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5))) % 11
    return digits + "." + ("X" if check_digit == 10 else str(check_digit))


class Office(Bench):
    def prepare(self):
        self.firms = firms()
        shutil.copytree(ROOT / "config", self.folder / "config")
        text = (self.folder / "config/tanmiao.toml").read_text(encoding="utf-8")
        self.config = self.folder / "config/tanmiao.toml"
        check('base = ".."' in text, "the shipped configuration is used as it is")
        self.data = self.folder / "data"

    def at(self):
        return self.of(self.data)

    def pool(self, *words, **more):
        return self.lines("pool", *words, *self.at(), **more)

    def registry(self, extra=(), cut=None):
        """The register's export. `cut`: only so much of it arrived."""
        folder = self.folder / "inbox/registry"
        folder.mkdir(parents=True, exist_ok=True)
        lines = ["企业名称,统一社会信用代码,登记状态,成立日期,注册资本(万元),注册地址,经营范围"]
        lines += [f"{f['name']},{f['code']},存续,{f['established']},500,{f['address']},新材料技术研发；铝合金制造" for f in self.firms]
        data = gzip.compress("\n".join(lines + list(extra) + [""]).encode("gb18030"), mtime=0)
        (folder / "企业登记.csv.gz").write_bytes(data[:cut] if cut else data)

    def patents(self):
        folder = self.folder / "inbox/patents"
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / "专利导出.csv", "w", encoding="utf-8-sig", newline="") as out:
            rows = csv.writer(out)
            rows.writerow(["申请号", "公开（公告）号", "专利名称", "申请人", "申请日", "公开（公告）日", "IPC分类号", "法律状态", "法律状态日"])
            for n in range(6):  # one utility model in force for the first firm of each place but the namesakes
                firm = self.firms[6 + n]
                rows.writerow([application_no(2023, 2, 100 + n), f"CN2199990{n:02d}U", "一种铝板轧制装置", firm["name"], "2023-03-01",
                               "2023-10-10", "B21B1/38", "授权", days_ago(40)])

    def announcement(self, path, rows, key="入库登记编号"):
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "w", encoding="gb18030", newline="") as out:
            table = csv.writer(out)
            table.writerow(["科技型中小企业公告名单"])
            table.writerow(["序号", "企业名称", "所属县区", key])
            for n, row in enumerate(rows, 1):
                table.writerow([n, *row])

    def serve(self):
        process = self.start([*self.command("serve", *self.at(), "--port", "0", "--json")])
        self.url = json.loads(process.stdout.readline())["url"].rstrip("/")
        return process


def data_team(o, browser):
    """Day 1, offline: files are dropped into the inbox; three nights, one with a file that is cut off."""
    o.registry()
    o.patents()
    o.announcement(o.folder / "inbox/lists-tech-sme/第1批.csv", [[o.firms[30]["name"], "", f"{TODAY.year}37160001000001"]])
    first = o.json("run", *o.at(), "--clock", clock(9))
    sources = {s["id"]: s for s in stage(first, "crawl")["sources"]}
    check(sources["registry-files"]["new"] == 60 and sources["patent-files"]["new"] == 6, "night 1 reads register and patents")
    check(stage(first, "link")["patents_linked"] == 6, "patents without codes find their firms by name")
    unapproved = [s for s in sources.values() if s["outcome"] == "not_approved"]
    check(unapproved and all(s["requests"] == 0 and "未抓取" in s["why"] for s in unapproved) and sum(
        "未批准，未抓取" in s["why"] for s in unapproved) >= len(unapproved) - 1,
          f"{len(unapproved)} sources that nobody approved say 未批准，未抓取")
    candidates = stage(first, "mine")["candidates"]
    check(candidates == 59, "59 candidates: the one on the announcement list is registered already")

    o.registry(cut=400)
    second = o.json("run", *o.at(), "--clock", clock(8), expect=(3,))
    registry = {s["id"]: s for s in stage(second, "crawl")["sources"]}["registry-files"]
    check(registry["outcome"] == "held", "night 2: the file that is cut off holds its source, the night ends with exit 3")
    check("企业登记.csv.gz" in registry["why"], "and the report names the file: " + registry["why"])
    check(len(o.listed()) == candidates, "yesterday's data stays")

    bad = "滨州坏行科技有限公司,91371600MA3000000A,存续,2010-01-01,500,山东省滨州市博兴县锦秋街道,铝"
    o.registry(extra=[bad])
    third = o.json("run", *o.at(), "--clock", clock(7))
    registry = {s["id"]: s for s in stage(third, "crawl")["sources"]}["registry-files"]
    reject = registry["first_rejects"][0]
    check(registry["outcome"] in ("published", "unchanged") and registry["rejected"] == 1, "night 3: the mended file is read, its bad row put aside")
    check(reject["part"] == "企业登记.csv.gz" and reject["line"] == 62, f"by file and line: {reject['part']}:{reject['line']}")
    fourth = o.json("run", *o.at(), "--clock", clock(7).replace("T02", "T03"))
    check(all(s.get("unchanged", True) for s in fourth["stages"]) and not any(
        s["parts_read"] if "parts_read" in s else 0 for s in stage(fourth, "crawl")["sources"]),
        f"an unchanged night costs next to nothing: {fourth['seconds']:.2f} s after {first['seconds']:.2f} s")
    if browser:
        told = browser.open(o.url + "/report")
        check("未批准，未抓取" in told, "the report's page says what was not approved")
        check("2" in told and "企业登记.csv.gz" in browser.open(o.url + "/report/000002"), "and that of night 2 names the file")


def county(o, browser):
    """Day 2: lists by 责任单位, a visit, its answers, two people who differ."""
    files = o.lines("export", *o.at(), "--by", "unit", "-o", o.folder / "lists")
    by_unit = {f["file"].split("候选名单_")[1].split("_")[0]: sheets.table_of(f["file"], "名单") for f in files}
    codes = {unit: {row["统一社会信用代码"] for row in rows} for unit, rows in by_unit.items()}
    expected = {f["code"] for f in o.firms if f["place"] == "小营街道"}
    check(codes["高新区"] == expected, "firms of 小营街道 stand under 高新区")
    check(not any(codes["高新区"] & own for unit, own in codes.items() if unit != "高新区"), "and under it alone")
    check(codes["博兴县"] == {f["code"] for f in o.firms if f["place"] == "博兴县"} - {o.firms[30]["code"]},
          "博兴县 comes apart, without the firm that is registered already")

    firm = o.firms[6]  # of 博兴县, with one utility model in force
    listed = next(row for row in by_unit["博兴县"] if row["统一社会信用代码"] == firm["code"])
    sheet = o.folder / "lists" / f"候选名单_博兴县_{o.as_of()}.xlsx"
    back = o.folder / "博兴县_走访.xlsx"
    answers = {"走访人": "博兴县科技局", "走访日期": days_ago(3), "职工总数": 100, "科技人员数": 20, "上年销售收入(万元)": "1000",
               HEADING_RD: 50, "核实结论": "有意申报"}
    other = next(row for row in by_unit["博兴县"] if row["统一社会信用代码"] != firm["code"])
    sheets.fill(sheet, back, "名单", {listed["row"]: answers, other["row"]: {"走访日期": "上周三", "职工总数": "约50人"}})
    saved = sheets.saved_by_office(o, back)
    print("ok: opened and saved by LibreOffice on the way" if saved else "not run: LibreOffice is not installed", flush=True)
    done = o.pool("import", saved or back, "--by", "博兴县科技局")[0]
    check(done["taken"] == 1 and done["rejected"] == 1 and done["blank"] == len(by_unit["博兴县"]) - 2,
          "the sheet comes back: one visit, one row refused, the rest untouched")
    told = o.json("explain", firm["code"], *o.at())
    check((told["rubric"]["known"], told["rubric"]["most"]) == (58, 58), "12 + 40 + 6 = 58")
    check(told["judgement"] == "暂不满足" and "差 2 分" in told["rubric"]["needed"], "暂不满足, and what is missing: " + told["rubric"]["needed"])
    check(o.listed()[firm["code"]]["known_points"] == 58, "the list says so at once")

    refused = sheets.table_of(done["rejects"], "退回")
    check(len(refused) == 1 and "走访日期" in refused[0]["退回原因"], "the refused row comes back with its reason: " + refused[0]["退回原因"])
    mended = o.folder / "改好.xlsx"
    sheets.fill(done["rejects"], mended, "退回", {refused[0]["row"]: {"走访日期": days_ago(3), "职工总数": "50"}})
    check(o.pool("import", mended)[0]["taken"] == 1, "and is taken once it is mended")

    better = o.folder / "再访.xlsx"
    sheets.fill(sheet, better, "名单", {listed["row"]: {"走访人": "博兴县科技局", "走访日期": days_ago(1), HEADING_RD: 60}})
    if browser:
        browser.open(o.url + "/import")
        browser.fill("input[name=by]", "博兴县科技局")
        browser.choose_file("input[type=file]", better)
        page = browser.click("form[enctype] button[type=submit]")
        check("1\n新采纳" in page and "再访.xlsx" in page, "by upload on the page, too")
    else:
        check(o.pool("import", better)[0]["taken"] == 1, "a second visit")
    told = o.json("explain", firm["code"], *o.at())
    check(told["rubric"]["known"] == 68 and told["judgement"] == "较有希望", "with 6 % it shows 68, 较有希望")
    check([r["visited_on"] for r in told["reports"]] == [days_ago(3), days_ago(1)] and
          all(r["origin"] and r["visitor"] for r in told["reports"]), "both answers keep date and source")
    notice = "内部线索，不作为评价结论"
    check(notice in sheets.rows_of(sheet, "名单")[3].get(0, ""), "and it is still only a hint: " + notice)
    if browser:
        page = browser.open(f"{o.url}/firm/{firm['code']}")
        check("68" in page and days_ago(3) in page and "较有希望" in page, "the firm's page shows both")
        browser.open(f"{o.url}/firm/{firm['code']}/visit")
        check(browser.pages_in_print() == 1, "走访表 is one sheet of A4")
        page = browser.open(f"{o.url}/?unit=U09")
        check("共 10 家" in page.replace("\xa0", " ") or "10 家" in page, "the page of 高新区 has its ten firms")

    # Two people took the same list along.
    second = next(f for f in o.firms if f["place"] == "小营街道" and f["code"] != o.firms[7]["code"])
    sheet = o.folder / "lists" / f"候选名单_高新区_{o.as_of()}.xlsx"
    row = next(r["row"] for r in by_unit["高新区"] if r["统一社会信用代码"] == second["code"])
    for who, staff in (("甲科室", 80), ("乙科室", 90)):
        copy = o.folder / f"高新区_{who}.xlsx"
        sheets.fill(sheet, copy, "名单", {row: {"走访人": who, "走访日期": days_ago(2), "职工总数": staff, "核实结论": "有意申报"}})
        done = o.pool("import", copy)[0]
    check(done["conflicts"] == 1 and done["taken"] == 1, "two people who differ: the conflict is shown")
    conflict = o.pool("conflicts")[0]
    check((conflict["stored"], conflict["offered"]) == ("80", "90"), "with both values, and nothing is lost")
    check(o.staff_of(second) == "80", "what stood first counts until somebody chooses")
    if browser:
        check("90" in browser.open(o.url + "/conflicts"), "the page of conflicts shows it")
    o.pool("settle", str(conflict["conflict"]), "--take", "offered", "--reason", "电话核实")
    check(o.staff_of(second) == "90" and not o.pool("conflicts"), "and then the other")
    later = o.folder / "高新区_再导出.xlsx"
    o.run("export", *o.at(), "--unit", "高新区", "-o", later)
    row = next(r["row"] for r in sheets.table_of(later, "名单") if r["统一社会信用代码"] == second["code"])
    sheets.fill(later, later.with_stem("高新区_丙"), "名单", {row: {"走访人": "丙科室", "走访日期": days_ago(1), "职工总数": 95}})
    done = o.pool("import", later.with_stem("高新区_丙"))[0]
    check(done["conflicts"] == 0 and o.staff_of(second) == "95", "a list that went out after the answers knows of them: no conflict")


def exporter(o, browser):
    """Day 3: an announcement list, admission of ten, the pool out and back, totals, the target."""
    found, namesake, lapsed = o.firms[40], o.firms[0], o.firms[41]
    listing = o.folder / "第2批科技型中小企业名单.csv"
    rows = [[found["name"], "", f"{TODAY.year}37160002000001"], [namesake["name"], "", f"{TODAY.year}37160002000002"],
            ["滨州从未见过的科技有限公司", "博兴县", f"{TODAY.year}37160002000003"],
            [lapsed["name"], "", f"{TODAY.year - 2}37160002000004"]]
    o.announcement(listing, rows)
    piles_file = o.folder / "核对.xlsx"
    done = o.pool("official", listing, "--program", "tech_sme", "-o", piles_file)[0]
    check({k: v for k, v in done["piles"].items()} == {"found": 1, "namesakes": 1, "unknown": 1, "lapsed": 1, "unreadable": 0},
          "the announcement list comes in four piles")
    check(sum(done["piles"].values()) == done["rows"] == len(rows), "nothing lost")
    same = sheets.table_of(piles_file, "同名待核")[0]
    check(namesake["code"] in same["同名企业"] and o.firms[2]["code"] in same["同名企业"], "namesakes are told apart by code and unit")
    check(found["code"] not in o.listed(), "who is registered is no candidate any more")
    check(o.listed()[lapsed["code"]]["lead_kind"] == "续评", "who was registered two years ago is 续评")
    again = o.folder / "核对_改.xlsx"
    sheets.fill(piles_file, again, "同名待核", {same["row"]: {"统一社会信用代码": namesake["code"]}})
    done = o.pool("official", again, "--program", "tech_sme", "-o", o.folder / "核对2.xlsx")[0]
    check(done["piles"]["found"] == 2 and done["piles"]["namesakes"] == 0 and done["rows"] == len(rows),
          "corrected and fed again, it is found; every row is still there")
    check(namesake["code"] not in o.listed() and o.firms[2]["code"] in o.listed(), "and its namesake is not touched")

    ten = [f for f in o.firms if f["code"] in o.listed() and f["name"] != namesake["name"]][10:20]
    export = o.folder / "候选.xlsx"
    o.run("export", *o.at(), "-o", export)
    places = {row["统一社会信用代码"]: row["row"] for row in sheets.table_of(export, "名单")}
    visits = o.folder / "候选_走访.xlsx"
    sheets.fill(export, visits, "名单", {places[f["code"]]: {"走访日期": days_ago(1), "核实结论": "有意申报"} for f in ten})
    check(o.pool("import", visits, "--by", "科技局")[0]["steps"] >= 9, "ten firms are verified by a visit")
    refused = o.run("pool", "move", ten[0]["code"], "ADMITTED", *o.at(), expect=None)
    check(refused.returncode != 0 and "批次" in refused.stderr, "nobody is admitted without a batch: " + refused.stderr.strip())
    batch = o.pool("batch", "open", "--title", "第一批")[0]["batch"]
    o.pool("admit", *[f["code"] for f in ten], "--batch", batch)
    for state in ("freeze", "sign", "publish"):
        told = o.pool("batch", state, batch)[0]
    check(told["state"] == "published" and told["members"] == 10, "draft, frozen, signed off, published: ten are admitted")
    late = o.run("pool", "admit", o.firms[6]["code"], "--batch", batch, *o.at(), expect=None)
    check(late.returncode != 0, "a batch that is closed takes nobody in")

    out = o.folder / "培育库.xlsx"
    o.pool("export", "-o", out)
    before = sheets.table_of(out, "培育库")
    check({f["code"] for f in ten} <= {row["统一社会信用代码"] for row in before}, "the pool goes out")
    same = o.pool("import", out)[0]
    check(same["taken"] == 0 and same["conflicts"] == 0 and same["rejected"] == 0, "and back without an edit: nothing changes")
    line = {row["统一社会信用代码"]: row["row"] for row in before}
    edits = {line[f["code"]]: {"责任人": "企业服务科", "培育措施": "研发费用归集辅导"} for f in ten}
    edits[line[ten[0]["code"]]]["当前阶段"] = "申报中"
    edits[line[ten[2]["code"]]]["国家入库登记编号"] = f"{TODAY.year}371600A0000008"
    edited = o.folder / "培育库_改.xlsx"
    sheets.fill(out, edited, "培育库", edits)
    edited = sheets.saved_by_office(o, edited) or edited
    o.pool("assign", ten[1]["code"], "责任人=高新科", "--by", "高新区")  # somebody else, meanwhile
    o.pool("assign", ten[2]["code"], f"国家入库登记编号={TODAY.year}371600A0000009", "--by", "高新区")
    done = o.pool("import", edited, "--by", "科技局")[0]
    check(done["taken"] == 10 and done["conflicts"] == 2 and done["rejected"] == 0, f"edits come back, two conflicts: {done}")
    entries = {e["code"]: e for e in o.pool("list", "--track", "tech_sme")}
    check(all(f["code"] in entries for f in ten), "codes are intact")
    check(entries[ten[0]["code"]]["stage"] == "FILING" and entries[ten[2]["code"]]["cells"]["owner"] == "企业服务科", "stages and cells are as edited")
    check(entries[ten[1]["code"]]["cells"]["owner"] == "高新科" and any(c["offered"] == "企业服务科" for c in o.pool("conflicts")), "the conflict shows both")
    shown = o.run("pool", "conflicts", *o.at()).stdout
    check("国家入库登记编号" in shown and "注册号" not in shown, "by the headings of the pool's sheet")

    o.pool("export", "-o", out)
    summary = sheets.table_of(out, "汇总", key="责任单位")
    rows = sheets.table_of(out, "培育库")
    for one in summary[:-1]:
        own = [row for row in rows if row["责任单位"] == one["责任单位"]]
        if int(one["合计"]) != len(own):
            check(False, f"汇总 of {one['责任单位']}: {one['合计']}, in the list {len(own)}")
    check(int(summary[-1]["合计"]) == len(rows) == len(entries) == sum(int(s["合计"]) for s in summary[:-1]), "汇总 by 责任单位 equals the list")
    if browser:
        page = browser.open(o.url + "/pool?track=tech_sme")
        check(f"{len(rows)} 家" in page.replace("\xa0", " "), f"and the page: {len(rows)}")

    official(o, browser, ten[0])
    counter = next(c for c in o.pool("targets") if c["program"] == "tech_sme")
    now = counter["units"][-1]
    check(now["valid"] == 4, "valid on the day: four on the official lists")
    check(sum(u["valid"] for u in counter["units"][:-1]) == now["valid"] and "600" in counter["target"], "by unit, against the target of 600")
    later = next(c for c in o.pool("targets", "--as-of", f"{TODAY.year + 2}-01-01") if c["program"] == "tech_sme")
    check(later["units"][-1]["valid"] == 0, "moving the date past an expiry lowers 有效")
    if browser:
        check("600" in browser.open(o.url + "/targets"), "the page of targets shows it")
    check(o.json("check", *o.at())["sound"], "and the data folder is sound, the audit unbroken")


def official(o, browser, filing):
    """A third list, on which a firm stands that the pool has as 申报中: proposed, and achieved by a person alone."""
    unknown = next(f for f in o.firms if f["name"] != "滨州双名科技有限公司" and f["place"] == "博兴县" and f["code"] in o.listed())
    elsewhere = [unknown["name"], "惠民县", f"{TODAY.year}37160003000002"]  # a name of 博兴县 in another county
    rows = [[filing["name"], "", f"{TODAY.year}37160003000001"], elsewhere]
    listing = o.folder / "第3批.csv"
    o.announcement(listing, rows)
    refused = o.run("pool", "official", listing, "--program", "hnte", *o.at(), expect=None)
    check(refused.returncode != 0 and "科技型中小企业" in refused.stderr and "--program tech_sme" in refused.stderr and
          not (o.folder / "inbox/lists-hnte/高新技术企业_第3批.csv").exists(), "fed as another programme it is refused, nothing is kept")
    own = o.run("pool", "official", o.folder / "培育库.xlsx", "--program", "tech_sme", *o.at(), expect=None)
    check(own.returncode != 0 and "培育库" in own.stderr, "and a sheet of our own: " + own.stderr.strip())
    if browser:
        browser.open(o.url + "/official")
        browser.fill("select[name=program]", "tech_sme")
        browser.fill("form[enctype] input[name=by]", "科技局")
        browser.choose_file("input[type=file]", listing)
        page = browser.click("form[enctype] button[type=submit]")
        check("1\n已找到" in page and "1\n同名待核" in page and "候选名单和目标进度已更新" in page, "by upload on the page: the piles")
        check("建议列为“已达成”" in page and filing["name"] in page, "and what it proposes")
        check(next(e for e in o.pool("list") if e["code"] == filing["code"])["stage"] == "FILING", "which is done by nobody yet")
        name = browser.evaluate("document.querySelector('a[href^=\"/official/piles/\"]').innerText")
        piles_file = o.data / "exports" / name
        check(piles_file.exists(), "the workbook of the piles is there to fetch: " + name)
        browser.evaluate("document.querySelector('input[name=entry]').form.querySelector('input[name=by]').value = '科技局'")
        page = browser.click("form[action^='/official?result'] button[type=submit]")
        check("1 家已列为“已达成”" in page, "the button does it")
    else:
        piles_file = o.folder / "核对3.xlsx"
        done = o.pool("official", listing, "--program", "tech_sme", "-o", piles_file)[0]
        check([p["code"] for p in done["proposals"]] == [filing["code"]] and done["achieved"] == 0, "one firm of the pool is proposed, not moved")
        check(o.pool("official", listing, "--program", "tech_sme", "-o", piles_file, "--achieve", "--by", "科技局")[0]["achieved"] == 1,
              "--achieve does it")
    entry = next(e for e in o.pool("list") if e["code"] == filing["code"])
    check(entry["stage"] == "ACHIEVED" and entry["cells"]["registration_no"] == rows[0][2] and entry["cells"]["registration_until"],
          "with its number and validity")
    same = sheets.table_of(piles_file, "同名待核")[0]
    marked = o.folder / "核对3_改.xlsx"
    sheets.fill(piles_file, marked, "同名待核", {same["row"]: {"统一社会信用代码": "非本企业"}})
    check(o.pool("official", marked, "--program", "tech_sme")[0]["piles"]["unknown"] == 1, "a row marked 非本企业 is 未找到")
    again = o.pool("official", listing, "--program", "tech_sme")[0]
    check(again["piles"] == {"found": 1, "namesakes": 0, "unknown": 1, "lapsed": 0, "unreadable": 0}, "and stays so when the list is fed again")
    check(unknown["code"] in o.listed(), "and the firm of that name is a candidate as before")


class Office3(Office):
    def listed(self):
        out = self.folder / "listed.jsonl"
        self.run("export", *self.at(), "--format", "jsonl", "-o", out)
        rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
        return {row["credit_code"]: row for row in rows}

    def as_of(self):
        files = sorted((self.folder / "lists").iterdir())
        return files[0].stem.rsplit("_", 1)[1]

    def staff_of(self, firm):
        told = self.json("explain", firm["code"], *self.at())
        numbers = [r["answers"].get("staff_total") for r in told["reports"]]
        return next(n for n in reversed(numbers) if n)


def body(options):
    with Office3(options, "three_days") as o:
        o.prepare()
        browser = None
        data_team(o, None)
        if options.pages == "yes" and chromium():
            o.serve()
            browser = Browser(o)
        else:
            print("not run: Chromium is not installed, the pages are not looked at", flush=True)
        county(o, browser)
        exporter(o, browser)


if __name__ == "__main__":
    main(body, arguments(__doc__, pages="yes"))
