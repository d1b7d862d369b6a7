#!/usr/bin/env python3
"""The run report over three nights: what came against before, what a person has to do, why candidates came, went and moved,
reports that are kept, listed and shown, and a firm that was taken out after a report named it."""
import json
import re

from harness import Bench, Failed, arguments, check, main, stage

NIGHTS = ("2026-11-20T02:00:00Z", "2026-11-21T02:00:00Z", "2026-12-01T02:00:00Z", "2027-02-01T02:00:00Z")


def of_source(report, source):
    return next(s for s in stage(report, "crawl")["sources"] if s["id"] == source)


def todo(report, what):
    return [t for t in report["todo"] if t["what"] == what]


def first_night(bench, report):
    registry = of_source(report, "demo-registry")
    check(registry["days_since_new"] == 0 and "before" not in registry, "a first night has nothing before it")
    park = of_source(report, "demo-park")
    check(park["rejects_waiting"] == 1, "refused rows are counted as the file holds them")
    lines = todo(report, "rejects")
    check(park["rejects_can_be_fed"] is False and any("不能单独读回" in t["text"] for t in lines) and
          not any("rejects feed demo-park" in t["command"] for t in lines), "rows of web pages are not proposed for feeding, which refuses them")
    science = of_source(report, "demo-science")
    lost = [t for t in todo(report, "attachments") if "demo-science" in t["text"]]
    check(science["lost_count"] == science["lost_new"] == len(science["lost_files"]) == 1 and "broken.xlsx（" in science["lost_files"][0] and
          len(lost) == 1 and not lost[0]["urgent"] and "broken.xlsx" in lost[0]["text"],
          "an attachment that cannot be read is counted, and a thing to look at: " + lost[0]["text"])
    approve = todo(report, "approve")
    check(len(approve) == 1 and "source approve demo-unapproved" in approve[0]["command"],
          "what nobody approved is told with its command")
    check(todo(report, "backup")[0]["text"] == "尚未备份过", "that there is no backup is said")
    reviews = report["reviews_waiting"]
    check(bool(todo(report, "reviews")) == (reviews > 0), f"{reviews} names wait for a person")
    check("changes" not in stage(report, "mine"), "there is nothing to compare the first run with")
    check(report["folder"]["free_bytes"] > 0 and report["folder"]["bytes"]["facts.db"] > 0, "disk and folder are told")


def command_works(bench, report):
    """A command of the list is typed as it stands."""
    words = todo(report, "reviews")[0]["command"] if todo(report, "reviews") else None
    if words is None:
        return
    import shlex
    done = bench.run(*shlex.split(words)[1:])
    check(done.returncode == 0, "a command of the report runs as it stands: " + words)


def unchanged_night(bench, first, report):
    registry = of_source(report, "demo-registry")
    check(registry["before"]["new"] == of_source(first, "demo-registry")["new"], "last night's counts stand beside")
    check(registry["days_since_new"] == 1 and registry["last_new"] == NIGHTS[0][:10], "a day without anything new")
    science = of_source(report, "demo-science")
    check(science["lost_count"] == 1 and science["lost_new"] == 0 and science["lost_files"] == of_source(first, "demo-science")["lost_files"]
          and not todo(report, "attachments"), "the same damaged attachment is counted again, and no thing to do any more")
    link = stage(report, "link")
    check(link["unchanged"] and link["links_by_reason"] == stage(first, "link")["links_by_reason"] != {},
          "links by reason stand as they were told when they were made")
    check([n["night"] for n in stage(report, "crawl")["earlier"]] == [1], "seconds and memory of the night before")
    check(report["earlier"][0]["seconds"] == first["seconds"], "and of the whole")


