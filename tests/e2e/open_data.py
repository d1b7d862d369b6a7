#!/usr/bin/env python3
"""Open data against the demo city's imitations: the portal's files, its gateway signed with HMAC-SHA256, a list of Hanweb's
dataproxy.jsp, a CKAN catalogue. The records are those of the city; the shipped source files ask, with another host, pause
and secret, for what ../shared/domain/sd_open_data.json describes and nothing else. What the gateway refuses is told, and its
secrets are nowhere."""
import csv
import gzip
import json
import re
import sqlite3
import urllib.parse

from harness import ROOT, Bench, arguments, check, main, stage

OWN = ("demo-portal", "demo-gateway", "demo-hanweb", "demo-ckan")
SHIPPED = {"sd-open-data": ("https://data.sd.gov.cn", "portal"), "sd-open-gateway": ("https://data.sd.gov.cn", "gateway"),
           "sd-science-notices": ("http://kjt.shandong.gov.cn", "hanweb")}
SITES = ("registry", "open-data", "patents", "science", "park", "portal", "gateway", "hanweb", "ckan")  # in the order of the ports
DESCRIBED = ROOT.parent / "shared/domain/sd_open_data.json"


def crawl(bench, data, day, *only, expect=(0, 3)):
    words = [word for source in only for word in ("--only", source)]
    report = bench.json("crawl", *bench.of(data), *words, "--clock", f"2026-11-{19 + day:02}T02:00:00Z", expect=expect)
    return {source["id"]: source for source in stage(report, "crawl")["sources"]}


def keys(data, source):
    facts = sqlite3.connect(f"{(data / 'facts.db').as_uri()}?mode=ro", uri=True)
    try:
        return {key for key, in facts.execute(
            "SELECT r.key FROM record r JOIN source s ON s.id = r.source WHERE s.name = ?", (source,))}
    finally:
        facts.close()


def firms(city, wanted):
    with (city / "truth.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file)
                if wanted(int(row["number"]), row) and row["born_day"] == "1" and not row["code"].startswith("92")]


class Log:
    """Targets that a site was asked for, in the order of the requests, with their status."""

    def __init__(self, path, ports):
        self.path, self.ports = path, ports

    def taken(self, site):
        lines = [line.split(" ", 4) for line in self.path.read_text(encoding="utf-8").splitlines()]
        return [(int(status), target) for _, _, port, status, target in lines if int(port) == self.ports[site]]

    def targets(self, site):
        return sorted(target for _, target in self.taken(site) if target != "/robots.txt")

    def clear(self):
        self.path.write_text("")


def records(bench, data, city, log):
    own = crawl(bench, data, 1, *OWN)
    for source in OWN:
        check(own[source]["outcome"] == "published", f"{source}: {own[source]['outcome']}, {own[source]['new']} new")
    check(keys(data, "demo-portal") == {row["code"] for row in firms(city, lambda n, _: n % 5 < 2)},
          "the portal's two files give the firms that are in them")
    check("1 个网址抓取失败" in own["demo-portal"]["why"], "a file that one must apply for is told: " + own["demo-portal"]["why"])
    check(keys(data, "demo-gateway") == {row["code"] for row in firms(city, lambda n, _: n % 5 == 2)},
          "the gateway's interface gives its firms")
    check("300（权限认证失败）" in own["demo-gateway"]["why"], "one that was not granted is told: " + own["demo-gateway"]["why"])

    def signals(kind, wanted):
        return {f"{kind} {row['name']}" for row in firms(city, lambda n, row: row["does_rd"] == "1" and wanted(n))}

    contest = signals("contest", lambda n: n % 9 in (2, 4, 6))
    check(len(contest) > 3 and len(keys(data, "demo-hanweb")) >= len(contest), f"{len(contest)} prizes by list, notice and attachment")
    bought = signals("procurement", lambda n: n % 11 == 1) | signals("tech_contract", lambda n: n % 2 == 1)
    check(own["demo-ckan"]["rows_read"] >= len(bought), f"{own['demo-ckan']['rows_read']} rows of a CKAN file and its datastore")
    pages = [target for target in log.targets("hanweb") if "#POST:form:" in target]
    check(len(pages) == 3 and all("columnid=13360" in page for page in pages), "the list came by three forms")
    offsets = [urllib.parse.parse_qs(urllib.parse.urlsplit(t).query) for t in log.targets("ckan") if "package_search" in t]
    check(sorted(q["start"][0] for q in offsets) == ["0", "2", "4"], "the catalogue in three pages")
    again = crawl(bench, data, 2, *OWN)
    check(not any(source[what] for source in again.values() for what in ("new", "changed", "gone")), "nothing changes the night after")


def shipped(bench, city, log):
    """The shipped files with the host of the imitation."""
    folder = bench.folder / "shipped"
    folder.mkdir()
    for name, (host, site) in SHIPPED.items():
        text = (ROOT / f"config/sources/{name}.toml").read_text(encoding="utf-8")
        text = text.replace(host + "/", f"http://127.0.0.1:{log.ports[site]}/")
        text = re.sub(r"(?m)^hosts = .*$", 'hosts = ["127.0.0.1"]', text)
        text = re.sub(r"(?m)^pause = .*$", "pause = 0", text)
        for secret in ("id", "key"):
            text = text.replace(f'"secrets/{name}.{secret}"', json.dumps(str(city / f"secrets/gateway.{secret}")))
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    config = bench.config.read_text(encoding="utf-8")
    bench.config = bench.folder / "shipped.toml"
    bench.config.write_text(re.sub(r"(?m)^sources = .*$", lambda _: "sources = " + json.dumps(str(folder)), config), encoding="utf-8")


