#!/usr/bin/env python3
"""What people really get wrong, and what they are told: the table of bad input. Each line names the place."""
import csv
import fcntl
import gzip
import json
import re
import shutil
import socket
import time

import schema
import sheets
from harness import ROOT, Bench, arguments, check, main, stage

SOURCE = """id = "files"
title = "文件"
publisher = "test"
kind = "folder"
inbox = "inbox"
terms = "test"
basis = "test"
complete = "part"

[[page]]
role = "table"
files = ["*.csv", "*.csv.gz"]
reader = "csv"
kind = "firm"
key = ["credit_code"]
required = ["firm_name", "credit_code"]
CHARSET
[page.columns]
firm_name = "企业名称"
credit_code = "统一社会信用代码"

[[page]]
role = "sheet"
files = ["*.xlsx"]
reader = "xlsx"
kind = "firm"
key = ["credit_code"]
required = ["firm_name", "credit_code"]
[page.columns]
firm_name = "企业名称"
credit_code = "统一社会信用代码"

[[page]]
role = "patents"
files = ["*.xml"]
reader = "patent_xml"
kind = "patent"
key = ["publication_no", "kind_code"]
required = ["application_no", "title"]
[page.columns]
application_no = "application_no"
publication_no = "publication_no"
kind_code = "kind_code"
title = "title"
"""


def credit_code(serial):
    """A well-formed code of nobody: GB 11714 for the nine characters of the body, GB 32100 for the whole."""
    digits = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"MA{serial:06d}"
    value = {c: i for i, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
    rest = 11 - sum(value[c] * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2))) % 11
    code = "91371600" + body + {10: "X", 11: "0"}.get(rest, str(rest))
    rest = 31 - sum(digits.index(c) * pow(3, i, 31) for i, c in enumerate(code)) % 31
    return code + digits[rest % 31]


GOOD = f"企业名称,统一社会信用代码\n滨州演示甲科技有限公司,{credit_code(1)}\n"
BOMB = ("<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>" +
        "".join(f"<!ENTITY {b} '{('&' + a + ';') * 10}'>" for a, b in zip("abcdefgh", "bcdefghi")) +
        "]><business:PatentDocument xmlns:business='x'>&i;</business:PatentDocument>")


def write_source(bench, charset=""):
    line = f'charset = "{charset}"' if charset else ""
    (bench.folder / "sources" / "files.toml").write_text(SOURCE.replace("CHARSET", line), encoding="utf-8")


def write_config(bench, more=""):
    (bench.folder / "sources").mkdir(exist_ok=True)
    (bench.folder / "inbox").mkdir(exist_ok=True)
    quote = json.dumps
    bench.config = bench.folder / "tanmiao.toml"
    bench.config.write_text(f'[city]\nreference = {quote(str(ROOT / "config/reference"))}\n[crawl]\nsources = "sources"\n'
                            f'{more}\n[mine]\nrules = {quote(str(ROOT / "config"))}\n', encoding="utf-8")
    write_source(bench)