def later_night(bench, data, report):
    mine = stage(report, "mine")
    changes = mine["changes"]
    firms = changes["firms"]
    check(changes["new"] + changes["gone"] + changes["moved"] > 0, f"the list changed: {changes['new']} new, "
          f"{changes['gone']} gone, {changes['moved']} moved, {changes['moved_of_itself']} of themselves")
    for turn in ("new", "gone", "moved"):
        shown = [f for f in firms if f["change"] == turn]
        check(len(shown) == min(changes[turn] - (changes["taken_out"] if turn == "gone" else 0), 50),
              f"{turn}: {len(shown)} of {changes[turn]} are named")
        check(all(f["why"] and all(f["why"]) and f["name"] for f in shown), f"{turn}: each with a reason")
    check(sum(changes["new_by_reason"].values()) == changes["new"], "reasons of the new add up")
    check(sum(changes["gone_by_reason"].values()) + changes["taken_out"] == changes["gone"], "reasons of the gone add up")
    check(mine["proposed"]["new"] == changes["new"] and mine["proposed"]["gone"] == changes["gone"] and
          mine["proposed"]["moved"] <= changes["moved"], "the leads say the same")
    texts = {why for f in firms for why in f["why"]}
    check(not any("原因未知" in why for why in texts), "no reason is unknown")
    pushed = [f for f in firms if f["change"] == "moved" and "因其他企业升降" in f["why"][0]]
    check(len(pushed) < changes["moved"] or changes["moved_of_itself"] == 0, "those that were only pushed are told apart")
    for f in (f for f in firms if f["change"] == "moved"):
        check_points(f)
    own = [f for f in firms if f["change"] == "moved" and f["because"] == "data"]
    check(not own or any(f["causes"] for f in own), "what moved a firm is told with its record")
    check(all(f["by_rules"] == 0 for f in firms if f["change"] == "moved"), "nothing is put down to rules that stayed")
    told = bench.json("runs", "diff", *bench.of(data))
    check(told["changes"]["firms"] == firms and told["now"]["run"] == mine["run"], "runs diff says what the report says")
    first = next(f for f in firms if f["change"] == "moved")
    alone = bench.json("runs", "diff", told["before"]["run"], told["now"]["run"], "--firm", first["firm"], *bench.of(data))
    check([f["why"] for f in alone["changes"]["firms"]] == [first["why"]], "one firm can be asked for")
    check(first["movement"] in bench.run("runs", "diff", *bench.of(data)).stdout, "▲ and ▼ stand in the table")
    return firms


def check_points(firm):
    """The difference of the scores is that of the firm's items and of the rules, and nothing else."""
    moved = firm["now"]["score"] - firm["before"]["score"]
    of_items = sum(i["now"] - i["before"] for i in firm["items"])
    if abs(firm["by_firm"] + firm["by_rules"] - moved) > 1e-5 or (firm["items"] and abs(of_items - firm["by_firm"]) > 1e-4):
        raise Failed(f"the points of {firm['name']} do not add up: {firm}")


def rules_changed(bench, data):
    """The same data with another scorecard: whatever moves is put down to that."""
    rules = bench.folder / "rules"
    import shutil
    from harness import ROOT
    shutil.copytree(ROOT / "config", rules)
    card = rules / "scorecard.toml"
    text = card.read_text(encoding="utf-8")
    changed, n = re.subn(r"(?m)^(weight\s*=\s*)([0-9.]+)", lambda m: m.group(1) + str(round(float(m.group(2)) * 3 + 1, 2)), text, count=1)
    check(n == 1, "a weight of the scorecard was changed")
    card.write_text(changed, encoding="utf-8")
    config = bench.folder / "other.toml"
    config.write_text(bench.config.read_text(encoding="utf-8").replace(str(ROOT / "config") + '"\n', str(rules) + '"\n'),
                      encoding="utf-8")
    report = bench.json("mine", "--config", config, "--data", data, "--clock", "2026-12-01T03:00:00Z", expect=(0, 3))
    changes = stage(report, "mine")["changes"]
    check(changes["rules"] == ["计分表"], "the report names what changed besides the data: " + str(changes["rules"]))
    check(changes["moved"] > 0 and all(any("计分表有变更" in w for w in f["why"]) for f in changes["firms"]
                                       if "因其他企业升降" not in f["why"][0]), "and so does each firm")
    for firm in changes["firms"]:
        check_points(firm)
    check(changes["moved_by_rules"] > 0 and changes["moved_of_itself"] == 0 and
          all(f["because"] in ("rules", "others") and not f["items"] for f in changes["firms"]),
          "no firm is said to have changed: the scorecard did")


