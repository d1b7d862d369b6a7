#!/usr/bin/env python3
"""A night over the demo city, the same night again with nothing changed, and a day later with changes."""
import json
import time
from decimal import Decimal

import schema
from harness import Bench, arguments, check, main, stage


def first_night(bench, data):
    report = bench.night(data, expect=(0,))
    sources = {s["id"]: s for s in stage(report, "crawl")["sources"]}
    check(sources["demo-unapproved"]["outcome"] == "not_approved", "what nobody approved is not fetched")
    check(sources["demo-unapproved"]["requests"] == 0, "not even once")
    check("未批准" in sources["demo-unapproved"]["why"], "and the report says so")
    check(sources["demo-registry"]["new"] > 200, "the registry gives firms")
    check(sources["demo-patents"]["new"] > 300, "the deliveries give patents")
    check(sources["demo-science"]["outcome"] == "published" and "broken.xlsx" in sources["demo-science"]["why"],
          "a broken file is named, and the files beside it are read")
    park = sources["demo-park"]
    check(park["outcome"] == "published" and park["new"] > 0, "pages in another charset than they say are read")
    check("utf-8" in park["why"] and "gb18030" in park["why"], "and the report says so: " + park["why"])
    check(park["rejected"] == 1 and "乱码" in park["first_rejects"][0]["expected"], "but for the row that is broken")
    check(report["outcome"] == "done" and not any(s["outcome"] == "held" for s in sources.values()),
          "no source is held")
    link = stage(report, "link")
    check(link["firms"] > 200 and link["patents_linked"] > 200, "firms and their patents are found")
    check(stage(report, "index")["documents"] > 200, "the index holds them")
    check(stage(report, "mine")["candidates"] > 50, "a run proposes candidates")
    check(all(s["peak_memory_bytes"] > 0 for s in report["stages"]), "each stage says its peak memory")
    return report


def results(bench, data):
    out = bench.folder / "list.jsonl"
    bench.run("export", *bench.of(data), "--format", "jsonl", "-o", out)
    rows = out.read_text(encoding="utf-8").splitlines()
    check(len(rows) > 50, "the list is exported")
    hits = bench.lines("search", "科技", *bench.of(data), "--facet", "unit")
    check(hits[0]["total"] >= 1 and len(hits) > 1, "search finds firms")
    told = bench.run("explain", hits[1]["code"] or hits[1]["firm"], *bench.of(data)).stdout
    check("指标" in told and "缺口" in told, "explain shows the rubric table")
    firm = hits[1]["code"] or hits[1]["firm"]
    ranked = bench.run("explain", firm, *bench.of(data)).stdout
    check("同类线索" not in ranked, "a rank counts in a list that is named")
    renewals = bench.run("runs", "renewals", *bench.of(data)).stdout.splitlines()
    valid = {program: [line for line in renewals if program in line and "有效，" in line] for program in ("高新技术企业", "科技型中小企业")}
    check(valid["高新技术企业"] and all("可直接确认" in line for line in valid["高新技术企业"]), "a valid HNTE is a lead")
    check(all("不列入线索" in line for line in valid["科技型中小企业"]), "who holds the number is none")
    last = bench.json("explain", json.loads(rows[-1])["credit_code"], *bench.of(data))
    beside, listed = last["why_not_higher"], last["listed"]
    check(beside["items"] and beside["ahead"] > 20 and all(step["rank"] <= beside["ahead"] + 1 for step in beside["ranks"]),
          "why not higher, and what would help")
    wrong = schema.faults(last, schema.load("explanation.json"), "explanation.json")
    check(not wrong, f"an explanation is what its schema says: {wrong[:5]}")
    check(listed["count"] > 10 and 0 <= listed["score"]["below"] <= 1 and len(listed["nearest"]) <= 5, "beside those that bear the title")
    known = bench.json("explain", firm, *bench.of(data), "--rubric", "hnte")
    check(0 < len(known["listed"]["nearest"]) <= 5 and known["listed"]["nearest"][0]["reasons"], "and the nearest of them")
    check(known["standard"]["id"] == "hnte_2016" and len(known["standards"]) == 6, "it stands under each standard of the day")
    check(known["standard"]["known"] < known["standard"]["most"] and known["standard"]["missing"], "what is unknown stays open")
    young = bench.json("explain", firm, *bench.of(data), "--rubric", "hnte", "--suppose", "days_registered=100")
    check(young["standard"]["conditions"][0]["answer"] == "fails" and young["standard"]["standing"] == "暂不满足",
          "what is supposed decides")
    belief = known["belief"]
    check(belief["low"] <= belief["pass"] <= belief["high"] and abs(sum(b["share"] for b in belief["rd"]) - 1) < .01,
          "and how likely it reaches the mark")
    told = bench.run("explain", firm, *bench.of(data), "--rubric", "srdi").stdout
    check("其他认定标准" in told and "尚缺：" in told, "for people too")
    files = bench.lines("export", *bench.of(data), "--by", "unit", "--format", "csv", "-o", bench.folder / "units")
    check(len(files) > 3 and len(files) == len(list((bench.folder / "units").iterdir())), "one file a unit")
    check(sum(f["firms_in_list"] for f in files) == len(rows) and
          all(len(open(f["file"], encoding="utf-8-sig").read().splitlines()) >= 1 + f["firms_in_list"] for f in files),
          "their firms add up to the city's list")
    agreed(bench, data, [json.loads(row) for row in rows])
    check(bench.json("check", *bench.of(data))["sound"], "the data folder is sound")


