#!/usr/bin/env python3
"""A source that drops to 60 % is held and yesterday's data stays; a person accepts, with an entry in the audit; the next
normal night passes. A column that nobody mapped is told once."""
import json
import sqlite3

from bad_input import credit_code
from harness import ROOT, Bench, arguments, check, main, stage

SOURCE = """id = "register"
title = "名录"
publisher = "test"
kind = "folder"
inbox = "inbox"
terms = "test"
basis = "test"
complete = "complete"

[contract]
most_gone = 0.5

[[page]]
role = "table"
reader = "csv"
kind = "firm"
key = ["credit_code"]
required = ["firm_name", "credit_code"]
[page.columns]
firm_name = "企业名称"
credit_code = "统一社会信用代码"
"""
FIRMS = 50


def deliver(bench, firms, more=""):
    rows = [f"企业名称,统一社会信用代码{',' + more if more else ''}"]
    rows += [f"滨州演示{i}号科技有限公司,{credit_code(i + 1)}{',' if more else ''}" for i in range(firms)]
    (bench.folder / "inbox" / "a.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def prepare(bench):
    (bench.folder / "sources").mkdir()
    (bench.folder / "inbox").mkdir()
    (bench.folder / "sources" / "register.toml").write_text(SOURCE, encoding="utf-8")
    bench.config = bench.folder / "tanmiao.toml"
    quote = json.dumps
    bench.config.write_text(f'[city]\nreference = {quote(str(ROOT / "config/reference"))}\n[crawl]\nsources = "sources"\n'
                            f'[mine]\nrules = {quote(str(ROOT / "config"))}\n', encoding="utf-8")


def source_of(report):
    return stage(report, "crawl")["sources"][0]


def audit(data):
    with sqlite3.connect(f"file:{data / 'people.db'}?mode=ro", uri=True) as people:
        return people.execute("SELECT by, action, subject, detail FROM audit ORDER BY number").fetchall()


def body(options):
    with Bench(options, "contracts") as bench:
        data = bench.folder / "data"
        prepare(bench)
        of = bench.of(data)
        deliver(bench, FIRMS)
        check(source_of(bench.json("run", *of))["outcome"] == "published", "a first delivery passes, however large")
        done = bench.run("crawl", "--accept", "register", "--reason", "x", "--by", "y", *of, expect=(2,))
        check("无须接受" in done.stderr, "a source that is not held cannot be accepted")
        for words, wanted in ((("--by", "y"), "--reason"), (("--reason", "x"), "--by"), (("--reason", "", "--by", "y"), "理由"),
                              (("--reason", "\u3000 \u200b", "--by", "y"), "理由"), (("--reason", "x", "--by", " \u3000"), "单位")):
            done = bench.run("crawl", "--accept", "register", *words, *of, expect=(2,))
            check(wanted in done.stderr, f"nor can any without saying who and why: {done.stderr.splitlines()[0]}")
        check(not audit(data), "none of which leaves an entry in the audit")

        deliver(bench, FIRMS * 60 // 100)
        report = bench.json("run", *of, expect=(3,))
        held = source_of(report)
        check(held["outcome"] == "held" and "上次 50 条（60%）" in held["why"], f"60 % is held, exit 3: {held['why']}")
        told = [(b["kind"], b["expected"], b["found"]) for b in held["breaches"]]
        check(told == [("fewer", 40, 30)], f"the breach with bound and figure: {told}")
        check(stage(report, "link")["firms"] == FIRMS, "yesterday's firms stay")
        todo = [item["command"] for item in report["todo"] if item["what"] == "accept"]
        check(len(todo) == 1 and "crawl --accept register --by" in todo[0], f"what to type is told: {todo}")
        check(source_of(bench.json("run", *of, expect=(3,)))["outcome"] == "held", "the next night holds it again")

        accept = ["crawl", "--accept", "register", "--reason", " 吊销企业已清理\u3000", "--by", "登记科"]
        taken = source_of(bench.json(*accept, *of))
        check(taken["outcome"] == "published" and taken["gone"] == 20, "what was accepted is read and published at once")
        check(taken["accepted"]["reason"] == "吊销企业已清理" and "登记科" in taken["why"], "the report says by whom and why")
        entries = audit(data)
        check([e[:3] for e in entries] == [("登记科", "crawl.accept", "register")], "one entry in the audit")
        check("吊销企业已清理" in entries[0][3] and "比上次少：本次 30 条" in entries[0][3], "with the reason and the breach")
        bench.run("check", *of)
        report = bench.json("run", *of)
        check(source_of(report)["outcome"] == "unchanged" and stage(report, "link")["firms"] >= 30, "the next night passes")
        deliver(bench, 28, "研发人员")
        report = bench.json("run", *of)
        check(source_of(report)["outcome"] == "published", "and so does a normal one after it")
        check(source_of(report)["unmapped"] == [{"name": "研发人员", "documents": 1, "new": True}], "a new column is told")
        check(any(item["what"] == "unmapped" and "研发人员" in item["text"] for item in report["todo"]), "as a thing to do")

        deliver(bench, 15)
        bench.json("run", *of, expect=(3,))
        deliver(bench, 10)
        worse = source_of(bench.json(*accept, *of, expect=(3,)))
        check(worse["outcome"] == "held", "what grew worse than what was held is not let pass by accepting that")
        deliver(bench, 15)
        check(source_of(bench.json("run", *of))["outcome"] == "published", "what was accepted still is, in whatever night")
        check(len(audit(data)) == 2, "each acceptance has its entry")


if __name__ == "__main__":
    main(body, arguments(__doc__))
