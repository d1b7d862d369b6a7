#!/usr/bin/env python3
"""Answers of three registries as they were captured (../shared/data/formats/registry-api), served unchanged on loopback and
crawled by the descriptions of tests/real/registry_api: the records must be those that are worked out here from the same
files. What was not captured is answered with 404 and told. Only counts are printed, no row of the data."""
import http.server
import json
import re
import sqlite3
import threading
import unicodedata
import urllib.parse

from harness import ROOT, Bench, arguments, check, main, skip, stage

DATA = ROOT.parent / "shared/data/formats/registry-api"
HOSTS = ("https://data.brreg.no", "https://demo.ckan.org", "https://api.gleif.org")


def captured(name):
    return (DATA / name).read_bytes()


def answers():
    """By path and query, in whatever order its parameters come."""
    out = {}

    def put(target, name):
        url = urllib.parse.urlsplit(target)
        out[url.path, tuple(sorted(urllib.parse.parse_qsl(url.query)))] = captured(name)

    for units in ("enheter", "underenheter"):
        put(f"/enhetsregisteret/api/{units}?navn=jibberish&size=2", f"brreg/{units}-search-empty-response.json")
    put("/enhetsregisteret/api/enheter?navn=Sesam&size=2", "brreg/enheter-search-page1-response.json")
    put("/enhetsregisteret/api/enheter?navn=Sesam&size=2&page=1", "brreg/enheter-search-page2-response.json")
    put("/enhetsregisteret/api/underenheter?navn=Sesam&size=2", "brreg/underenheter-search-response.json")
    for units, number, gone in (("enheter", "112233445", "123456789"), ("underenheter", "776655441", "987123456")):
        put(f"/enhetsregisteret/api/{units}/{number}", f"brreg/{units}-details-response.json")
        put(f"/enhetsregisteret/api/{units}/{gone}", f"brreg/{units}-details-deleted-response.json")
    put("/api/3/action/package_search?rows=100&start=0", "ckan/packages.json")
    for path in DATA.glob("ckan/*-*-*-*-*.json"):
        put(f"/api/3/action/package_show?id={path.stem}", f"ckan/{path.name}")
    for lei, name in (("9845001B2AD43E664E58", "9845001B2AD43E664E58"), ("549300LBI3LRIZ2V8V66", "549300LBI3LRIZ2V8V66_lapsed"),
                      ("SPARSE00000000000001", "sparse_record")):
        put(f"/api/v1/lei-records/{lei}", f"gleif/{name}.json")
    return out


class Server(http.server.ThreadingHTTPServer):
    def __init__(self):
        self.answers, self.asked = answers(), []
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        self.server.asked.append(self.path)
        body = self.server.answers.get((url.path, tuple(sorted(urllib.parse.parse_qsl(url.query)))))
        self.send_response(200 if body is not None else 404)
        body = body if body is not None else b'{"success": false, "error": {"message": "Not found"}}'
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def sources(bench, port):
    folder = bench.folder / "sources"
    folder.mkdir()
    for path in sorted((ROOT / "tests/real/registry_api").glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        for host in HOSTS:
            text = text.replace(host, f"http://127.0.0.1:{port}")
        text = re.sub(r"(?m)^hosts = .*$", 'hosts = ["127.0.0.1"]', text)
        text = re.sub(r"(?m)^pause = .*$", "pause = 0", text)
        (folder / path.name).write_text(text, encoding="utf-8")
        if path.name.startswith("brreg"):  # the same of sub-units
            text = text.replace("enheter", "underenheter").replace('id = "brreg-', 'id = "brreg-sub-')
            text = text.replace("112233445", "776655441").replace("123456789", "987123456")
            text = text.replace('"forretningsadresse.', '"beliggenhetsadresse.')
            (folder / ("sub-" + path.name)).write_text(text, encoding="utf-8")
    bench.config = bench.folder / "tanmiao.toml"
    quote = json.dumps
    bench.config.write_text(f'[city]\nreference = {quote(str(ROOT / "config/reference"))}\n[crawl]\nsources = "sources"\n'
                            f'contact = "test@example.invalid"\nloopback_speed = true\n[mine]\nrules = {quote(str(ROOT / "config"))}\n',
                            encoding="utf-8")


def plain(name):
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name))


def member(thing, path):
    for step in path.split("."):
        thing = thing.get(step) if isinstance(thing, dict) else None
    return thing


def unit(row, address="forretningsadresse"):
    return {"certificate_no": row["organisasjonsnummer"], "firm_name": plain(row["navn"]), "issued": row.get("stiftelsesdato"),
            "valid_to": row.get("slettedato"), "title": member(row, address + ".poststed"),
            "level": member(row, "organisasjonsform.kode"), "program": "brreg"}


