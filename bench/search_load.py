#!/usr/bin/env python3
"""The search over HTTP under load: CLIENTS readers on keep-alive connections while nights publish new indexes beside them.

A register of invented firms is crawled, linked, indexed and mined; then, for SECONDS, readers ask shapes of queries of `tanmiao serve`
and one of them walks through all firms by cursor again and again, while every few seconds a night brings other firms and swaps the index.
An error is: a status that is not 200 (for the walker: nor 409 with its message), an answer that is no JSON, a total that no published night
had, a firm twice or lost in a walk. Prints requests a second, p50, p99, worst, swaps and errors; ends with 1 when there was an error."""
import argparse
import csv
import gzip
import http.client
import json
import multiprocessing
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
SYLLABLES = "海天金宏鑫正德瑞泰丰华盛兴恒源达信诚智科铝钢化纺机电光材"
PLACES = ("博兴县锦秋街道", "滨城区小营街道", "惠民县孙武街道", "邹平市黛溪街道", "阳信县信城街道")
ITEMS = ("铝箔轧制", "铝合金制造", "新材料技术研发", "货物进出口", "化工产品销售", "机械设备销售", "软件开发", "纺织品加工", "氧化铝销售")


def credit_code(number):
    body = f"MA{number:06d}"
    organisation = 11 - sum(int(c, 36) * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2))) % 11
    body = "91371600" + body + ("0" if organisation == 11 else "X" if organisation == 10 else str(organisation))
    return body + LETTERS[(31 - sum(LETTERS.index(c) * pow(3, i, 31) for i, c in enumerate(body)) % 31) % 31]


def firms(count):
    pick = random.Random(5)
    for n in range(count):
        name = "滨州" + "".join(pick.choice(SYLLABLES) for _ in range(3)) + f"{n}号科技有限公司"
        yield [name, credit_code(n), "存续", f"{2000 + n % 25}-05-1{n % 9}", str(100 + n % 900),
               f"山东省滨州市{PLACES[n % len(PLACES)]}某路 {n} 号", "；".join(pick.sample(ITEMS, 3))]


class Office:
    def __init__(self, args, folder):
        self.args, self.folder, self.data = args, folder, folder / "data"
        shutil.copytree(ROOT / "config", folder / "config")
        self.of = ["--config", folder / "config/tanmiao.toml", "--data", self.data]
        self.rows = list(firms(args.firms + 1000))
        self.night_number = 0

    def run(self, *words):
        done = subprocess.run([self.args.tanmiao, *map(str, words), *map(str, self.of)], cwd=ROOT, capture_output=True, text=True)
        if done.returncode not in (0, 3):
            sys.exit(f"{words}: {done.stderr[-2000:]}")
        return done.stdout

    def night(self, count):
        inbox = self.folder / "inbox/registry"
        inbox.mkdir(parents=True, exist_ok=True)
        head = ["企业名称", "统一社会信用代码", "登记状态", "成立日期", "注册资本(万元)", "注册地址", "经营范围"]
        with gzip.open(inbox / "企业登记.csv.gz", "wt", encoding="gb18030", newline="") as out:
            csv.writer(out).writerows([head, *self.rows[:count]])
        self.night_number += 1
        clock = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_600_000_000 + 86400 * self.night_number))
        self.run("run", "--clock", clock)


def ask(connection, path):
    begun = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    return answer.status, body, time.perf_counter() - begun


def reader(port, end, totals, number, results):
    """Asks shapes of queries until the end."""
    pick = random.Random(number)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times, errors = [], []
    while time.monotonic() < end:
        syllable = pick.choice(SYLLABLES)
        shape = pick.choice((f"q={syllable}{pick.choice(SYLLABLES)}", "q=铝箔", "q=科技 -铝箔", f"q={pick.randrange(20000)}号", "q=9137160",
                             "q=氧化铝 | 软件开发&status=ACTIVE", "q=hongda", "unit=博兴县&sort=established", f"q=name:{syllable}&page=3", ""))
        try:
            status, body, took = ask(connection, "/api/v1/search?" + urllib.parse.quote(shape, safe="=&|"))
            times.append(took)
            page = json.loads(body)
            if status != 200:
                errors.append(f"{shape}: {status} {body[:200]!r}")
            elif shape == "" and page["total"] not in totals:
                errors.append(f"{page['total']} firms, which no night had")
            elif len(page["hits"]) > 50 or (page["total"] > 0 and not page["hits"] and "page" not in shape):
                errors.append(f"{shape}: {page['total']} firms, {len(page['hits'])} shown")
        except Exception as failure:  # noqa: BLE001 - whatever it is, it is an error of the server's
            errors.append(f"{shape}: {failure!r}")
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    results.put(("read", times, errors))