def campaigns(bench, data):
    """Slips of campaign files would leave a list empty, or let in whom it should leave out: all named, of all files."""
    rules = bench.folder / "rules"
    shutil.copytree(ROOT / "config", rules)
    write_config(bench)
    text = bench.config.read_text(encoding="utf-8").replace(json.dumps(str(ROOT / "config")), json.dumps(str(rules)))
    bench.config.write_text(text.replace("[mine]\n", '[mine]\ncampaigns = ["all", "slips"]\n'), encoding="utf-8")
    slips = rules / "campaigns" / "slips.toml"
    slips.write_text('title = "t"\nunits = ["惠民"]\nindustries = ["I9"]\nwithout_programs = ["hnet"]\ngbt = ["9999x"]\nipc = ["Z99"]\n', encoding="utf-8")
    (rules / "campaigns" / "worse.toml").write_text('title = "t"\nmin_age_months = 24\nmax_age_months = 12\n[[word]]\ntext = ""\n', encoding="utf-8")
    done = bench.run("check", "config", *bench.of(data), expect=(2,))
    for wanted in ("slips.toml:2:9：没有“惠民”这个责任单位，是否应为“惠民县”", "slips.toml:3:14：没有“I9”这个行业，是否应为“I1”",
                   "slips.toml:4:20：没有“hnet”这个资质，是否应为“hnte”", "slips.toml:5:7：GB/T 4754-2017 没有以“9999x”开头的代码",
                   "slips.toml:6:7：没有以“Z99”开头的 IPC 分类号", "worse.toml:2:18：“min_age_months”应小于 max_age_months（12）", "worse.toml:5:8：“word[1].text”应写一个词",
                   "配置有 7 处错误"):
        check(wanted in done.stderr, f"check config names each mistake of a campaign: {wanted}")
    (rules / "campaigns" / "worse.toml").unlink()
    (bench.folder / "inbox" / "good.csv").write_text(GOOD, encoding="utf-8")
    done = bench.run("run", *bench.of(bench.folder / "slips"), expect=None)
    check(done.returncode == 2 and "没有“惠民”这个责任单位" in done.stdout + done.stderr and "没有以“Z99”开头的 IPC 分类号" in done.stdout + done.stderr,
          f"mining says the same: {done.returncode}")
    slips.unlink()
    (bench.folder / "inbox" / "good.csv").unlink()


def configuration(bench, data):
    write_config(bench, 'persno_key_file = "x"')
    done = bench.run("run", *bench.of(data), expect=(2,))
    check("persno_key_file" in done.stderr and "person_key_file" in done.stderr and "tanmiao.toml:" in done.stderr,
          "a wrong configuration key: file, line and the nearest right one")
    write_config(bench, f'person_key_file = {json.dumps(str(data / "key"))}')
    done = bench.run("run", *bench.of(data), expect=(2,))
    check("outside the data folder" in done.stderr, "a key inside the data folder is refused")
    done = bench.run("run", "--config", bench.folder / "none.toml", "--data", data, expect=(2,))
    check("none.toml" in done.stderr, "a missing configuration file is named")
    write_config(bench)
    sources = bench.folder / "sources"
    (sources / "bad.toml").write_text('id = "bad"\ntitle = "t"\nkind = "http"\nhosts = ["h.test"]\n[fetch]\npuase = 3\n'
                                      'start_role = "r"\n[[page]]\nrole = "r"\n', encoding="utf-8")
    (sources / "torn.toml").write_text('id = "torn"\ntitle = "t', encoding="utf-8")
    done = bench.run("check", "config", *bench.of(data), expect=(2,))
    for wanted in ("bad.toml:6:1：没有“fetch.puase”这一项，是否应为“pause”", "“fetch.start”缺少", "torn.toml:2:", "处错误"):
        check(wanted in done.stderr, f"check config names all faults of all files: {wanted}")
    told = bench.json("check", "config", *bench.of(data), expect=(2,))
    check(not told["sound"] and len(told["faults"]) == 3 and "bad.toml:5:" in told["faults"][0]["where"], "as JSON too")
    done = bench.run("source", "approve", "bad", "--by", "t", "--reason", "t", *bench.of(data), expect=(2,))
    check("bad.toml:6:1" in done.stderr, "and it cannot be approved")
    (bench.folder / "inbox" / "good.csv").write_text(GOOD, encoding="utf-8")
    report = bench.json("run", *bench.of(bench.folder / "others"), expect=(3,))
    outcomes = {s["id"]: s["outcome"] for s in stage(report, "crawl")["sources"]}
    check(outcomes == {"bad": "failed", "files": "published", "torn": "failed"}, f"the other sources go on: {outcomes}")
    todo = [item["text"] for item in report["todo"] if item["what"] == "source_file"]
    check(len(todo) == 2 and "bad.toml:6:1" in todo[0] and report["todo"][0]["urgent"], f"what is to be mended: {todo}")
    for name in ("sources/bad.toml", "sources/torn.toml", "inbox/good.csv"):
        (bench.folder / name).unlink()
    done = bench.run("parse", "--source", "files", bench.folder / "none.csv", *bench.of(data), expect=(1, 2))
    check("none.csv" in done.stderr, "a missing input file is named")
    done = bench.run("parse", "--source", "filez", bench.folder / "none.csv", *bench.of(data), expect=(1, 2))
    check("filez" in done.stderr, "an unknown source is named")


