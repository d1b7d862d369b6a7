#!/usr/bin/env python3
"""People decide whether a name is a firm: in a browser by keyboard, by command, by spreadsheet. The next night acts on it,
and what is taken back leaves it to the rules again. An invented city, in which patents and lists write names otherwise than
the register."""
import csv
import io
import json
import shutil
import urllib.parse

from browser import Browser, chromium
from harness import ROOT, Bench, arguments, check, main, stage
from three_days import application_no, credit_code, days_ago

TRADES = "华阳 鼎泰 博远 天工 瑞丰 金桥 恒力 东岳 海瑞 四通 明达 兴邦 齐鲁云 渤海湾 黄河口".split()
WORKS = ["机械", "化工", "食品", "轴承"]
STOCK = "山东海瑞轴承股份有限公司"  # of patents; the register knows 山东海瑞轴承有限公司
SLIP = "山东鼎太机械有限公司"  # one character off 山东鼎泰机械有限公司
SHORT = "山东博远食品"  # of a patent
LISTED = "滨州双名科技有限公司"  # two firms bear it
FOREIGN = "苏州远方电子有限公司"
TWICE = "滨州同名化工有限公司"  # two firms bear it, of which one is struck off
BY_RULE = "山东金桥机械有限公司"  # of a list, in the register under this very name


def firms():
    made = [{"name": f"山东{trade}{work}有限公司", "address": "山东省滨州市滨城区某路 1 号"} for trade in TRADES for work in WORKS]
    made += [{"name": LISTED, "address": f"山东省滨州市{place}"} for place in ("博兴县锦秋街道", "惠民县孙武街道")]
    made += [{"name": TWICE, "address": "山东省滨州市滨城区", "status": status} for status in ("注销", "存续")]
    for n, firm in enumerate(made):
        firm["code"] = credit_code(n)
    return made


class Office(Bench):
    def prepare(self):
        shutil.copytree(ROOT / "config", self.folder / "config")
        self.config = self.folder / "config/tanmiao.toml"
        self.data = self.folder / "data"
        self.firms = firms()
        self.code = {f["name"]: f["code"] for f in self.firms}
        self.written = 0
        self.registry()
        self.patents([STOCK] * 3 + [SLIP] * 2 + [SHORT])
        self.announcement([[LISTED, "", "20263716000A000001"], [FOREIGN, "", "20263716000A000002"],
                           [BY_RULE, "", "20263716000A000003"]])

    def at(self):
        return self.of(self.data)

    def registry(self):
        folder = self.folder / "inbox/registry"
        folder.mkdir(parents=True)
        lines = ["企业名称,统一社会信用代码,登记状态,成立日期,注册资本(万元),注册地址,经营范围"]
        lines += [f"{f['name']},{f['code']},{f.get('status', '存续')},2010-05-06,500,{f['address']},制造、销售" for f in self.firms]
        (folder / "企业登记.csv").write_text("\n".join(lines) + "\n", encoding="gb18030")

    def patents(self, applicants):
        folder = self.folder / "inbox/patents"
        folder.mkdir(parents=True, exist_ok=True)
        self.written += 1
        with open(folder / f"专利导出{self.written}.csv", "w", encoding="utf-8-sig", newline="") as out:
            rows = csv.writer(out)
            rows.writerow(["申请号", "公开（公告）号", "专利名称", "申请人", "申请日", "公开（公告）日", "IPC分类号", "法律状态", "法律状态日"])
            for n, applicant in enumerate(applicants):
                serial = 100 * self.written + n
                rows.writerow([application_no(2023, 2, serial), f"CN2199{serial:05d}U", "一种轴承座", applicant, "2023-03-01",
                               "2023-10-10", "F16C33/00", "授权", days_ago(40)])

    def announcement(self, rows):
        path = self.folder / "inbox/lists-tech-sme/第1批.csv"
        path.parent.mkdir(parents=True)
        table = io.StringIO()
        writer = csv.writer(table)
        writer.writerow(["序号", "企业名称", "所属县区", "入库登记编号"])
        for n, row in enumerate(rows, 1):
            writer.writerow([n, *row])
        path.write_text(table.getvalue(), encoding="gb18030")

    def linked(self, clock):
        return stage(self.json("run", *self.at(), "--clock", clock, expect=(0, 3)), "link")

    def waiting(self):
        return {item["name"]: item for item in self.lines("review", "list", *self.at())}

    def decisions(self):
        return self.lines("review", "decisions", *self.at())

    def serve(self):
        process = self.start([*self.command("serve", *self.at(), "--port", "0", "--json")])
        self.url = json.loads(process.stdout.readline())["url"].rstrip("/")
        return process


