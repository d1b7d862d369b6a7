#!/usr/bin/env python3
"""What it costs to be watched: the same crawl from nginx over loopback without anybody, with events, with metrics, with both and a terminal.
Processor time of the program decides, as others may use the machine as well.

python3 bench/watch.py [--programs BUILD/apps] [--pages 6000] [--hosts 16] [--rounds 5]
"""
import argparse
import os
import pathlib
import pty
import shutil
import signal
import statistics
import subprocess
import tempfile
import threading
import time

import crawl

WAYS = {
    "nobody": ["--quiet"],
    "--events": ["--quiet", "--events", "{out}/events.jsonl"],
    "--metrics": ["--quiet", "--metrics", "{out}/tanmiao.prom"],
    "both and a terminal": ["--events", "{out}/events.jsonl", "--metrics", "{out}/tanmiao.prom"],
}


def drained(fd):
    try:
        while os.read(fd, 65536):
            pass
    except OSError:
        pass


def one(words, terminal):
    outer, inner = pty.openpty()
    threading.Thread(target=drained, args=(outer,), daemon=True).start()
    began = time.monotonic()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=inner if terminal else subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    took = time.monotonic() - began
    os.close(inner)
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        raise SystemExit(f"{words}: {status}")
    return took, used.ru_utime + used.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=pathlib.Path, default=crawl.ROOT / "build/release/apps")
    parser.add_argument("--pages", type=int, default=6000)
    parser.add_argument("--hosts", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tanmiao-watch-", dir="/dev/shm"))
    server = None
    try:
        numbers, _ = crawl.make_site(folder, options.pages, options.hosts)
        ports = crawl.free_ports(options.hosts)
        server = crawl.serve(folder, ports)
        peers = crawl.Peers(folder, ports, numbers, options.programs, 0)
        figures = {way: [] for way in WAYS}
        for turn in range(options.rounds):
            for way, more in WAYS.items():
                out = folder / f"out{turn}"
                out.mkdir()
                words = [str(word) for word in peers.all()["ours"][1](out)]
                took, work = one([*words, *(m.format(out=out) for m in more)], "terminal" in way)
                lines = (out / "events.jsonl").read_text().count("\n") if (out / "events.jsonl").exists() else 0
                figures[way].append((took, work, lines))
                shutil.rmtree(out)
        base = statistics.median(work for _, work, _ in figures["nobody"])
        print(f"{options.pages} pages on {options.hosts} hosts, medians of {options.rounds}\n")
        print("| watched by | s | processor s | more | µs a page | events |\n|---|---:|---:|---:|---:|---:|")
        for way, rows in figures.items():
            work = statistics.median(row[1] for row in rows)
            print(f"| {way} | {statistics.median(r[0] for r in rows):.2f} | {work:.2f} | {(work / base - 1) * 100:+.1f} % | "
                  f"{(work - base) / options.pages * 1e6:+.1f} | {rows[0][2]} |")
    finally:
        if server:
            server.send_signal(signal.SIGTERM)
            server.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