def agreed(bench, data, rows):
    """What is said of a firm adds up, and is the same in the list and in its explanation."""
    asked = 0
    for row in rows[::max(1, len(rows) // 12)]:
        told = bench.json("explain", row["credit_code"], *bench.of(data))
        points = sum(Decimal(str(c["points"])) for c in told["contributions"])
        check(points == Decimal(str(told["score"])), f"the contributions add up to {told['score']} exactly")
        labels = [q["label"] for q in told["belief"]["ask_first"]]
        check(told["ask_first"] == row["ask_first"] and told["ask_first"].endswith("；".join(labels)),
              f"what to ask first: {told['ask_first']}")
        asked += len(labels)
    check(asked > 12, "and much is open")


def slips(bench, data):
    """Words that do not exist are answered with the nearest that does, exit 2."""
    table = bench.folder / "table.csv"
    table.write_text("x\n", encoding="utf-8")
    for words, meant in ((["search", "科技", "--filter", "unit=博星县"], "博兴县"), (["search", "--facet", "unti"], "unit"),
                         (["search", "--filter", "status=ACTVE"], "ACTIVE"), (["export", "--unit", "博星县"], "博兴县"),
                         (["export", "--industry", "高端铝叶"], "高端铝业"), (["export", "--campaign", "al"], "all"),
                         (["export", "--judgement", "promissing"], "promising"),
                         (["explain", "1", "--rubric", "hnt"], "hnte"),
                         (["backtest", "--as-of", "2025-12-31", "--label", "tech_sm"], "tech_sme"),
                         (["source", "approve", "demo-registy", "--by", "t", "--reason", "t"], "demo-registry"),
                         (["parse", "--source", "demo-registy", table], "demo-registry")):
        done = bench.run(*words, *bench.of(data), expect=(2,))
        asked = any(text in done.stderr for text in (f"did you mean '{meant}'?", f"是否应为“{meant}”"))
        check(asked and done.stdout == "", f"{words}: {done.stderr.strip()}")
    check(bench.lines("search", *bench.of(data), "--filter", "recognition=unicorn")[0]["total"] == 0,
          "what no firm has is no mistake")


def body(options):
    with Bench(options, "demo") as bench:
        bench.make_city()
        data = bench.folder / "data 数据"
        city = bench.serve_city()
        bench.approve(data)
        first = first_night(bench, data)
        results(bench, data)
        slips(bench, data)
        before = bench.digest(data)
        began = time.monotonic()
        second = bench.night(data, clock="2026-11-20T04:00:00Z")
        print(f"first night {first['seconds']:.2f} s, unchanged night {second['seconds']:.2f} s "
              f"({time.monotonic() - began:.2f} s with its start)")
        check(bench.digest(data) == before, "an unchanged night gives the same digest")
        check(stage(second, "link")["unchanged"] and stage(second, "index")["unchanged"] and
              stage(second, "mine")["unchanged"], "an unchanged night skips its stages")
        bench.stop(city)
        bench.serve_city(day=12)
        third = bench.night(data, clock="2026-12-01T02:00:00Z")
        crawl = stage(third, "crawl")
        check(crawl["new"] + crawl["changed"] + crawl["gone"] > 0, "a later day brings changes")
        check(bench.digest(data) != before, "and another digest")


if __name__ == "__main__":
    main(body, arguments(__doc__))
