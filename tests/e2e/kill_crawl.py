#!/usr/bin/env python3
"""A crawl of the demo city killed at random moments, over and over, a quarter of the times with the disk full or the
server gone. The server's own log and the store are the witnesses: nothing that was acknowledged is lost or asked for
again, nothing is asked for that the store knows nothing of, no host is asked sooner than its pause allows, and the end
is that of a crawl nobody disturbed. --times N: kills in all; --each N: of one crawl."""
import collections
import json
import random
import re
import signal
import sqlite3
import subprocess
import time

from disk_full import PLENTY, Disk, on_own_mounts
from harness import ROOT, Bench, arguments, check, main

PAUSE = 0.03  # seconds, of every source of the city
UNREAD = 0.1  # from an answer until the store has what it asked for, on a busy machine
CLOCK = "2026-11-20T02:00:00Z"
COUNTED = ("outcome", "rows_read", "rejected", "new", "changed", "gone", "same", "parts")


class Log:
    """What the server was asked: begin and end in seconds, port, status, path."""

    def __init__(self, path):
        self.path = path

    def read(self):
        rows = []
        for line in self.path.read_text(encoding="utf-8").splitlines():
            begin, end, port, status, target = line.split(" ", 4)
            rows.append((int(begin) / 1e6, int(end) / 1e6, int(port), int(status), target))
        return sorted(rows)

    def clear(self):
        self.path.write_text("")


def frontier(data):
    """State of every address of the open batches, as the store has it; one that waits again since a process died over it
    counts as leased."""
    if not (data / "facts.db").exists():
        return {}
    facts = sqlite3.connect(f"{(data / 'facts.db').as_uri()}?mode=ro", uri=True)
    try:
        return dict(facts.execute("SELECT url, CASE WHEN state = 1 AND attempts > 0 THEN 5 ELSE state END FROM frontier"))
    except sqlite3.OperationalError:  # killed before it had a schema
        return {}
    finally:
        facts.close()


def address(port, target):
    return f"http://127.0.0.1:{port}{target}"


def polite(rows, soonest, ends=()):
    """Between two requests to a host lies the pause at least, and what a 503 asked for; but of an answer that came in the
    last moment of a process nobody kept what it asked for."""
    last = {}
    for begin, answered, port, status, target in rows:
        if port in last:
            before, asked_for, earlier = last[port]
            gap = begin - before
            soonest["gap"] = min(soonest["gap"], gap)
            if gap < PAUSE or gap < asked_for:
                check(False, f"{earlier} and {target} on port {port} lie {gap * 1000:.1f} ms apart")
        unread = any(answered <= end < answered + UNREAD for end in ends)
        last[port] = (begin, 1.0 if status == 503 and not unread else 0.0, target)


class Crawl:
    def __init__(self, bench, data, log, chance):
        self.bench, self.data, self.log, self.chance = bench, data, log, chance
        self.done = set()  # addresses that the store acknowledged
        self.seen = collections.Counter()
        self.ends = []  # of its processes, by the clock of the server's log
        self.words = bench.command("crawl", *bench.of(data), "--clock", CLOCK, "--json")

    def start(self):
        return subprocess.Popen(self.words, cwd=ROOT, env=self.bench.environment, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)

    def kill(self, process):
        alive = process.poll() is None
        process.kill()
        process.wait()
        self.ends.append(time.monotonic())
        return alive

    def plain(self):
        process = self.start()
        time.sleep(self.chance.uniform(0, 0.9))
        return self.kill(process)

    def server_gone(self, server):
        process = self.start()
        time.sleep(self.chance.uniform(0.1, 0.7))
        server.kill()
        server.wait()
        time.sleep(self.chance.uniform(0, 0.15))  # shorter than the patience with an address
        alive = self.kill(process)
        return alive, self.bench.serve_city(log=self.log.path)

    def disk_full(self, disk):
        process = self.start()
        time.sleep(self.chance.uniform(0, 0.5))
        room = self.chance.choice((0, 4, 16, 64))
        while True:
            try:
                disk.resize(disk.used() + room)
                break
            except subprocess.CalledProcessError:  # it grew in between
                room += 4
        try:
            process.wait(self.chance.uniform(0.1, 1.5))
            self.ends.append(time.monotonic())
        except subprocess.TimeoutExpired:
            pass
        alive = self.kill(process)
        if not alive and process.returncode not in (0, 1, 3):
            check(False, f"on a full disk it ended with {process.returncode}")
        disk.resize(PLENTY)
        return True

    def look(self):
        """After each kill."""
        states = frontier(self.data)
        done = {url for url, state in states.items() if state == 2}
        if lost := self.done - done:
            check(False, f"{len(lost)} acknowledged addresses are lost, {sorted(lost)[0]}")
        for _, _, port, _, target in self.log.read():
            url = address(port, target)
            if target == "/robots.txt":
                continue
            if url in self.done:
                check(False, f"{url} was acknowledged and asked for again")
            if states.get(url, 0) in (0, 1):
                check(False, f"{url} was asked for and the store has it as {states.get(url)}")
        self.done = done
        self.log.clear()


