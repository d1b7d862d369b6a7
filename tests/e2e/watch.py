#!/usr/bin/env python3
"""A crawl of the demo city as others see it: on a terminal, as lines, as JSON events, as counters for Prometheus; and what
--dry-run says beforehand against what the server was then asked for."""
import fcntl
import hashlib
import json
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import termios
import time

import schema
from harness import ROOT, Bench, arguments, check, main

CLOCKS = [f"2026-11-{day}T02:00:00Z" for day in (20, 21, 22, 23, 24)]
FIELDS = {  # docs/watch.md
    "night_begin": {"night", "date", "sources"},
    "source_begin": {"source", "title"},
    "fetched": {"source", "bytes", "same", "rejected"},
    "failed": {"source", "host", "address", "status", "requests", "bytes", "waiting", "why"},
    "refused": {"source", "host", "address", "status", "requests", "bytes", "waiting", "why"},
    "reject": {"source", "part", "line", "field", "expected"},
    "host_rests": {"host", "until", "why"},
    "host_left": {"host", "why"},
    **{end: {"source", "new", "changed", "gone", "same", "rows", "rejected", "requests", "bytes", "failed"}
       for end in ("published", "unchanged", "held", "not_approved", "not_now", "source_failed")},
    "end": {"seconds", "sources", "held", "requests", "bytes", "dropped"},
}


class Log:
    def __init__(self, path):
        self.path = path
        path.write_text("")

    def take(self):
        """Addresses asked for since the last time, robots.txt apart."""
        rows = [line.split(" ", 4) for line in self.path.read_text(encoding="utf-8").splitlines()]
        self.path.write_text("")
        asked = [f"http://127.0.0.1:{port}{target}" for _, _, port, _, target in rows]
        return [a for a in asked if not a.endswith("/robots.txt")], [a for a in asked if a.endswith("/robots.txt")]


def on_terminal(bench, words):
    """Runs a command with a terminal of 100 x 30 as stderr; what it wrote there, piece by piece with its time."""
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    process = subprocess.Popen(words, cwd=ROOT, env=bench.environment, stdout=subprocess.DEVNULL, stderr=inner)
    bench.processes.append(process)
    os.close(inner)
    got = []
    while True:
        if select.select([outer], [], [], 0.05)[0]:
            try:
                piece = os.read(outer, 65536)
            except OSError:
                break
            if not piece:
                break
            got.append((time.monotonic(), piece))
        elif process.poll() is not None:
            break
    process.wait()
    os.close(outer)
    return process.returncode, got


def slow(city, pause):
    """So that there is something to see."""
    for source in (city / "sources").glob("*.toml"):
        text = source.read_text(encoding="utf-8")
        source.write_text(re.sub(r"(?m)^pause = \S+$", f"pause = {pause}", text), encoding="utf-8")


def file_hashes(folder):
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.name.endswith(("-shm", "-wal"))}


def plan_of(bench, data, clock):
    plan = bench.json("crawl", "--dry-run", "--clock", clock, *bench.of(data))
    wrong = schema.misfits(plan, "crawl_plan.json")
    check(not wrong, f"the plan is what its schema says: {wrong[:5]}")
    return plan


def dry_run(bench, data, log):
    first = plan_of(bench, data, CLOCKS[0])
    web = [s for s in first["sources"] if s["kind"] == "http"]
    check(all(s["first"] for s in web), "before the first crawl only starts are known")
    check([s["obstacle"] for s in web if s["id"] == "demo-unapproved"] == ["未批准，未抓取"], "what nobody approved is said to be left")
    bench.json("crawl", "--clock", CLOCKS[0], *bench.of(data), expect=(0, 3))
    for clock in CLOCKS[1:3]:
        log.take()
        before = file_hashes(data)
        plan = plan_of(bench, data, clock)
        check(file_hashes(data) == before, "--dry-run writes nothing to the store")
        check(log.take() == ([], []), "and asks for nothing")
        bench.json("crawl", "--clock", clock, *bench.of(data), expect=(0, 3))
        pages, robots = log.take()
        planned = [a for s in plan["sources"] if not s["obstacle"] and s["kind"] == "http" for a in s["addresses"]]
        asked, wanted = set(pages), set(planned)
        check(asked == wanted, f"the plan of {len(wanted)} addresses is what the server was asked for" if asked == wanted else
              f"asked and not planned: {sorted(asked - wanted)[:5]}; planned and not asked: {sorted(wanted - asked)[:5]}")
        print(f"  planned {plan['requests']} requests, {plan['seconds']:.1f} s; the server saw {len(pages) + len(robots)}")
        check(plan["requests"] <= len(pages) + len(robots) <= plan["requests"] * 1.2 + 5, "requests: retries come on top")
    told = bench.run("crawl", "--dry-run", "--clock", CLOCKS[3], *bench.of(data)).stdout
    check("未访问网络" in told and "robots.txt" in told, "in words as well")


def events(bench, data, path, clock):
    bench.json("crawl", "--clock", clock, "--events", path, *bench.of(data), expect=(0, 3))
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for line in lines:
        lacks = FIELDS[line["event"]] - set(line)
        if lacks or not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["at"]):
            check(False, f"{line} lacks {lacks or 'its time'}")
    check(lines[0]["event"] == "night_begin" and lines[-1]["event"] == "end", "from the night's begin to its end")
    check([x["at"] for x in lines] == sorted(x["at"] for x in lines), f"{len(lines)} events in order, each with its fields")
    begun, ended = set(), set()
    for line in lines:
        if line["event"] == "source_begin":
            begun.add(line["source"])
        elif line["event"] in ("published", "unchanged", "held", "source_failed", "not_approved", "not_now"):
            ended.add(line["source"])
        elif "source" in line and (line["source"] not in begun or line["source"] in ended):
            check(False, f"{line} outside of its source")
    check(len(ended) == lines[0]["sources"] == lines[-1]["sources"], "each source has an end")
    return lines


