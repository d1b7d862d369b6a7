#!/usr/bin/env python3
"""What a host says to programs is heeded: captcha, script page, log-in, a storm of refusals end its night, a rebuilt site
is held; the report names rule and address. Sitemaps and feeds spare pages that did not change. A source that has been
silent for longer than it promised is an alarm."""
from harness import CLOCK, Bench, arguments, check, main, stage

MAPS = """id = "demo-maps"
title = "站点地图（演示）"
publisher = "演示城市"
kind = "http"
terms = "虚构数据"
basis = "演示"
hosts = ["127.0.0.1"]

[fetch]
start = ["ORIGIN/feed.atom"]
start_role = "feed"
robots_sitemaps = "map"
pause = 0

[[page]]
role = "map"
reader = "sitemap"
[[page.link]]
only = "/notice/"
role = "notice"

[[page]]
role = "feed"
reader = "feed"
[[page.link]]
role = "notice"

[[page]]
role = "notice"
reader = "html"
[[page.link]]
xpath = "//a[@class='file']/@href"
only = "techsme"
role = "techsme"

[[page]]
role = "techsme"
reader = "xlsx"
kind = "recognition"
key = ["program", "certificate_no"]
required = ["firm_name", "certificate_no"]
[page.columns]
firm_name = "企业名称"
certificate_no = "入库登记编号"
county = "所属县区"
year = "入库登记编号"
[page.rules.program]
constant = "tech_sme"
[page.rules.year]
match = '^([0-9]{4})'
"""
# What each fault shows itself by, and how many pages the host is asked for at most.
FAULTS = [("captcha", "captcha-image", 20), ("challenge", "jsl-521", 20), ("login", "login-address", 20),
          ("storm", "refusal-storm", 20)]


def source_of(report, name):
    return next(s for s in stage(report, "crawl")["sources"] if s["id"] == name)


def todo(report, what):
    return [item for item in report["todo"] if item["what"] == what]


def day(number):
    return f"2026-11-{19 + number:02}T02:00:00Z"


class City:
    def __init__(self, bench):
        self.bench = bench
        self.logs = 0

    def night(self, data, number, source, fault=None, expect=(0, 3)):
        """The report of a night and what the source's host was asked for."""
        self.logs += 1
        log = self.bench.folder / f"log{self.logs}"
        words = [str(self.bench.programs / "demo_city"), "serve", "--world", str(self.bench.folder / "city"), "--day",
                 str(number), "--log", str(log)] + (["--fault", fault] if fault else [])
        process = self.bench.start(words)
        check(process.stdout.readline().startswith("{"), f"the demo city serves day {number}, {fault or 'well'}")
        report = self.bench.json("run", *self.bench.of(data), "--clock", day(number), "--only", source, expect=expect)
        self.bench.stop(process)
        targets = [line.split()[4] for line in log.read_text().splitlines()]
        self.asked = len(targets)
        return source_of(report, source), [t for t in targets if t != "/robots.txt"], report


def stop_signs(bench, city, data):
    first, targets, _ = city.night(data, 1, "demo-registry", expect=(0,))
    check(first["outcome"] == "published" and len(targets) > 60, f"a night without faults: {len(targets)} pages")
    rows = first["new"]
    number = 1
    for fault, rule, most in FAULTS:
        number += 1
        source, targets, report = city.night(data, number, "demo-registry", f"{fault}@registry", expect=(3,))
        signs = source["stop_signs"]
        check([s["rule"] for s in signs] == [rule], f"{fault}: rule {signs}")
        check(signs[0]["address"].startswith("http://127.0.0.1:") and f"规则 {rule}，{signs[0]['address']}" in source["why"],
              f"the report says so: {source['why']}")
        check(source["stopped"] and len(targets) <= most, f"and nothing more was asked for: {len(targets)} pages")
        check(not any(t.startswith("/cas/login") for t in targets), "no log-in is asked for")
        check(source["outcome"] == "held", "yesterday's data stays")
        host = source["robots"][0]
        check(rule in host["left_alone"], f"the host's state names it: {host['left_alone']}")
        item = todo(report, "stopped")[0]
        check(item["urgent"] and "不要重跑" in item["text"], "and it is a thing to do")
        again = [i for i in report["todo"] if "--only demo-registry" in i["command"]]
        check(not again, f"which is not to ask again: {again}")
        if fault == "captcha":
            source, _, report = city.night(data, number, "demo-registry", expect=(3,))
            check(city.asked == 0 and source["stopped"] and "今晚不再访问" in source["why"],
                  f"a second run of the same night asks for nothing, well as the site may be by now: {source['why']}")
    number += 1
    source, targets, report = city.night(data, number, "demo-registry", "template@registry", expect=(3,))
    check(source["outcome"] == "held" and [b["kind"] for b in source["breaches"]] == ["template"], source["why"])
    check(len(targets) < 20, f"a rebuilt site is left after few pages: {len(targets)}")
    check(todo(report, "accept") != [], "a person may accept it")
    number += 1
    source, _, _ = city.night(data, number, "demo-registry", expect=(0,))
    check(source["outcome"] in ("published", "unchanged") and source["gone"] < rows / 10, "a good night is a good night again")


def maps(bench, city, data):
    source, targets, _ = city.night(data, 1, "demo-maps", expect=(0,))
    check({"/feed.atom", "/sitemap.xml", "/sitemap-notices.xml.gz"} <= set(targets), "feed, index and packed list are read")
    notices = [t for t in targets if t.startswith("/notice/")]
    check(len(set(notices)) == 5 and source["new"] > 0, f"and lead to {len(set(notices))} notices")
    check("elsewhere.example" not in " ".join(targets), "nobody else's host is asked")
    source, targets, _ = city.night(data, 2, "demo-maps", expect=(0,))
    notices = [t for t in targets if t.startswith("/notice/")]
    check(notices == ["/notice/techsme-2025.html"], f"the next night only the notice that changed is asked for: {notices}")
    check(source["not_due"] == 4 and source["gone"] == 0, "the others stay")


def silence(bench, city, data):
    source, _, _ = city.night(data, 1, "demo-science", expect=(0,))
    check(source["silent_days"] == 3, "the description says how long it may be silent")
    source, _, report = city.night(data, 4, "demo-science", expect=(0,))
    check(source["outcome"] == "unchanged" and not todo(report, "silent"), "three days are within what it promised")
    source, _, report = city.night(data, 5, "demo-science", expect=(3,))
    check(report["outcome"] == "alarm" and todo(report, "silent")[0]["urgent"], "four are an alarm")
    check("已 4 天没有新数据" in todo(report, "silent")[0]["text"], todo(report, "silent")[0]["text"])


def body(options):
    with Bench(options, "stop signs") as bench:
        folder = bench.make_city(firms=80, patents=0)
        science = (folder / "sources" / "demo-science.toml").read_text(encoding="utf-8")
        origin = science.split('start = ["')[1].split("/notice/")[0]
        (folder / "sources" / "demo-maps.toml").write_text(MAPS.replace("ORIGIN", origin), encoding="utf-8")
        notices = folder / "sources" / "demo-science.toml"
        notices.write_text(science.replace("[[page]]", "[contract]\nsilent_days = 3\n\n[[page]]", 1),
                        encoding="utf-8")
        bench.run("check", "config", "--config", bench.config)
        for part in (stop_signs, maps, silence):
            data = bench.folder / part.__name__
            bench.approve(data)
            part(bench, City(bench), data)


if __name__ == "__main__":
    main(body, arguments(__doc__))
