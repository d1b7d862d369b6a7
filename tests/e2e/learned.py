#!/usr/bin/env python3
"""A night learns a ranking from closed horizons: too few labels, learnt and not better, better and taken, worse and kept out, switched off."""
import json
import re
import shutil

from harness import ROOT, Bench, arguments, check, main

NIGHTS = ("2026-11-20T02:00:00Z", "2027-01-20T02:00:00Z")


def settings(rules, **values):
    text = (ROOT / "config/learned.toml").read_text(encoding="utf-8")
    for name, value in values.items():
        text = re.sub(rf"(?m)^{name}\s*=\s*[^#\n]*", f"{name} = {value} ", text)
    (rules / "learned.toml").write_text(text, encoding="utf-8")


def audit(data, action):
    import sqlite3
    with sqlite3.connect(f"file:{data / 'people.db'}?mode=ro", uri=True) as db:
        return [row for row in db.execute("select * from audit") if action in map(str, row)]


def live_run(bench, data):
    return next(r["run"] for r in bench.lines("runs", "list", "--campaign", "all", *bench.of(data)) if r["live"])


def blind_scorecard(rules):
    """The shipped one that knows names alone: there is something to learn beyond it."""
    text = (ROOT / "config/scorecard.toml").read_text(encoding="utf-8")
    head, item, rest = text.partition("[[feature]]")
    rest, words, tail = rest.partition("[[words]]")
    features = rest.split("[[feature]]")
    features = [f if '"name_words"' in f else re.sub(r"(?m)^weight\s*=\s*-?[0-9.]+", "weight = 0", f) for f in features]
    head = head.replace('id = "scorecard-2"', 'id = "blind"')
    (rules / "scorecard.toml").write_text(head + item + "[[feature]]".join(features) + words + tail, encoding="utf-8")
    (rules / "belief.toml").unlink(missing_ok=True)


def explained(bench, data):
    """Firms of the run with what was learnt of them."""
    rows = []
    for firm in range(1, 400):
        done = bench.run("explain", str(firm), *bench.of(data), "--json", expect=None)
        if done.returncode != 0:
            continue
        told = json.loads(done.stdout)
        if "learned" in told:
            rows.append(told)
        if len(rows) == 12:
            break
    return rows


