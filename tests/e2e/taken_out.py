#!/usr/bin/env python3
"""Firms that are to be taken out: at once, by code, by name, also without a code, and for every night after it."""
import json

from bad_input import credit_code
from harness import ROOT, Bench, arguments, check, main, stage

SOURCE = """id = "register"
title = "登记名录"
publisher = "test"
kind = "folder"
inbox = "inbox"
terms = "test"
basis = "test"
complete = "part"

[[page]]
role = "table"
files = ["*.csv"]
reader = "csv"
kind = "firm"
key = ["firm_name"]
required = ["firm_name"]
[page.columns]
firm_name = "企业名称"
credit_code = "统一社会信用代码"
county = "县区"
"""
CODED, NAMELESS, OTHER = "滨州演示甲科技有限公司", "滨州演示乙科技有限公司", "滨州演示丙科技有限公司"


def register(bench, code_of_nameless=""):
    rows = [("企业名称", "统一社会信用代码", "县区"), (CODED, credit_code(1), "滨城区"),
            (NAMELESS, code_of_nameless, "滨城区"), (OTHER, credit_code(3), "滨城区")]
    (bench.folder / "inbox" / "list.csv").write_text("\n".join(map(",".join, rows)) + "\n", encoding="utf-8")


def prepare(bench):
    for folder in ("sources", "inbox"):
        (bench.folder / folder).mkdir()
    (bench.folder / "sources" / "register.toml").write_text(SOURCE, encoding="utf-8")
    bench.config = bench.folder / "tanmiao.toml"
    quote = json.dumps
    bench.config.write_text(
        f'[city]\ncode = 371600\nname = "演示"\nreference = {quote(str(ROOT / "config/reference"))}\n[crawl]\n'
        f'sources = "sources"\n[mine]\nrules = {quote(str(ROOT / "config"))}\n', encoding="utf-8")
    register(bench)


def shown(bench, data):
    """Names in the exported list; the search must count and find the same."""
    out = bench.folder / "list.jsonl"
    bench.run("export", *bench.of(data), "--format", "jsonl", "-o", out)
    names = {json.loads(line)["name"] for line in out.read_text(encoding="utf-8").splitlines()}
    hits = bench.lines("search", "演示", *bench.of(data), "--facet", "unit")
    check(hits[0]["total"] == len(names) == sum(v["count"] for v in hits[0]["facets"][0]["values"]),
          f"search, its total and its facets agree with the list: {len(names)}")
    check({hit["name"] for hit in hits[1:]} == names, "and find the same firms")
    return names


def suppress(bench, data, firm, **more):
    return bench.run("pool", "suppress", firm, "--reason", "企业要求", "--by", "演示单位", *bench.of(data), **more)


def body(options):
    with Bench(options, "taken") as bench:
        prepare(bench)
        data = bench.folder / "data"
        bench.night(data)
        check(shown(bench, data) == {CODED, NAMELESS, OTHER}, "three firms, one of them without a code")
        for wrong in (credit_code(1)[:-1] + "I", "并无此企业有限公司", "name:并无此企业有限公司@371602"):
            check(suppress(bench, data, wrong, expect=(1, 2)).stderr.strip() != "", f"{wrong} is refused")
        suppress(bench, data, CODED)
        check(shown(bench, data) == {NAMELESS, OTHER}, "a firm named by its name is gone at once")
        suppress(bench, data, NAMELESS)
        check(shown(bench, data) == {OTHER}, "so is one without a code")
        for firm in (credit_code(1), CODED, NAMELESS):
            bench.run("explain", firm, *bench.of(data), expect=(1,))
        check(bench.lines("pool", "list", *bench.of(data)) == [], "the list of the pool does not name them")
        listed = bench.lines("pool", "suppressed", *bench.of(data))
        check([line["code"] for line in listed] == [credit_code(1), f"name:{NAMELESS}@371602"],
              "each is written down by its code, or by its name and place")
        bench.night(data, clock="2026-11-21T02:00:00Z")
        check(shown(bench, data) == {OTHER}, "and stay out after the next night")
        register(bench, credit_code(2))
        report = bench.night(data, clock="2026-11-22T02:00:00Z")
        check(stage(report, "crawl")["changed"] == 1, "the code of the firm without one becomes known")
        check(shown(bench, data) == {OTHER}, "which stays out all the same")
        suppress(bench, data, credit_code(9))
        check(len(bench.lines("pool", "suppressed", *bench.of(data))) == 3, "a code can be taken out before it is seen")


if __name__ == "__main__":
    main(body, arguments(__doc__))