def slow_city(bench):
    city = bench.make_city(firms=150, patents=200)
    for source in (city / "sources").glob("*.toml"):
        source.write_text(re.sub(r"(?m)^pause = \S+$", f"pause = {PAUSE}", source.read_text(encoding="utf-8")),
                          encoding="utf-8")


def ended(bench, data):
    done = bench.json("crawl", *bench.of(data), "--clock", CLOCK, expect=(0, 3))
    return {s["id"]: {name: s[name] for name in COUNTED} for s in done["stages"][0]["sources"]}


def another_meanwhile(bench, log, chance, counts, wanted):
    """A run of one source does not end the night of a crawl that was cut off."""
    data = bench.folder / "another"
    bench.approve(data)
    crawl = Crawl(bench, data, log, chance)
    for _ in range(20):
        crawl.plain()
        crawl.look()
        if len(crawl.done) > 20:
            break
    done = len(crawl.done)
    bench.json("crawl", *bench.of(data), "--clock", CLOCK, "--only", "demo-science", expect=(0, 3))
    crawl.look()
    check(ended(bench, data) == counts, f"what was cut off goes on behind a run of one source, {done} addresses were done")
    crawl.look()
    check(bench.digest(data) == wanted, "to the digest of an undisturbed one")
    log.clear()


def within_its_bound(bench, log, chance, most=15):
    """What died counts: a source asks for no more in a night than it may, however often its crawl is killed."""
    source = bench.folder / "city/sources/demo-registry.toml"
    before = source.read_text(encoding="utf-8")
    bounded = re.sub(r"(?m)^most_requests = .*\n", "", before)
    source.write_text(re.sub(r"(?m)^pause = \S+$", f"pause = 0.1\nmost_requests = {most}", bounded), encoding="utf-8")
    data = bench.folder / "bounded"
    bench.approve(data)
    only = ("--only", "demo-registry")
    crawl = Crawl(bench, data, log, chance)
    crawl.words += only
    log.clear()
    hit = sum(crawl.plain() for _ in range(12))
    done = bench.json("crawl", *bench.of(data), "--clock", CLOCK, *only, expect=(0, 3))
    asked = [target for _, _, _, _, target in log.read() if target != "/robots.txt"]
    check(len(asked) <= most, f"killed {hit} times, it asked {len(asked)} times and may {most} times")
    why = stage_of(done)["why"]  # of the crawl that came to its bound, or of one that found the day used up
    check("达到每晚请求数" in why or "今天的请求数上限已用完" in why, why)
    source.write_text(before, encoding="utf-8")
    log.clear()


def stage_of(report):
    return report["stages"][0]["sources"][0]


def body(options):
    chance = random.Random(options.seed)
    with Bench(options, "kill_crawl") as bench:
        slow_city(bench)
        log = Log(bench.folder / "requests.log")
        log.clear()
        server = bench.serve_city(log=log.path)
        calm = bench.folder / "calm"
        bench.approve(calm)
        began = time.monotonic()
        counts = ended(bench, calm)
        print(f"undisturbed: {time.monotonic() - began:.1f} s, {len(log.read())} requests", flush=True)
        soonest = {"gap": 60.0}
        polite(log.read(), soonest)
        wanted = bench.digest(calm)
        log.clear()
        seen = collections.Counter()
        requests = 0
        for number in range(-(-options.times // options.each)):
            with Disk(bench.folder / f"disk-{number}", PLENTY) as disk:
                crawl = Crawl(bench, disk.folder / "data", log, chance)
                bench.approve(crawl.data)
                whole = []  # of this crawl, over all its processes
                for kill in range(min(options.each, options.times - number * options.each)):
                    way = {1: "server gone", 3: "disk full"}.get((number + kill) % 8, "killed")
                    if way == "server gone":
                        alive, server = crawl.server_gone(server)
                    elif way == "disk full":
                        alive = crawl.disk_full(disk)
                    else:
                        alive = crawl.plain()
                    seen[way + ("" if alive else ", had ended")] += 1
                    whole += log.read()
                    crawl.look()
                got = ended(bench, crawl.data)
                whole += log.read()
                requests += len(whole)
                polite(sorted(whole), soonest, crawl.ends)
                crawl.look()
                if got != counts:
                    check(False, f"counted {json.dumps(got)} instead of {json.dumps(counts)}")
                if bench.digest(crawl.data) != wanted:
                    check(False, f"crawl {number}: another digest")
                log.clear()
            print(f"ok: crawl {number}: the counts and the digest of an undisturbed one", flush=True)
        another_meanwhile(bench, log, chance, counts, wanted)
        within_its_bound(bench, log, chance)
        for way, times in sorted(seen.items()):
            print(f"  {way}: {times}")
        check(sum(seen.values()) == options.times, f"{options.times} ends, {requests} requests: nothing lost, nothing twice")
        check(soonest["gap"] >= PAUSE, f"two requests to a host never closer than {soonest['gap'] * 1000:.1f} ms, pause {PAUSE * 1000:.0f} ms")
        check(any(not way.endswith("ended") for way in seen), "and some of them hit")


if __name__ == "__main__":
    on_own_mounts()
    main(body, arguments(__doc__, times=16, each=8, seed=5))