def metrics(bench, data, path, clock):
    bench.json("crawl", "--clock", clock, "--metrics", path, *bench.of(data), expect=(0, 3))
    text = path.read_text(encoding="utf-8")
    if promtool := shutil.which("promtool"):
        done = subprocess.run([promtool, "check", "metrics"], input=text, text=True, capture_output=True)
        check(done.returncode == 0 and not done.stderr, f"promtool has nothing against it: {done.stdout}{done.stderr}")
    values = strictly_read(text)
    check(values["tanmiao_crawl_success", ""] == 1 and values["tanmiao_crawl_duration_seconds", ""] > 0, "the crawl's own gauges")
    registry = 'source="demo-registry"'
    check(values["tanmiao_source_last_success_timestamp_seconds", registry] > 1e9, "a source's last success")
    check(values["tanmiao_source_approved", 'source="demo-unapproved"'] == 0, "what nobody approved is told apart")
    per_source = sum(v for (name, _), v in values.items() if name == "tanmiao_source_requests_total")
    per_host = sum(v for (name, _), v in values.items() if name == "tanmiao_host_requests_total")
    check(per_source == per_host > 0, f"{per_source:.0f} requests of sources are those of hosts")
    check(not path.with_name(path.name + ".new").exists(), "the file in the making is gone")


def strictly_read(text):
    """Exposition format 0.0.4: HELP and TYPE before their samples, families together, no sample twice."""
    kinds, values, current, closed = {}, {}, None, set()
    for line in text.splitlines():
        if line.startswith("# "):
            _, what, name, rest = line.split(" ", 3)
            if what == "HELP":
                if name in kinds or name in closed:
                    check(False, f"{name} comes twice")
                current = name
            else:
                check(False, line) if (what, name) != ("TYPE", current) or rest not in ("counter", "gauge") else None
                kinds[name] = rest
                if (rest == "counter") != name.endswith("_total"):
                    check(False, f"{name} is no name of a {rest}")
            continue
        match = re.fullmatch(r'([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (-?[0-9.e+]+)', line)
        if not match or match[1] != current or match[1] not in kinds or (match[1], match[2] or "") in values:
            check(False, f"no sample: {line}")
        values[match[1], match[2] or ""] = float(match[3])
    check(text.endswith("\n") and len(values) > 50, f"{len(kinds)} metrics, {len(values)} samples in the text format")
    return values


def terminal(bench, data, clock):
    code, got = on_terminal(bench, bench.command("crawl", "--clock", clock, *bench.of(data)))
    text = b"".join(piece for _, piece in got).decode("utf-8", "replace")
    check(code in (0, 3), "with a terminal")
    frames = [at for at, piece in got if "预计还需".encode() in piece]
    lasted = got[-1][0] - got[0][0]
    check(len(frames) >= 3, f"{len(frames)} pictures in {lasted:.1f} s")
    check(len(frames) <= 4 * lasted + 2, "no more than four a second")
    check(re.search(r"127\.0\.0\.1:\d+ +(访问中|间隔中)", text) is not None, "a line for each host with its state")
    last = text[text.rindex("\x1b[K"):]
    check("访问中" not in last and "间隔中" not in last, "at the end nothing of it is left standing")


def lines(bench, data, clock):
    done = bench.run("crawl", "--clock", clock, "--every", "0.2", *bench.of(data), expect=(0, 3))
    told = [line for line in done.stderr.splitlines() if "已取" in line]
    check(told and all(line.startswith("crawl: ") and "\x1b" not in line for line in told), f"without one: {told[0]}")
    quiet = bench.run("crawl", "--clock", clock, "--every", "0.2", "--quiet", *bench.of(data), expect=(0, 3))
    check("已取" not in quiet.stderr, "--quiet: no progress")
    refused = bench.run("crawl", "--events", "-", "--json", *bench.of(data), expect=(2,))
    check("stdout" in refused.stderr, "--json and --events - do not share stdout")


def body(options):
    with Bench(options, "watch") as bench:
        city = bench.make_city(firms=150, patents=200)
        data, log = bench.folder / "data", Log(bench.folder / "requests.log")
        bench.serve_city(log=log.path)
        bench.approve(data)
        dry_run(bench, data, log)
        told = events(bench, data, bench.folder / "events.jsonl", CLOCKS[3])
        pages = [line["address"] for line in told if line["event"] in ("fetched", "failed") and "address" in line]
        check(len(pages) == len(set(pages)) and set(pages) == set(log.take()[0]), f"{len(pages)} pages, each once, as the server saw")
        metrics(bench, data, bench.folder / "tanmiao.prom", CLOCKS[4])
        slow(city, 0.05)
        other = bench.folder / "other"
        bench.approve(other)
        terminal(bench, other, CLOCKS[0])
        third = bench.folder / "third"
        bench.approve(third)
        lines(bench, third, CLOCKS[0])


if __name__ == "__main__":
    main(body, arguments(__doc__))
