#!/usr/bin/env python3
"""The archive as another program reads it: npm's warcio (npm install --prefix DIR warcio; TANMIAO_NODE_MODULES=DIR/node_modules)."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

from harness import SKIPPED, Bench, arguments, check, main

READER = pathlib.Path(__file__).with_name("warc_reader.mjs")


def modules():
    """The folder that holds warcio, or the reason why the test is skipped."""
    if not shutil.which("node"):
        return None, "node is not installed"
    asked = os.environ.get("TANMIAO_NODE_MODULES")
    places = [asked] if asked else [subprocess.run(["npm", "root", "-g"], capture_output=True, text=True).stdout.strip()
                                    ] if shutil.which("npm") else []
    for place in filter(None, places):
        if (pathlib.Path(place) / "warcio" / "dist" / "index.js").exists():
            return place, None
    return None, "npm's warcio is not installed: npm install --prefix DIR warcio, then TANMIAO_NODE_MODULES=DIR/node_modules"


def read(place, files):
    done = subprocess.run(["node", str(READER), place, *map(str, files)], capture_output=True, text=True, timeout=300)
    check(done.returncode == 0, f"warcio reads {len(files)} segments {done.stderr[-500:]}")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [x for x in lines if "index" not in x], [x["index"] for x in lines if "index" in x]


def body(options, place):
    with Bench(options, "readers") as bench:
        bench.make_city(firms=60, patents=60)
        city = bench.serve_city()
        data = bench.folder / "data"
        bench.night(data, clock="2026-11-20T02:00:00Z")
        bench.approve(data)
        for day in (21, 22):
            bench.run("crawl", *bench.of(data), "--clock", f"2026-11-{day}T02:00:00Z", expect=(0, 3))
        bench.stop(city)
        bench.run("check", *bench.of(data))
        bench.run("archive", "index", *bench.of(data))
        for folder in sorted((data / "captures").iterdir()):
            one_source(bench, data, place, folder)


def unreversed(key):
    """A numeric host stays as it is in the keys of public archives; warcio reverses it too."""
    return re.sub(r"^(\d+),(\d+),(\d+),(\d+)(?=[:)])", r"\4.\3.\2.\1", key)


def one_source(bench, data, place, folder):
    files = sorted(folder.glob("*.warc.gz"))
    records, index = read(place, files)
    kinds = {kind: [r for r in records if r["type"] == kind] for kind in ("warcinfo", "response", "request", "metadata", "revisit")}
    told = {kind: len(of) for kind, of in kinds.items()}
    check(sum(told.values()) == len(records) and told["warcinfo"] == len(files), f"{folder.name}: {told}")
    check(told["response"] == told["metadata"] > 0 and told["request"] == told["response"] + told["revisit"],
          "each response has its request and metadata, each revisit its request")
    check(all(r["version"] == "WARC/1.1" and r["claimed_block"] == r["block"] for r in records), "every block has its digest")
    check(all(r["claimed_payload"] == r["payload"] for r in kinds["response"]), "every response's payload has its digest")
    known = {r["id"]: r for r in kinds["response"] + kinds["revisit"]}
    check(len({r["id"] for r in records}) == len(records), "no two records have one name")
    check(all(r["concurrent_to"] in known for r in kinds["request"] + kinds["metadata"]), "companions name what they belong to")
    for r in kinds["revisit"]:
        of = known[r["refers_to"]]
        if (of["url"], of["date"], of["claimed_payload"]) != (r["refers_to_url"], r["refers_to_date"], r["claimed_payload"]):
            check(False, f"revisit {r} of {of}")
    check(all(r["payload_bytes"] == 0 for r in kinds["revisit"]), f"{told['revisit']} revisits agree with what they refer to")
    ours = []
    for file in files:
        lines = (folder / (file.name.split(".")[0] + ".cdxj")).read_text(encoding="utf-8").splitlines()
        check(lines == sorted(lines, key=lambda line: line.encode()), f"the index of {file.name} is sorted")
        ours += [line.split(" ", 2) for line in lines[1:]]
    places = {(fields["filename"], fields["offset"], fields["length"], fields["url"], fields["status"], fields["mime"])
              for fields in (json.loads(rest) for _, _, rest in ours)}
    theirs = {(e["filename"], str(e["offset"]), str(e["length"]), e["url"], str(e["status"]), e.get("mime") or "unk")
              for e in index}
    check(places == theirs, f"{len(places)} entries of the index as warcio makes it {sorted(places ^ theirs)[:4]}")
    keys = {(key, time) for key, time, _ in ours} ^ {(unreversed(e["urlkey"]), e["timestamp"]) for e in index}
    check(not keys, f"under the same keys {sorted(keys)[:4]}")
    listed = bench.lines("archive", "list", kinds["response"][0]["url"], "--source", folder.name, *bench.of(data))
    check({line["type"] for line in listed} >= {"response"}, f"archive list finds the page: {len(listed)} records")


if __name__ == "__main__":
    options = arguments(__doc__)
    place, why = modules()
    if why:
        print("skipped:", why)
        sys.exit(SKIPPED)
    main(body, options, place)