def walker(port, end, totals, results):
    """Through all firms by cursor: each once, as many as the first page said, or told that the list is gone."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times, errors, walks, stale = [], [], 0, 0
    while time.monotonic() < end and not errors:
        seen, cursor, total = set(), "", None
        while time.monotonic() < end:
            status, body, took = ask(connection, "/api/v1/search?sort=name" + (f"&cursor={cursor}" if cursor else ""))
            times.append(took)
            page = json.loads(body)
            if status == 409:
                stale += 1
                break
            if status != 200:
                errors.append(f"walk: {status} {body[:200]!r}")
                break
            total = total or page["total"]
            firms_here = [hit["firm"] for hit in page["hits"]]
            if page["total"] != total or seen & set(firms_here) or len(set(firms_here)) != len(firms_here):
                errors.append(f"walk: total {page['total']} after {total}, or a firm twice")
                break
            seen.update(firms_here)
            cursor = page.get("next")
            if cursor is None:
                walks += 1
                if len(seen) != total or total not in totals:
                    errors.append(f"walk: {len(seen)} of {total} firms")
                break
    results.put(("walk", times, errors, walks, stale))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tanmiao", type=pathlib.Path, default=ROOT / "build/release/apps/tanmiao")
    parser.add_argument("--firms", type=int, default=20_000)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--nights", type=int, default=5, help="seconds between two nights; 0: none, throughput alone")
    args = parser.parse_args()
    place = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with tempfile.TemporaryDirectory(prefix="tanmiao-load-", dir=place) as folder:
        office = Office(args, pathlib.Path(folder))
        office.night(args.firms)
        totals = {args.firms + 10 * n for n in range(100)}
        server = subprocess.Popen([args.tanmiao, "serve", *map(str, office.of), "--port", "0", "--json"], cwd=ROOT,
                                  stdout=subprocess.PIPE, text=True)
        try:
            port = int(json.loads(server.stdout.readline())["url"].rstrip("/").rpartition(":")[2])
            results, end = multiprocessing.Queue(), time.monotonic() + args.seconds
            clients = [multiprocessing.Process(target=reader, args=(port, end, totals, n, results)) for n in range(args.clients)]
            clients.append(multiprocessing.Process(target=walker, args=(port, end, totals, results)))
            begun = time.monotonic()
            for client in clients:
                client.start()
            swaps = 0
            while args.nights and time.monotonic() < end - 2:
                time.sleep(min(args.nights, max(0, end - time.monotonic() - 1)))
                office.night(args.firms + 10 * ((swaps + 1) % 100))
                swaps += 1
            told = [results.get(timeout=args.seconds + 120) for _ in clients]
            for client in clients:
                client.join(30)
            seconds = time.monotonic() - begun
            if server.poll() is not None:
                sys.exit("the server ended")
            memory = int(next(line for line in open(f"/proc/{server.pid}/status") if line.startswith("VmHWM")).split()[1]) / 1024
        finally:
            server.terminate()
            server.wait(30)
        times = sorted(t for one in told if one[0] == "read" for t in one[1])
        errors = [e for one in told for e in one[2]]
        walk = next(one for one in told if one[0] == "walk")
        at = lambda share: times[min(int(len(times) * share), len(times) - 1)] * 1000  # noqa: E731
        print(f"{args.firms:,} firms, {args.clients} clients and one walker, {seconds:.0f} s, {swaps} swaps, load {os.getloadavg()[0]:.1f}: "
              f"{len(times) / args.seconds:.0f} requests/s, mean {statistics.mean(times) * 1000:.1f} ms, p50 {at(.5):.1f}, p99 {at(.99):.1f}, "
              f"worst {times[-1] * 1000:.0f} ms; {walk[3]} walks whole, {walk[4]} told that the list is gone; peak of the server "
              f"{memory:.0f} MB; {len(errors)} errors")
        for error in errors[:10]:
            print("  " + error)
        sys.exit(1 if errors else 0)


if __name__ == "__main__":
    main()
