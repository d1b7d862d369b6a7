#!/usr/bin/env python3
"""The real registry, patents and recognitions of one city. Only counts are looked at and printed, no row of the data."""
import json

from harness import ROOT, Bench, arguments, check, main, skip, stage

DATA = ROOT.parent / "shared" / "data"
WORD = "泰开"  # trade name of a group with many patents


def body(options):
    if not (DATA / "registry" / "taian.csv").exists():
        skip("the real data is not beside the project (../shared/data)")
    with Bench(options, "taian") as bench:
        data = bench.folder / "data"
        of = ["--config", ROOT / "tests/real/tanmiao.toml", "--data", data]
        report = bench.json("run", *of, expect=(0, 3))
        link = stage(report, "link")
        print("firms", link["firms"], "patents", link["patents"], "linked", link["patents_linked"], "reasons",
              link["links_by_reason"])
        check(link["patents_linked"] >= 390, "the patents that exact names join are linked")
        rows = bench.folder / "rows.jsonl"
        bench.run("export", *of, "--format", "jsonl", "-o", rows)
        check(rows.stat().st_size > 0, "candidates are exported")
        hits = bench.lines("search", WORD, *of)
        check(hits[0]["total"] >= 1, f"search finds {hits[0]['total']} firms")
        firm = next(h for h in hits if h["type"] == "firm")
        told = bench.json("explain", firm["firm"], *of)
        past = bench.json("explain", firm["firm"], *of, "--as-of", "2015-12-31")
        check(told != past, "as of 2015-12-31 the firm looks different")
        first = json.loads(rows.read_text(encoding="utf-8").splitlines()[0])["credit_code"]
        leader = bench.json("explain", first, *of)
        check(leader["evidence"] and all(line["key"] and line["seen"] and line["line"] > 0
                                         for line in leader["evidence"] + leader["patents"] if line["source"]),
              "each line of evidence leads to a record, its day and a line of a file")
        page = bench.run("explain", first, *of).stdout
        check("文件 " in page and " 行" in page, "and the page of text says so")
        patents = bench.json("mine", *of, "--as-of", "2015-12-31")
        now = stage(report, "mine")
        check(stage(patents, "mine")["run"] != now["run"], "a run of a past day is another run")
        second = bench.json("run", *of, expect=(0, 3))
        check(stage(second, "link")["unchanged"], "an unchanged night links nothing again")
        print(f"first night {report['seconds']:.2f} s, unchanged night {second['seconds']:.2f} s")


if __name__ == "__main__":
    main(body, arguments(__doc__))
