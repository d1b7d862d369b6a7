#!/usr/bin/env python3
"""A scorecard that does worse on what is over already does not replace the one in use: planted, refused, told, kept out, and taken by a person."""
import json
import random
import re
import shutil

from harness import ROOT, Bench, arguments, check, main, stage

NIGHTS = ("2026-11-20T02:00:00Z", "2027-01-20T02:00:00Z", "2027-01-21T02:00:00Z", "2027-01-22T02:00:00Z")


def scorecard(rules, change, name):
    """The shipped scorecard with every weight of an item put through `change`, under another id."""
    text = (ROOT / "config/scorecard.toml").read_text(encoding="utf-8")
    head, item, rest = text.partition("[[feature]]")
    rest, words, tail = rest.partition("[[words]]")
    rest = re.sub(r"(?m)^(weight\s*=\s*)(-?[0-9.]+)", lambda m: m.group(1) + str(change(float(m.group(2)))), rest)
    head = head.replace('id = "scorecard-2"', f'id = "{name}"')
    (rules / "scorecard.toml").write_text(head + item + rest + words + tail, encoding="utf-8")


def live_scorecard(bench, data):
    live = next(r for r in bench.lines("runs", "list", "--campaign", "all", *bench.of(data)) if r["live"])
    explained = bench.json("explain", "1", *bench.of(data), expect=(0, 1))
    return live["run"], explained["scorecard"]


def audit(bench, data, action):
    import sqlite3
    with sqlite3.connect(f"file:{data / 'people.db'}?mode=ro", uri=True) as db:
        return [row for row in db.execute("select * from audit") if action in map(str, row)]


def body(options):
    with Bench(options, "model") as bench:
        bench.make_city(firms=800, patents=1600)
        data = bench.folder / "data 数据"
        rules = bench.folder / "rules"
        shutil.copytree(ROOT / "config", rules)
        text = bench.config.read_text(encoding="utf-8").replace(json.dumps(str(ROOT / "config")), json.dumps(str(rules)))
        text += "\n[backtest]\nnightly = true\nhorizon_months = 24\n"
        bench.config.write_text(text, encoding="utf-8")
        bench.serve_city()
        bench.approve(data)
        first = bench.night(data, clock=NIGHTS[0])
        check(first["model"]["step"] == "first", "the first scorecard is taken")
        check(stage(first, "backtest")["labelled"] > 5, "numbers count in their year, not on the night that read them first")
        tested = stage(bench.night(data, clock=NIGHTS[1]), "backtest")
        check(tested["labelled"] > 5 and tested["as_of"] == "2024-12-31" and tested["until"] == "2026-12-31",
              f"the ranking is tested on the latest horizon that is over: {tested['labelled']} labelled")
        check({s["id"] for s in tested["scorers"]} >= {"scorecard", "patents", "random"} and len(tested["inputs"]) > 10,
              "beside simple rankings, with the spread of its inputs")
        second = bench.night(data, clock=NIGHTS[2])
        check(second["model"]["step"] == "same" and stage(second, "backtest")["before"]["scorers"] == tested["scorers"],
              "an unchanged night gives the same figures, and says so beside those before")

        scorecard(rules, lambda weight: -weight, "planted-worse")
        before = live_scorecard(bench, data)
        worse = bench.json("mine", *bench.of(data), "--clock", "2027-01-21T03:00:00Z", expect=(0, 3))
        model = worse["model"]
        check(model["step"] == "refused" and model["news"] and model["duel"]["ap_candidate"] < model["duel"]["ap_in_use"] and
              model["duel"]["share_worse"] >= .9, f"a worse scorecard is refused: {model['duel']}")
        check(live_scorecard(bench, data) == before and before[1] == "scorecard-2", "the one in use ranks and explains on")
        todo = [t for t in worse["todo"] if t["what"] == "model"]
        check(len(todo) == 1 and todo[0]["urgent"] and "runs model --take" in todo[0]["command"], "a person is told")
        check(len(audit(bench, data, "model.refuse")) == 1, "and the audit")
        bench.config.write_text(text + "most_firms = 1\n", encoding="utf-8")
        scorecard(rules, lambda weight: weight * 2, "untestable")
        held = bench.json("mine", *bench.of(data), "--clock", "2027-01-21T04:00:00Z", expect=(0, 3))
        check(held["model"]["step"] == "held" and held["model"]["news"] and "most_firms" in held["model"]["note"],
              "one that cannot be tested is held")
        check(live_scorecard(bench, data) == before, "and the one in use ranks on")
        todo = [t for t in held["todo"] if t["what"] == "model"]
        check(len(todo) == 1 and "待人决定" in todo[0]["text"] and "runs model --take" in todo[0]["command"], "a person is told")
        check(len(audit(bench, data, "model.hold")) == 1, "and the audit")
        bench.config.write_text(text, encoding="utf-8")
        scorecard(rules, lambda weight: -weight, "planted-worse")
        third = bench.night(data, clock=NIGHTS[3])
        check(third["model"]["step"] == "refused", "the next night holds to it")
        page = (data / f"reports/{third['night']['id']:06}.html").read_text(encoding="utf-8")
        check("planted-worse" in page and "未采用" in page and "排名检验" in page, "the page of the report says so")
        check(len(audit(bench, data, "model.refuse")) == 2, "the audit is told once of each, again after another was held")
        check(bench.json("runs", "model", *bench.of(data))["in_use"] == "scorecard-2", "runs model names the one in use")

        bench.run("runs", "model", "--take", "--by", "test", "--reason", "a test", *bench.of(data))
        taken = bench.json("mine", *bench.of(data), "--clock", "2027-01-22T04:00:00Z", expect=(0, 3))
        check(taken["model"]["step"] == "same" and live_scorecard(bench, data)[1] == "planted-worse",
              "a person may take it all the same")
        check(len(audit(bench, data, "model.take")) == 1, "which is in the audit")
        scorecard(rules, lambda weight: weight, "mended")
        mended = bench.json("mine", *bench.of(data), "--clock", "2027-01-22T05:00:00Z", expect=(0, 3))
        check(mended["model"]["step"] == "taken" and mended["model"]["duel"]["share_worse"] < .5, "a better one takes its place")
        check(live_scorecard(bench, data)[1] == "mended", "and ranks")
        no_steps_down(bench, data, rules, text)