def against_schema(report, source):
    """A report with lost files is what the schema says (as that of every run here), and the schema says something of them."""
    check(schema.misfits(report, "run_report.json") == [], "a report with a lost file is as docs/schema/run_report.json has it")
    for name, wrong in (("lost_files", [7]), ("lost_files", "x"), ("lost_files", ["x"] * 21), ("lost_count", "1"), ("lost_new", None), ("lost_many", 1)):
        right = source.get(name)
        source[name] = wrong
        if not schema.misfits(report, "run_report.json"):
            check(False, f"the schema lets {name}: {wrong!r} pass")
        source.pop(name) if right is None else source.update({name: right})


def bad_file(bench, data, name, content, what, why=(), rejects=(), charset="", held=True, lost=False):
    """A good file stands beside the bad one. The report must say all words of `why`, and of each of `rejects` the line,
    the field and all words of what was expected; the rejects file says the same. Yesterday's firm stays. A file that is
    `lost` costs itself only, and is a thing to do."""
    held = held and not lost
    write_source(bench, charset)
    path = bench.folder / "inbox" / name
    path.write_bytes(content)
    report = bench.json("run", *bench.of(data), expect=(3,) if held or lost else (0,))
    source = stage(report, "crawl")["sources"][0]
    if lost:
        against_schema(report, source)
        check([f.split("（")[0] for f in source["lost_files"]] == [name] and report["outcome"] == "alarm" and
              any(t["what"] == "files" and name in t["text"] for t in report["todo"]), f"{what}: is named, and to be mended")
    check(source["outcome"] == ("held" if held else "unchanged"), f"{what}: the source is {source['outcome']}")
    check(all(word in source["why"] for word in why), f"{what}: the report says so: {source['why']}")
    check(not re.search("[a-z]{4,} [a-z]{2,} ", source["why"]), f"{what}: in the language of the office")
    told = {(r["part"], r["line"]): r for r in source["first_rejects"]}
    kept = {(r["来源文件"], int(r["行"])): r for r in rejects_file(data)}
    for line, field, words in rejects:
        reject = told.get((name, line), {})
        check(reject.get("field") == field, f"{what}: line {line} of {name} is told, and its field: {field or 'none'}")
        check(all(word in reject["expected"] for word in words), f"{what}: and what was expected: {reject['expected']}")
        row = kept.get((name, line), {})
        check((row.get("字段"), row.get("应为")) == (field, reject["expected"]), f"{what}: the rejects file says the same")
    check(source["rejected"] >= len(rejects), f"{what}: {source['rejected']} rows are counted as refused")
    check(stage(report, "link")["firms"] == 1, f"{what}: yesterday's firm stays, and no other came")
    path.unlink()
    write_source(bench)