def as_described(site, targets):
    """Each request is one that the description has."""
    described = json.loads(DESCRIBED.read_text(encoding="utf-8"))
    if site == "hanweb":
        hanweb = described["hanweb"]
        for target in targets:
            path, _, form = target.partition("#POST:form:")
            if path.startswith("/module/web/"):
                wanted = re.sub(r"\d+", r"\\d+", re.escape(hanweb["list"]))
                check(re.fullmatch(wanted, path) is not None, "a list as described: " + path)
                sent = dict(urllib.parse.parse_qsl(form))
                check({k: v for k, v in sent.items() if k != "path"} ==
                      {k: str(v) for k, v in hanweb["form"].items() if k != "path"}, "with the form that is described")
            else:
                check(path.startswith(("/art/", "/module/download/downfile.jsp?classid=0&filename=")), "a notice or its file")
        return
    urls = [described[name]["url"] for name in ("search", "files", "file_download", "apis")]
    urls.append("/gateway/api/1/<service>?STARTNUM=<n>&PAGENUM=<n>")
    patterns = []
    for url in urls:
        plain = re.escape(url.replace("{base}", "/portal")).replace(r"pageNum=1", r"pageNum=\d+")
        patterns.append(re.sub(r"<[^>]+>", "[^&/]*", plain))
    for target in targets:
        check(any(re.fullmatch(pattern, target) for pattern in patterns), "a request as described: " + target[:70])


def same_requests(bench, data, city, log):
    wanted = {}
    for source, site in (("demo-portal", "portal"), ("demo-gateway", "gateway")):
        log.clear()
        crawl(bench, data, 3, source)
        wanted[source] = log.targets(site)
    shipped(bench, city, log)
    real = bench.folder / "real"
    bench.approve(real)
    for source, like, site in (("sd-open-data", "demo-portal", "portal"), ("sd-open-gateway", "demo-gateway", "gateway")):
        log.clear()
        report = crawl(bench, real, 1, source)[source]
        check(report["outcome"] == "published" and report["new"] > 10, f"the shipped {source} reads {report['new']} firms")
        check(log.targets(site) == wanted[like] and len(wanted[like]) > 3,
              f"its {len(wanted[like])} requests are those of the imitation's own description")
        if DESCRIBED.exists():
            as_described(site, log.targets(site))
    log.clear()
    report = crawl(bench, real, 1, "sd-science-notices")["sd-science-notices"]
    check(report["outcome"] == "published" and report["new"] > 0, f"the shipped sd-science-notices reads {report['new']} entries")
    if DESCRIBED.exists():
        as_described("hanweb", log.targets("hanweb"))
    return real


def refusals(bench, data, city, log, server):
    key = city / "secrets/gateway.key"
    good = key.read_text()

    def night(day, said, status=None):
        log.clear()
        source = crawl(bench, data, day, "sd-open-gateway", expect=(0, 3))["sd-open-gateway"]
        check(said in source["why"], f"{said}: {source['outcome']}, {source['why']}")
        asked = [s for s, target in log.taken("gateway") if target.startswith("/gateway/")]
        check((set(asked) == {status}) if status else log.taken("gateway") == [], f"the gateway answered {sorted(set(asked))}")
        check(len(keys(data, "sd-open-gateway")) > 10, "what was known stays")

    key.write_text("another secret than that of the client\n")
    night(2, "主机应答 401（签名不正确）", 401)
    key.write_text(good)
    bench.stop(server)
    server = bench.serve_city(log=log.path, more=("--clock-off", "1200"))
    night(3, "主机应答 401（时间戳超出范围）（本机时钟比主机慢 1", 401)
    bench.stop(server)
    server = bench.serve_city(log=log.path, more=("--clock-off", "-1200"))
    night(4, "（本机时钟比主机快 1", 401)
    key.chmod(0o644)
    night(5, f"密钥 KEY：文件可被他人读取，请改为只有本人可读（chmod 600）（{key}）")
    key.rename(key.with_suffix(".away"))
    night(6, f"密钥 KEY：文件打不开（{key}）")
    return good


def nowhere(bench, secrets):
    """Neither in what is kept nor in what was said; archives unpacked."""
    files = [path for place in ("data", "real", "state") for path in (bench.folder / place).rglob("*") if path.is_file()]
    check(sum(path.name.endswith(".warc.gz") for path in files) >= 6, f"{len(files)} files are looked through")
    for path in files:
        held = path.read_bytes()
        if path.suffix == ".gz":
            held += gzip.decompress(held)
        for secret in secrets:
            if secret.encode() in held:
                check(False, f"a secret stands in {path}")
    check(True, "and no secret stands in any of them")


def body(options):
    with Bench(options, "open_data") as bench:
        city = bench.make_city(firms=240, patents=60)
        ports = json.loads((city / "world.json").read_text())["ports"]
        log = Log(bench.folder / "requests.log", dict(zip(SITES, ports)))
        log.clear()
        server = bench.serve_city(log=log.path)
        data = bench.folder / "data"
        bench.approve(data)
        client = (city / "secrets/gateway.id").read_text().strip()
        records(bench, data, city, log)
        real = same_requests(bench, data, city, log)
        secret = refusals(bench, real, city, log, server).strip()
        nowhere(bench, (client, secret, "another secret than that of the client"))


if __name__ == "__main__":
    main(body, arguments(__doc__))