def no_steps_down(bench, data, rules, text):
    """What is lower by the figures and not surely worse waits for a person; what follows it is held against the best before it too."""
    clocks = iter(f"2027-01-22T{hour:02}:{minute:02}:00Z" for hour in range(6, 24) for minute in range(0, 60, 5))

    def mined(change, name):
        scorecard(rules, change, name)
        return bench.json("mine", *bench.of(data), "--clock", next(clocks), expect=(0, 3))

    lower = None
    for seed in range(11, 31):
        chance = random.Random(seed)
        night = mined(lambda weight: round(weight * chance.choice([0, .5, 1, 1.5, 2]), 2), f"jitter-{seed}")
        model = night["model"]
        duel, earlier = model["duel"], model.get("earlier")
        down = duel["ap_candidate"] < duel["ap_in_use"] or bool(earlier) and earlier["duel"]["ap_candidate"] < earlier["duel"]["ap_in_use"]
        check(model["step"] == ("refused" if duel["share_worse"] >= .9 else "held" if down else "taken"),
              f"seed {seed}: {model['step']}: {duel['ap_in_use']:.4f} -> {duel['ap_candidate']:.4f}, worse in {duel['share_worse']:.2f}")
        if model["step"] == "held" and duel["ap_candidate"] < duel["ap_in_use"]:
            lower = seed
            break
    check(lower is not None, "one is lower by the figures, and not surely worse")
    best = model["in_use"]
    check(model["note"].startswith("平均精度低于在用的") and duel["labelled"] > 5, "the report says why, with figures and labels")
    todo = [t for t in night["todo"] if t["what"] == "model"]
    check(len(todo) == 1 and f"{duel['labelled']} 家后来取得" in todo[0]["text"] and f"{duel['ap_candidate']:.3f} 对 {duel['ap_in_use']:.3f}" in todo[0]["text"]
          and "重抽样中较差" in todo[0]["text"] and "runs model --take" in todo[0]["command"], f"a person is told: {todo[0]['text']}")
    again = bench.json("mine", *bench.of(data), "--clock", next(clocks), expect=(0, 3))["model"]
    check(again["step"] == "held" and not again["news"] and again["duel"] == duel and again["note"] == model["note"], "the same is said again, as known")
    page = max((data / "reports").glob("*.html"), key=lambda path: path.name).read_text(encoding="utf-8")
    check("待人决定" in page and f"jitter-{lower}" in page and "重抽样中较差" in page, "and so is the page of the report")
    chance = random.Random(lower)
    factors = [chance.choice([0, .5, 1, 1.5, 2]) for _ in range(1000)]
    bench.run("runs", "model", "--take", "--by", "test", "--reason", "a test", *bench.of(data))
    turn = iter(factors)
    second = mined(lambda weight: 2 * round(weight * next(turn), 2), "second-step")["model"]
    check(second["step"] == "held" and second["duel"]["ap_candidate"] >= second["duel"]["ap_in_use"] and
          second["earlier"]["scorecard"] == best and second["earlier"]["duel"]["ap_candidate"] < second["earlier"]["duel"]["ap_in_use"] and
          "近 24 个月用过的" in second["note"], f"no lower than the one in use, lower than the best before it: held: {second['note']}")
    bench.config.write_text(text + "compare_months = 0\n", encoding="utf-8")
    alone = bench.json("mine", *bench.of(data), "--clock", next(clocks), expect=(0, 3))["model"]
    check(alone["step"] == "taken" and "earlier" not in alone, "whoever compares with the one in use alone takes it")


if __name__ == "__main__":
    main(body, arguments(__doc__))