def expected():
    out = {}
    for source, units, address in (("brreg-search", "enheter", "forretningsadresse"),
                                   ("brreg-sub-search", "underenheter", "beliggenhetsadresse")):
        names = ("page1-response", "page2-response") if units == "enheter" else ("response",)
        rows = [row for name in names for row in json.loads(captured(f"brreg/{units}-search-{name}.json"))["_embedded"][units]]
        out[source] = [unit(row, address) | {"valid_to": None} for row in rows]
        out[source.replace("search", "units")] = [unit(json.loads(captured(f"brreg/{units}-details-{name}response.json")), address)
                                                  for name in ("", "deleted-")]
    packages = json.loads(captured("ckan/packages.json"))["result"]["results"]
    shown = [json.loads(path.read_bytes())["result"] for path in DATA.glob("ckan/*-*-*-*-*.json")]
    out["ckan"] = [{"signal_type": "dataset", "title": p["name"], "event_date": p["metadata_modified"][:10]} for p in packages]
    out["ckan"] += [{"signal_type": "package", "title": p["name"], "event_date": p["metadata_created"][:10]} for p in shown]
    out["gleif-records"] = []
    for name in ("9845001B2AD43E664E58", "549300LBI3LRIZ2V8V66_lapsed", "sparse_record"):
        row = json.loads(captured(f"gleif/{name}.json"))["data"]["attributes"]
        day = {field: (member(row, "registration." + source) or "")[:10] or None
               for field, source in (("issued", "initialRegistrationDate"), ("valid_to", "nextRenewalDate"))}
        out["gleif-records"].append(day | {"program": "lei", "certificate_no": row["lei"],
                                           "firm_name": plain(member(row, "entity.legalName.name")),
                                           "title": member(row, "entity.legalAddress.city"),
                                           "level": member(row, "registration.status")})
    return {source: sorted(({k: v for k, v in row.items() if v} for row in rows), key=json.dumps) for source, rows in out.items()}


def kept(data):
    facts = sqlite3.connect(f"{(data / 'facts.db').as_uri()}?mode=ro", uri=True)
    out = {}
    try:
        for source, fields in facts.execute(
                "SELECT s.name, v.fields FROM record r JOIN source s ON s.id = r.source JOIN version v ON v.id = r.live_version"):
            out.setdefault(source, []).append(json.loads(fields))
    finally:
        facts.close()
    return {source: sorted(rows, key=lambda row: json.dumps(row, sort_keys=False)) for source, rows in out.items()}


def ordered(rows):
    return sorted((dict(sorted(row.items())) for row in rows), key=json.dumps)


def crawl(bench, data, day):
    report = bench.json("crawl", *bench.of(data), "--clock", f"2026-11-{day}T02:00:00Z", expect=(0, 3))
    return {source["id"]: source for source in stage(report, "crawl")["sources"]}


def body(options):
    if not DATA.exists():
        skip(f"no captured answers at {DATA}")
    server = Server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with Bench(options, "registry_api") as bench:
        sources(bench, server.server_port)
        data = bench.folder / "data"
        bench.approve(data)
        report = crawl(bench, data, 20)
        got, wanted = kept(data), expected()
        for source in sorted(wanted):
            told = f"{source}: {report[source]['outcome']}, {len(wanted[source])} records, {report[source]['rejected']} rejected"
            check(ordered(got.get(source, [])) == ordered(wanted[source]), told + ", as they are in the answers")
        check(report["brreg-search"]["why"] == "", "an answer without entities is none that is missing")
        check("1 个页面已不存在" in report["ckan"]["why"] and "主机应答 404（Not found）" in report["ckan"]["why"],
              "a data set that was not captured is told: " + report["ckan"]["why"])
        asked = len(server.asked)
        again = crawl(bench, data, 21)
        check(not any(source[what] for source in again.values() for what in ("new", "changed", "gone")), "and nothing changes the night after")
        check(asked == 17, f"{asked} requests, robots.txt among them")
        # The total is believed: one that is not what comes holds a complete source.
        key = ("/enhetsregisteret/api/enheter", (("navn", "Sesam"), ("size", "2")))
        server.answers[key] = server.answers[key].replace(b'"totalElements": 3', b'"totalElements": 4')
        page2 = ("/enhetsregisteret/api/enheter", (("navn", "Sesam"), ("page", "1"), ("size", "2")))
        server.answers[page2] = server.answers[page2].replace(b'"totalElements": 3', b'"totalElements": 4')
        held = crawl(bench, data, 22)["brreg-search"]
        check(held["outcome"] == "held" and "自称共 4 条，实收 3 条" in held["why"], "a total that lies: " + held["why"][:60])
    server.shutdown()


if __name__ == "__main__":
    main(body, arguments(__doc__))