def kept(bench, data, reports):
    listed = bench.lines("report", "list", *bench.of(data))
    check([int(r["night"]) for r in listed] == sorted((r["night"]["id"] for r in reports), reverse=True),
          "all reports are listed, newest first")
    for report in reports:
        shown = bench.json("report", "show", report["night"]["id"], *bench.of(data))
        check(shown == report, f"report {report['night']['id']} is shown as it was written")
    page = bench.run("report", "show", "1", "--html", *bench.of(data)).stdout
    check("需要处理的事项" in page and "http" not in re.sub(r'lang="zh-CN"', "", page.split("</style>")[0]),
          "the page carries its style along")
    check("读不了的文件" in page and "附件，首次遇到" in page, "and the attachment that could not be read")
    check(page == (data / "reports/000001.html").read_text(encoding="utf-8"), "as the file beside the JSON")
    check("需要处理的事项" in bench.run("report", "show", *bench.of(data)).stdout, "the newest is shown on the terminal")
    missing = bench.run("report", "show", "99", *bench.of(data), expect=None)
    check(missing.returncode != 0 and "report list" in missing.stderr, "a night without report is told so")


def older_version(bench, data):
    """A report of before this version says little: what it does not say is unknown, never 0."""
    path = data / "reports/000001.json"
    old = json.loads(path.read_text(encoding="utf-8"))
    for name in ("whole", "earlier", "folder", "todo", "reviews_waiting", "in_pool"):
        old.pop(name, None)
    for s in old["stages"]:
        for name in ("earlier", "before", "title"):
            s.pop(name, None)
        for source in s.get("sources", []):
            for name in ("last_new", "days_since_new", "rejects_waiting", "rejects_file_bytes", "older", "gone"):
                source.pop(name, None)
    path.write_text(json.dumps(old), encoding="utf-8")
    page = bench.run("report", "show", "1", "--html", *bench.of(data)).stdout
    row = re.search(r"<tr class=\"outcome-published\">.*?</tr>", page, re.S).group(0)
    check('data-label="消失">未知' in row and 'data-label="最近有新数据">未知' in row, "an older report says 未知")
    check("未知" in bench.run("report", "show", "1", *bench.of(data)).stdout, "on the terminal too")


def taken_out(bench, data, night, firms):
    firm = next(f for f in firms if f["code"])
    bench.run("pool", "suppress", firm["code"], "--reason", "test", "--by", "test", *bench.of(data))
    for words in (("--json",), ("--html",), ()):
        shown = bench.run("report", "show", night, *words, *bench.of(data)).stdout
        check(firm["code"] not in shown and firm["name"] not in shown, f"a firm taken out is not named {words}")


def body(options):
    with Bench(options, "report") as bench:
        bench.make_city()
        data = bench.folder / "data 数据"
        city = bench.serve_city()
        bench.approve(data)
        first = bench.night(data, clock=NIGHTS[0])
        first_night(bench, first)
        command_works(bench, first)
        second = bench.night(data, clock=NIGHTS[1])
        unchanged_night(bench, first, second)
        bench.stop(city)
        bench.serve_city(day=12)
        third = bench.night(data, clock=NIGHTS[2])
        firms = later_night(bench, data, third)
        kept(bench, data, [first, second, third])
        rules_changed(bench, data)
        quiet = bench.night(data, clock=NIGHTS[3])
        check(any("天没有新数据" in t["text"] for t in todo(quiet, "quiet")), "a source that brings nothing new for long is told")
        taken_out(bench, data, third["night"]["id"], firms)
        older_version(bench, data)
        if options.keep:
            print("kept:", bench.folder)


if __name__ == "__main__":
    main(body, arguments(__doc__))
