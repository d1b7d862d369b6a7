#!/usr/bin/env python3
"""What is confirmed of a firm is true of it: after a night that sees all deliveries, the rubric's interval of every lead of
the demo city holds its hidden points, also of firms that bought patents or sold theirs."""
import csv
import json

from harness import Bench, arguments, check, main

ALL_DELIVERIES = 3  # on this day of the city no publication and no legal event waits for its delivery any more


def true_points(city):
    with (city / "truth.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["code"]: int(row["points"]) for row in csv.DictReader(file)}


def leads(bench, data):
    out = bench.folder / "list.jsonl"
    bench.run("export", *bench.of(data), "--format", "jsonl", "-o", out)
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def body(options):
    with Bench(options, "known points") as bench:
        city = bench.make_city(firms=2000, patents=4000)
        data = bench.folder / "data"
        bench.serve_city(day=ALL_DELIVERIES)
        bench.approve(data)
        bench.night(data)
        truth = true_points(city)
        rows = [row for row in leads(bench, data) if row["credit_code"] in truth]
        check(len(rows) > 1000, f"{len(rows)} leads have a truth")
        bought = sum("仅受让专利" in (row["hints"] or "") and row["known_points"] > 0 for row in rows)
        check(bought > 20, f"{bought} of them have points that rest on bought patents alone")
        missed = [(row["name"], row["known_points"], truth[row["credit_code"]], row["most_points"]) for row in rows
                  if not row["known_points"] <= truth[row["credit_code"]] <= row["most_points"]]
        check(not missed, f"the interval of each holds its points: {len(missed)} do not, {missed[:5]}")


if __name__ == "__main__":
    main(body, arguments(__doc__))