def by_keyboard(o, browser):
    """A day at the pages: three names, by keys alone; one ruling is taken back."""
    browser.open(o.url + "/review")
    count = sum(item["standing"] == "waiting" for item in o.waiting().values())
    check(browser.evaluate("document.querySelector('nav.main .waiting').textContent") == str(count), "the navigation counts what waits")
    text = browser.click("td.lead a[href*='source=patent-files']")
    check(STOCK in text and "山东海瑞轴承有限公司" in text and "专利导出1.csv 第 2 行" in text,
          "both sides stand beside each other, with file and line of the record")
    factors = browser.evaluate("[...document.querySelectorAll('.factors tbody tr')].map(r => r.innerText)")
    check(len(factors) > 3 and any("字号" in f and "+" in f for f in factors) and "概率" in factors[-1],
          f"{len(factors) - 1} reasons for and against, and their sum")
    browser.key("s")
    check(browser.evaluate("document.activeElement.name") == "reason", "s without a reason goes to the reason first")
    browser.type("sudjk 字号一致")
    check(browser.evaluate("location.search").count("patent-files") == 1 and not o.decisions(), "keys in a field are text")
    browser.fill("input[name=by]", "市科技局")
    text = browser.loaded_text(lambda: browser.key("Enter"))
    stands = o.decisions()
    check([(d["name"], d["ruling"], d["everywhere"], d["by"]) for d in stands] ==
          [(STOCK, "same", True, "市科技局")] and stands[0]["code"] == o.code["山东海瑞轴承有限公司"],
          "Enter then rules as was asked, on all records of the source")
    check("判为“是同一家”" in text and "撤销" in text, "the next item offers to take it back")
    text = browser.click(".take-back button")
    check("已撤销" in text and STOCK in text and not o.decisions(), "one click takes it back and leads to the item again")

    browser.fill("input[name=reason]", "字号、行业一致")
    browser.loaded_text(lambda: browser.key("s"))
    check(len(o.decisions()) == 1, "with a reason the key rules at once")
    while "“" + SHORT + "”" not in browser.text():
        browser.loaded_text(lambda: browser.key("j"))
    browser.fill("input[name=reason]", "字号相同，无从核实")
    text = browser.loaded_text(lambda: browser.key("u"))
    check("“说不准”，搁置" in text and "是同一家企业吗" in text, "u puts a name aside; the next one comes")
    item = o.waiting()[LISTED]
    browser.open(f"{o.url}/review/item?" + urllib.parse.urlencode({k: item[k] for k in ("source", "kind", "key", "slot")}))
    text = browser.text()
    side = "document.querySelectorAll('.versus .side')[1].innerText"
    first = browser.evaluate(side)
    browser.loaded_text(lambda: browser.key("2"))
    shown = [next(c for c in ("惠民县", "博兴县") if c in text) for text in (first, browser.evaluate(side))]
    check(len(set(shown)) == 2, f"2 shows the other of two namesakes: {shown[0]}, {shown[1]}")
    browser.evaluate("document.querySelector('input[name=everywhere]').focus()")
    opened = browser.evaluate("document.querySelector('[data-keys]').open")
    browser.key("?")
    check(browser.evaluate("document.querySelector('[data-keys]').open") is not opened, "? shows and hides the keys")
    browser.fill("input[name=reason]", "电话核实")
    browser.loaded_text(lambda: browser.key("s"))
    text = browser.open(o.url + "/review")
    check("已判定，下一夜生效" in text and "搁置" in text, "what was ruled on and what was put aside stand at the end")


def beside_its_firm(o, browser):
    """What a rule linked is judged from the firm's page, though it waits for nobody, and taken back."""
    check(BY_RULE not in o.waiting(), "the name does not wait")
    text = browser.open(f"{o.url}/firm/{o.code[BY_RULE]}")
    check("核对" in text and "关联记录" in text, "the firm's page leads to its records")
    text = browser.click("#recognitions a[href*='/review/item']")
    check("已归入" + BY_RULE + "（名称一致）" in text and "第1批.csv" in text, "record and firm stand beside each other, with what joined them")
    browser.fill("input[name=by]", "市科技局")
    browser.fill("input[name=reason]", "另一家同名企业")
    browser.evaluate("document.activeElement.blur()")
    text = browser.loaded_text(lambda: browser.key("d"))
    stands = [d for d in o.decisions() if d["name"] == BY_RULE]
    check([(d["ruling"], d["everywhere"], d["by"]) for d in stands] == [("different", False, "市科技局")], "d rules, on this record alone")
    check("判为“不是”" in text and "归入依据" in text, "back to the list of the firm's records")
    text = browser.click(".take-back button")
    check("已撤销" in text and not [d for d in o.decisions() if d["name"] == BY_RULE], "and one click takes it back")


