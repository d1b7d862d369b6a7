#!/usr/bin/env python3
"""Searches over nights: cursors that go on in the list they were cut from, everything that matches as a file, queries that are kept
and find what is new, stages at once, firms alike. An invented city; every step by command."""
import csv
import json

import three_days
from harness import arguments, check, main, stage

FACETS = ("--facet", "stage")


class Registry(three_days.Office):
    """The office of three_days, with a register that grows from night to night."""

    def write_register(self, firms):
        every, self.firms = self.firms, firms
        self.registry()
        self.firms = every


def pages(bench, of, *words, first=None):
    """Codes of all pages, by cursor."""
    codes, cursor = [], first
    while True:
        more = ["--cursor", cursor] if cursor else []
        head, *hits = bench.lines("search", *words, *of, "--limit", "7", *more)
        check(head["before"] == len(codes) or first, "the page says how many were before")
        codes += [hit["code"] for hit in hits]
        cursor = head.get("next")
        if cursor is None:
            return codes, head["total"]


def body(options):
    with Registry(options, "searches") as bench:
        bench.prepare()
        data = bench.folder / "data"
        of = bench.of(data)
        night = lambda n: bench.json("run", *of, "--clock", three_days.clock(n))  # noqa: E731
        bench.write_register(bench.firms[:50])
        night(5)

        codes, total = pages(bench, of, "科技")
        check(len(codes) == len(set(codes)) == total == 50, f"all firms once, page by page: {len(codes)} of {total}")
        for order in ("name", "rank", "established"):
            check(sorted(pages(bench, of, "科技", "--order", order)[0]) == sorted(codes), f"by {order} too")

        kept = bench.json("saved", "put", "新材料", "新材料", *of, "--reason", "招引名单", "--by", "科技局")
        check(kept["revision"] == 1, "a query is kept")
        done = bench.run("saved", "put", "坏", "(铝", *of, "--reason", "x", expect=(2,))
        check("character 1" in done.stderr, "one that cannot be read is not")
        # The number that is told when a query is kept is the one of each night.
        more = bench.run("saved", "put", "宽", "新才料", *of, "--reason", "x", expect=(2,))
        check("did you mean '新材料'" in more.stderr, f"what had to be guessed is not kept: {more.stderr}")
        check(bench.run("saved", "put", " ", "新材料", *of, "--reason", "x", expect=(2,)).returncode == 2, "nor what has no name")
        for name, text, options in (("在业", "新材料", ["--alive"]), ("阶段", "培育阶段:未入库", []), ("宽写", "ＳＴＡＧＥ:未入库", [])):
            told = bench.run("saved", "put", name, text, *of, *options, "--reason", "x").stderr
            total = next(s["total"] for s in bench.lines("saved", "run", *of) if s["name"] == name)
            check(f"{total} firms match now" in told, f"{name}: {total} then as now: {told}")
            bench.json("saved", "drop", name, *of, "--reason", "x")
        report = night(4)
        check([("since" in s, s["total"]) for s in report["searches"]] == [(False, 50)], "the first night has nothing to compare with")

        head = bench.lines("search", "科技", *of, "--limit", "7", "--order", "name")[0]
        bench.write_register(bench.firms[:53])
        report = night(3)
        check(stage(report, "index")["documents"] == 53, "the register grew")
        found = report["searches"][0]
        check((found["total"], found["new"], found["gone"]) == (53, 3, 0), f"three are new: {found}")
        check({f["code"] for f in found["firms"]} == {f["code"] for f in bench.firms[50:53]}, "and named")
        check("已存查询" in bench.run("report", "show", "--html", *of).stdout, "on the page of the report too")
        again = bench.lines("saved", "run", *of)[0]
        check(again["name"] == "新材料" and again["total"] == 53, "and by command")

        # What was cut from the list of yesterday goes on there; after one more night it is gone.
        rest, _ = pages(bench, of, "科技", "--order", "name", first=head["next"])
        check(len(rest) == 43 and len(set(rest)) == 43, f"43 of the 50 of yesterday are left: {len(rest)}")
        check(not set(rest) & {f["code"] for f in bench.firms[50:53]}, "none of them is of today")
        bench.write_register(bench.firms[:54])
        night(2)
        done = bench.run("search", "科技", *of, "--limit", "7", "--order", "name", "--cursor", head["next"], expect=(1,))
        check("made anew" in done.stderr, f"then the list is gone and that is said: {done.stderr}")
        done = bench.run("search", "科技", *of, "--cursor", head["next"][:-1] + ("B" if head["next"][-1] == "A" else "A"), expect=(2,))
        check("no place in a list" in done.stderr, "a changed cursor is told from one that is old")

        for ending in ("csv", "jsonl", "xlsx"):
            out = bench.folder / f"all.{ending}"
            told = bench.json("search", "科技", *of, "--export", out)
            check(told["firms"] == 54 and out.stat().st_size > 2000, f"54 firms in {ending}")
        with open(bench.folder / "all.csv", encoding="utf-8-sig", newline="") as text:
            rows = list(csv.DictReader(text))
        check(len({r["统一社会信用代码"] for r in rows}) == 54, "each once, all digits of the code")
        lines = [json.loads(line) for line in open(bench.folder / "all.jsonl", encoding="utf-8")]
        check([x["credit_code"] for x in lines] == [r["统一社会信用代码"] for r in rows], "in the same order")

        before = bench.lines("search", *of, *FACETS)[0]["facets"][0]["values"]
        check([v["value"] for v in before] == ["none"], "nobody is in the pool")
        bench.json("saved", "drop", "新材料", *of, "--reason", "办结")
        check("searches" not in night(1), "what is dropped is not run")
        check([r["kept"] for r in bench.lines("saved", "history", "新材料", *of)] == [True, False], "its revisions stay")
        check(bench.run("check", *of).returncode == 0, "and the audit knows them")

        near = bench.lines("similar", bench.firms[0]["code"], *of, "--limit", "5")
        check(all(n["code"] != bench.firms[0]["code"] and 0 < n["score"] <= 1 and n["reasons"] for n in near), "firms alike, with reasons")


if __name__ == "__main__":
    main(body, arguments(__doc__))