def rejects_file(data):
    path = data / "rejects" / "files.csv"
    if not path.exists():
        return []
    with open(path, encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def files(bench, data):
    (bench.folder / "inbox" / "good.csv").write_text(GOOD, encoding="utf-8")
    report = bench.json("run", *bench.of(data))
    check(stage(report, "crawl")["new"] == 1, "a good file is read")
    header, row = GOOD.splitlines()
    whole = gzip.compress((GOOD + "".join(f"甲{i}有限公司,{i}\n" for i in range(5000))).encode())
    bad_file(bench, data, "cut.csv.gz", whole[:len(whole) - 20], "a truncated gz",
             why=("cut.csv.gz", "gzip 文件不完整", "行及以前已读到"), lost=True)
    bad_file(bench, data, "not.xlsx", b"this is no workbook", "an xlsx that is not one", why=("not.xlsx", "不是 xlsx 工作簿"),
             lost=True)
    bad_file(bench, data, "bomb.xml", BOMB.encode(), "XML with entities that grow", why=("退回行占 100%（1/1）",),
             rejects=[(1, "", ("XML 声明了实体",))])
    deep = b"<?xml version='1.0'?>" + b"<a>" * 100000 + b"</a>" * 100000
    bad_file(bench, data, "deep.xml", deep, "XML that is 100,000 levels deep", why=("退回行占 100%（1/1）",),
             rejects=[(1, "", ("XML 嵌套过深",))])
    bad_file(bench, data, "gbk.csv", GOOD.replace("甲", "乙").encode("gb18030"), "a file in another charset than declared",
             why=("gbk.csv", "字符集是 utf-8", "第 1 行", "像是 gb18030"), charset="utf-8", lost=True)
    bad_file(bench, data, "headless.csv", (row + "\n").encode(), "a table without a header",
             why=("headless.csv", "没有表头", "企业名称, 统一社会信用代码"), lost=True)
    bad_file(bench, data, "foreign.csv", "Name,Code\nA,1\n".encode(), "a table with other headings",
             why=("foreign.csv", "没有表头", "企业名称, 统一社会信用代码", "第一行是“Name Code”"), lost=True)
    bad_file(bench, data, "nocode.csv", "企业名称\n甲有限公司\n".encode(), "a table without a needed column",
             why=("nocode.csv", "第 1 行", "缺少“统一社会信用代码”一列"), lost=True)
    wrong = row[:-1] + ("0" if row[-1] != "0" else "1")
    bad_file(bench, data, "rows.csv", "\n".join([
        header, wrong, "滨州演示乙科技有限公司," + credit_code(2)[:17], "," + credit_code(3), "滨州演示丁科技有限公司,",
        "滨州演示戊科技有限公司," + credit_code(5) + ",3", "\ufffd\ufffd有限公司," + credit_code(6)]).encode(), "rows with faults",
             why=("退回行占 100%（6/6）",),
             rejects=[(2, "credit_code", ("校验码不符", f"应为 {row[-1]}")),
                      (3, "credit_code", ("应为 18 位，实有 17 位",)),
                      (4, "firm_name", ("不得为空：企业名称",)),
                      (5, "credit_code", ("不得为空：统一社会信用代码",)),
                      (6, "", ("应有 2 列，此行有 3 列",)),
                      (7, "firm_name", ("乱码", "字符集"))])
    many = "".join(f"{'滨州演示甲科技有限公司'},{credit_code(1)}\n" for _ in range(9))
    bad_file(bench, data, "one.csv", f"{header}\n{many}坏代码有限公司,{wrong[-18:]}\n".encode(), "one bad row among good ones",
             rejects=[(11, "credit_code", ("校验码不符",))], held=False)


def held_folder(bench, data):
    with open(data / "lock", "r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = bench.run("run", *bench.of(data), expect=(1,))
        check("正由进程" in done.stderr, "a data folder that another process holds: " + done.stderr.strip()[:120])


def taken_port(bench, data):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        began = time.monotonic()
        done = bench.run("serve", *bench.of(data), "--port", s.getsockname()[1], expect=(1,), timeout=30)
        check(str(s.getsockname()[1]) in done.stderr, f"a taken port is named at once: {done.stderr.strip()[:120]}")
        check(time.monotonic() - began < 20, "and not waited for")


def odd_inboxes(bench):
    """A sheet that lacks a column, links, a folder that is none: each is told, and costs nobody else anything."""
    base = bench.folder / "odd"
    (base / "sources").mkdir(parents=True)
    inbox = base / "lists"
    inbox.mkdir()
    page = ('[[page]]\nrole = "file"\nreader = "table"\nkind = "firm"\nkey = ["credit_code"]\n'
            'required = ["firm_name", "credit_code"]\n[page.columns]\nfirm_name = "企业名称"\ncredit_code = "统一社会信用代码"\n')
    for name, folder in (("lists", inbox), ("none", base / "none")):
        (base / "sources" / f"{name}.toml").write_text(
            f'id = "{name}"\ntitle = "名单"\npublisher = "试验"\nkind = "folder"\ninbox = {json.dumps(str(folder))}\n'
            f'terms = "无"\nbasis = "试验"\ncomplete = "part"\n[contract]\nmost_rejected = 0.6\n{page}', encoding="utf-8")
    (base / "none").write_text("a file where a folder should be", encoding="utf-8")
    config = base / "tanmiao.toml"
    config.write_text(f'[city]\ncode = 371600\nreference = {json.dumps(str(ROOT / "config/reference"))}\n[crawl]\nsources = "sources"\n',
                      encoding="utf-8")
    rows = lambda first: [[f"滨州演示第{n}科技有限公司", credit_code(n)] for n in range(first, first + 5)]
    sheets.small_book(inbox / "名单.xlsx", {"一": [["企业名称", "统一社会信用代码"], *rows(1)], "二": [["企业名称", "社会信用代码号"], *rows(11)],
                                          "说明": [["填表说明"]]})
    (inbox / "link.xlsx").symlink_to(inbox / "名单.xlsx")
    (inbox / "坏.xlsx").write_bytes(b"PK\x03\x04" + bytes(100))
    events = base / "events"
    report = bench.json("crawl", "--config", config, "--data", base / "data", "--events", events, expect=(3,))
    sources = {s["id"]: s for s in stage(report, "crawl")["sources"]}
    lists, none = sources["lists"], sources["none"]
    check(none["outcome"] == "held" and "收件夹无法读取" in none["why"], f"an inbox that is none costs its source: {none['why']}")
    check(lists["new"] == 5 and lists["rejected"] == 1, f"the sheet with both columns is read: {lists['new']} {lists['rejected']} {lists['why']} {lists['first_rejects']}")
    check("“二”整张未读" in lists["first_rejects"][0]["expected"], f"the other is told: {lists['first_rejects'][0]['expected']}")
    check("link.xlsx（链接，不读）" in lists["why"] or lists["lost_count"] == 1, f"so is a link: {lists['why']}")
    check(lists["lost_count"] == 1 and len(lists["lost_files"]) == 1 and "坏.xlsx" in lists["lost_files"][0], "and a damaged file once")
    failed = [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines() if '"failed"' in line]
    check(any(e.get("file", e.get("address", "")).startswith("坏.xlsx") for e in failed), f"also among the events: {failed}")


def mistyped(bench, data):
    """Nothing is begun for a word that was mistyped, and a plan can be asked for before the first night."""
    fresh = bench.folder / "fresh"
    plan = bench.run("crawl", "--dry-run", *bench.of(fresh), expect=(0,))
    check("files" in plan.stdout and not fresh.exists(), "a plan before the first night, which leaves no folder behind")
    reports = sorted((data / "reports").iterdir())
    for command in ("crawl", "run"):
        done = bench.run(command, "--only", "filez", *bench.of(data), expect=(2,))
        check("filez" in done.stderr and "files" in done.stderr, f"{command} --only: {done.stderr.strip()[:120]}")
    check(sorted((data / "reports").iterdir()) == reports, "and no report of a night that was none")


def body(options):
    with Bench(options, "bad") as bench:
        data = bench.folder / "data"
        configuration(bench, data)
        campaigns(bench, data)
        write_config(bench)
        files(bench, data)
        mistyped(bench, data)
        odd_inboxes(bench)
        held_folder(bench, data)
        taken_port(bench, data)


if __name__ == "__main__":
    main(body, arguments(__doc__))