def body(options):
    with Bench(options, "learned") as bench:
        bench.make_city(firms=1500, patents=3000)
        data = bench.folder / "data 数据"
        rules = bench.folder / "rules"
        shutil.copytree(ROOT / "config", rules)
        text = bench.config.read_text(encoding="utf-8").replace(json.dumps(str(ROOT / "config")), json.dumps(str(rules)))
        on = text + "\n[backtest]\nnightly = true\nlearned = true\n"
        bench.config.write_text(on, encoding="utf-8")
        bench.serve_city()
        bench.approve(data)

        few = bench.night(data, clock=NIGHTS[0])
        check(few["learned"]["step"] == "few" and few["learned"]["ranks"] == "scorecard" and "不学" in few["learned"]["note"],
              f"without labels of two horizons the scorecard ranks: {few['learned']}")
        check("lesson" not in few["learned"] and not (data / "models/learned_in_use.json").exists(), "and nothing is learnt")

        settings(rules, least_labelled=10, least_gain=0.9)
        lost = bench.night(data, clock=NIGHTS[1])["learned"]
        check(lost["step"] == "lost" and lost["ranks"] == "scorecard" and lost["news"],
              f"what does not win by the margin does not rank: {lost['lesson']['gain']}")
        check({s["id"] for s in lost["lesson"]["scorers"]} >= {"learned", "scorecard", "likelihood"}, "the figures are told")
        check(lost["lesson"]["test"]["as_of"] == "2025-12-31" and lost["lesson"]["learnt"]["until"] <= "2025-12-31",
              "it is tested on a horizon after the one that is learnt from")
        first = live_run(bench, data)
        again = bench.json("mine", *bench.of(data), "--clock", "2027-01-20T03:00:00Z", expect=(0, 3))["learned"]
        check(again["step"] == "lost" and not again["news"] and again["lesson"] == lost["lesson"], "equal inputs are not learnt twice")
        bench.config.write_text(on.replace("learned = true", "learned = false"), encoding="utf-8")
        off = bench.json("mine", *bench.of(data), "--clock", "2027-01-20T03:00:00Z", expect=(0, 3))
        check("learned" not in off and live_run(bench, data) == first, "switched off it is the same run")
        bench.config.write_text(on, encoding="utf-8")

        blind_scorecard(rules)
        bench.run("runs", "model", "--take", "--by", "test", "--reason", "a test", *bench.of(data))
        settings(rules, least_labelled=10)
        taken = bench.json("mine", *bench.of(data), "--clock", "2027-01-20T04:00:00Z", expect=(0, 3))
        learned = taken["learned"]
        check(learned["step"] == "taken" and learned["ranks"] == "learned", f"what wins takes the scorecard's place: {learned}")
        kept = data / "models" / f"learned-{learned['in_use']}.json"
        check(kept.exists() and len(audit(data, "learned.take")) == 1, "the model is kept under its hash, and the audit says so")
        second = live_run(bench, data)
        check(second != first, "the run is another one")
        rows = explained(bench, data)
        check(rows, "firms of the list say what was learnt of them")
        for row in rows:
            own = row["learned"]
            check(own["base"] + sum(c["points"] for c in own["contributions"]) == own["score"] and own["model"] == learned["in_use"],
                  f"the contributions sum to {own['score']}")
        check(all("名次按学习排序" in r["learned"]["text"] for r in rows), "in plain Chinese")
        in_order = sorted((r for r in rows if r["lead_kind"] != "科技型初创" and "rank" in r), key=lambda r: r["rank"])
        check(all(a["learned"]["score"] >= b["learned"]["score"] for a, b in zip(in_order, in_order[1:])), "in rank order")
        for row in rows:
            beside = row["why_not_higher"]
            check(len(beside["ranks"]) <= 3 and "不保留" not in beside["text"], "the model that ranks is asked what one more fact would do")
            for one in beside["ranks"]:
                check(one["probability"] >= one["probability_before"] == row["learned"]["probability"] and one["rank"] <= row["rank"] and
                      "不是购买专利的建议" in one["text"], f"{one['text']}")
        check(any(row["why_not_higher"]["ranks"] for row in rows), "some fact would lift some firm")
        shown = bench.run("explain", rows[0]["firm"]["code"], *bench.of(data)).stdout
        check("学习排序" in shown and "评分卡的得分" in shown, "the terminal shows both")
        page = (data / f"reports/{taken['night']['id']:06}.html").read_text(encoding="utf-8")
        check("已采用，名单按学习排序" in page and "没有学过的期限上" in page, "the page of the report says so")

        diff = bench.json("runs", "diff", first, second, *bench.of(data))["changes"]
        moved = [f for f in diff["firms"] if f["change"] == "moved"]
        check(diff["ordered_before"] is None and diff["ordered"]["model"] == learned["in_use"] and moved, "the runs say what orders them")
        for firm in moved:
            check(firm["because"] == "rules" and firm["why"][0].startswith(f"排序依据由评分卡换为学习模型 {learned['in_use']}"),
                  f"another order is told first, and is no firm's doing: {firm['why'][0]}")

        settings(rules, least_labelled=100000)
        bench.json("mine", *bench.of(data), "--clock", "2027-01-28T04:00:00Z", expect=(0, 3))
        week = live_run(bench, data)
        later = bench.json("runs", "diff", second, week, *bench.of(data))["changes"]
        check(later["ordered_before"] == later["ordered"] == diff["ordered"] and "学习模型" not in later["rules"], "by the same model a week later")
        told = [f for f in later["firms"] if "learned" in f and f["learned"]["columns"]]
        for firm in told:
            own = firm["learned"]
            check(own["by_model"] == 0 and sum(c["now"] - c["before"] for c in own["columns"]) == own["by_firm"] == own["now"] - own["before"],
                  f"the columns sum to what the score differs by: {own['by_firm']}")
            check(not any(why.startswith("排序依据") for why in firm["why"]) and any("使学习得分" in why for why in firm["why"]), f"{firm['why']}")
        check(told, "some firm moved by what its columns say")

        settings(rules, least_labelled=10, rounds=1, step=0.001)
        kept_out = bench.json("mine", *bench.of(data), "--clock", "2027-01-28T05:00:00Z", expect=(0, 3))["learned"]
        check(kept_out["step"] in ("lost", "worse", "held") and kept_out["in_use"] == learned["in_use"] and kept_out["ranks"] == "learned",
              f"a worse one does not replace it: {kept_out['step']}")
        check(live_run(bench, data) == week, "and the list stands as it was")

        for rounds in (100, 60, 20):  # what is lower by the figures never takes the place by itself
            settings(rules, least_labelled=10, rounds=rounds)
            night = bench.json("mine", *bench.of(data), "--clock", f"2027-01-28T05:{rounds // 4:02}:00Z", expect=(0, 3))
            other = night["learned"]
            less = other["lesson"].get("less_in_use", {"value": 0})["value"]
            check((other["step"] in ("held", "worse", "lost")) if less < 0 else other["step"] != "worse", f"{rounds} rounds: {other['step']}, {less:+.4f}")
            if other["step"] == "held":
                todo = [t for t in night["todo"] if t["what"] == "model"]
                check(len(todo) == 1 and "--take --learned" in todo[0]["command"] and "家后来取得" in todo[0]["text"], f"a person is told: {todo[0]['text']}")
        before = json.loads((data / "models/learned_in_use.json").read_text())["hash"]
        held = data / "models/learned_held.json"
        if not held.exists():
            held.write_text(json.dumps({"hash": before}), encoding="utf-8")
        waits = json.loads(held.read_text())["hash"]
        taken_by = ["runs", "model", "--take", "--learned", "--by", "test", "--reason", "a test", *bench.of(data)]
        takes = len(audit(data, "learned.take"))
        bench.run(*taken_by)
        check(json.loads((data / "models/learned_in_use.json").read_text())["hash"] == waits and len(audit(data, "learned.take")) == takes + 1,
              "a person may take the one that waits, which is in the audit")
        check("no learned model is held" in bench.run(*taken_by, expect=(1,)).stderr, "once")
        check("--learned goes with --take" in bench.run("runs", "model", "--learned", *bench.of(data), expect=(2,)).stderr, "and only with --take")
        kept = data / "models" / f"learned-{waits}.json"

        shutil.copy(ROOT / "config/scorecard.toml", rules / "scorecard.toml")
        bench.run("runs", "model", "--take", "--by", "test", "--reason", "a test", *bench.of(data))
        settings(rules, least_labelled=100000)
        other = bench.json("mine", *bench.of(data), "--clock", "2027-01-28T06:00:00Z", expect=(0, 3))["learned"]
        check(other["ranks"] == "scorecard" and "另一份计分表" in other["note"], "a model of another scorecard does not rank")
        third = live_run(bench, data)
        kept.write_text("{}", encoding="utf-8")
        broken = bench.run("mine", *bench.of(data), "--clock", "2027-01-28T07:00:00Z", expect=None)
        check(broken.returncode not in (0, 3) and "learned model in use is missing or damaged" in broken.stderr and
              live_run(bench, data) == third, "a damaged one is told, and nothing else goes live")


if __name__ == "__main__":
    main(body, arguments(__doc__))