def by_command(o):
    item = o.waiting()[STOCK]
    firm = o.code["山东海瑞轴承有限公司"]
    who = ["--by", "市科技局", "--reason", "字号、行业一致"]
    one = ["review", "decide", item["source"], item["key"], firm, *o.at(), *who]
    check(o.run(*one, "--same", "--unsure", expect=(2,)).stderr.count("--same"), "one ruling at a time")
    for again in (False, True):
        done = o.json(*one, "--same", "--everywhere")
        check(done["stood"] is again, "said once it is written, said twice it stands")
    check(o.waiting()[STOCK]["standing"] == "settled", "the queue knows it")
    refused = o.run("review", "undo", item["source"], item["key"], firm, *o.at(), *who, expect=(1,))
    check("--everywhere" in refused.stderr, "undo says that it was said of the name everywhere")
    undone = o.json("review", "undo", item["source"], item["key"], firm, "--everywhere", *o.at(), *who)
    check(undone["was"] == "same" and not o.decisions(), "it is taken back")
    o.run("review", "undo", item["source"], item["key"], firm, "--everywhere", *o.at(), *who, expect=(1,))
    check(True, "where nothing stands nothing is taken back")


def by_spreadsheet(o):
    path = o.folder / "待判定.csv"
    told = o.json("review", "export", "-o", path, *o.at())
    with open(path, encoding="utf-8-sig", newline="") as table:
        rows = list(csv.DictReader(table))
    expected = sum(max(1, len(item["candidates"])) for item in o.waiting().values())
    check(told["rows"] == len(rows) == expected and list(rows[0]) ==
          "来源 类别 记录 位 名称 可能的企业 信用代码 概率 原因 价值 范围 判定 依据 经办".split(), "one row a name and a firm")
    for row in rows:
        if row["名称"] == STOCK:
            row.update(判定="是同一家", 依据="字号、行业一致")
        elif row["名称"] == SHORT:
            row.update(判定="可能吧", 依据="看过")
    with open(path, "w", encoding="utf-8-sig", newline="") as table:
        writer = csv.DictWriter(table, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    first = o.json("review", "import", path, "--by", "市科技局", *o.at())
    check((first["taken"], first["rejected"], first["blank"]) == (1, 1, expected - 2), "what was filled in is taken, what cannot be is told")
    note = first["notes"][0]
    check(note["where"].startswith("待判定.csv:") and note["text"].startswith("判定：“可能吧”") and "是同一家、不是" in note["text"],
          f"by file, row and column: {note['where']} {note['text']}")
    again = o.json("review", "import", path, *o.at())
    check((again["taken"], again["same"]) == (0, 1), "the same file again changes nothing")
    book = o.folder / "现有判定.xlsx"
    o.run("review", "export", "-o", book, "--decided", *o.at())
    untouched = o.json("review", "import", book, *o.at())
    check((untouched["taken"], untouched["same"], untouched["rejected"]) == (0, 1, 0),
          "a workbook with what stands comes back and changes nothing")
    item = o.waiting()[STOCK]
    o.run("review", "undo", item["source"], item["key"], o.code["山东海瑞轴承有限公司"], "--everywhere", "--by", "市科技局",
          "--reason", "重来", *o.at())


def against_a_rule(o, item):
    """What a rule linked, and nobody waits for, may be wrong all the same."""
    key = item["key"].replace("000001", "000003")
    who = ["--by", "市科技局", "--reason", "另一家同名企业", *o.at()]
    one = ["review", "decide", item["source"], key, o.code[BY_RULE], "--different", *who]
    check(BY_RULE not in o.waiting(), "it waits for nobody")
    check("--slot" in o.run(*one, "--slot", "7", expect=(1,)).stderr, "a name that the record has not is told")
    check("source and key" in o.run("review", "decide", item["source"], "nothing", o.code[BY_RULE], "--different", *who, expect=(1,)).stderr,
          "so is a record that is not there")
    done = o.json(*one)
    check(done["stood"] is False and done["records"] == 1, "and may be judged")
    other = ["review", "decide", item["source"], key, o.code["山东恒力机械有限公司"], "--same", *who]
    o.json(*other)
    refused = o.run("review", "decide", item["source"], key, o.code["山东恒力食品有限公司"], "--same", *who, expect=(1, 3))
    check("山东恒力机械有限公司" in refused.stderr, "a name is not two firms: " + refused.stderr.strip())
    told = o.run("review", "undo", item["source"], key, o.code["山东恒力机械有限公司"], *who)
    check("山东恒力机械有限公司" in told.stderr + told.stdout and "是同一家" in told.stderr + told.stdout, "what is taken back is said")


def matched(o):
    """A list against the store: of two firms of one name the living one."""
    path = o.folder / "名单.csv"
    path.write_text(f"企业名称\n{TWICE}\n", encoding="utf-8")
    found = o.json("match", "--names", path, *o.at())
    gone, alive = [f["code"] for f in o.firms if f["name"] == TWICE]
    check(found["best"]["code"] == alive and found["decision"] == "link" and 0.95 <= found["probability"] < 0.999,
          f"the living one is linked at {found['probability']}")
    check(found["others"][0]["code"] == gone and any("已注销或吊销" in f["text"] for f in found["why"]), "and why is told")


def after_link_alone(o):
    """What crawl and link made is ruled on before the first whole night."""
    at = o.of(o.folder / "linked_alone")
    for stage_alone in ("crawl", "link"):
        o.run(stage_alone, "--clock", days_ago(3) + "T02:00:00Z", *at, expect=(0, 3))
    item = next(i for i in o.lines("review", "list", *at) if i["name"] == STOCK)
    o.run("review", "decide", item["source"], item["key"], item["candidates"][0], "--same", "--everywhere", "--by", "市科技局",
          "--reason", "看过", *at)
    o.run("link", "--clock", days_ago(2) + "T02:00:00Z", *at)
    check(STOCK not in {i["name"] for i in o.lines("review", "list", *at)}, "after crawl and link alone names are ruled on as well")


def body(options):
    with Office(options, "people decide") as o:
        o.prepare()
        after_link_alone(o)
        first = o.linked(days_ago(3) + "T02:00:00Z")
        waiting = o.waiting()
        check(first["patents_linked"] == 0 and {STOCK, SHORT, LISTED} <= set(waiting) and
              waiting[FOREIGN]["standing"] == "nothing_near", f"{len(waiting)} names wait for a person")
        by_command(o)
        matched(o)
        by_spreadsheet(o)
        if chromium():
            o.serve()
            browser = Browser(o)
            beside_its_firm(o, browser)
            by_keyboard(o, browser)
        else:
            print("no chromium here: the pages are ruled on by command")
            for name, ruling, wide in ((STOCK, "--same", ["--everywhere"]), (SHORT, "--unsure", []), (LISTED, "--same", [])):
                item = waiting[name]
                o.run("review", "decide", item["source"], item["key"], item["candidates"][-1], ruling, *wide, "--by", "市科技局",
                      "--reason", "看过", *o.at())
        against_a_rule(o, waiting[LISTED])
        o.patents([STOCK] * 2)
        second = o.linked(days_ago(2) + "T02:00:00Z")
        check(second["patents_linked"] == 5, "the next night links all patents of the name, those that came since too")
        by_name = [report["links_by_reason"].get("name", 0) for report in (first, second)]
        check(by_name[1] == by_name[0] - 1, f"what a rule linked wrongly is linked no more: {by_name}")
        now = o.waiting()
        check(STOCK not in now and LISTED not in now, "what was ruled on waits no more")
        check(now[SHORT]["standing"] == "shelved", "what was put aside stays so")
        item = waiting[STOCK]
        o.run("review", "undo", item["source"], item["key"], o.code["山东海瑞轴承有限公司"], "--everywhere", "--by", "市科技局",
              "--reason", "另有同名企业", *o.at())
        third = o.linked(days_ago(1) + "T02:00:00Z")
        check(third["patents_linked"] == 0 and o.waiting()[STOCK]["standing"] == "waiting",
              "taken back, the name waits again and nothing is linked")
        o.run("check", *o.at())
        check(True, "the audit holds every ruling")


if __name__ == "__main__":
    main(body, arguments(__doc__))
