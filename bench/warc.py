#!/usr/bin/env python3
"""Archive of a crawl of the demo city, written and read again: ours, npm's warcio, and gzip of the same bytes.

python3 bench/warc.py --programs BUILD/apps --bench BUILD/bench [--repeat 40]; TANMIAO_NODE_MODULES as for e2e.archive_readers."""
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/e2e"))
from harness import Bench, arguments  # noqa: E402


def body(options):
    with Bench(options, "warc bench") as bench:
        bench.make_city(firms=400, patents=400)
        city = bench.serve_city()
        data = bench.folder / "data"
        bench.run("crawl", *bench.of(data), "--clock", "2026-11-20T02:00:00Z", expect=(0, 3))
        bench.approve(data)
        bench.run("crawl", *bench.of(data), "--clock", "2026-11-21T02:00:00Z", expect=(0, 3))
        bench.stop(city)
        segment = max((data / "captures").rglob("*.warc.gz"), key=lambda p: p.stat().st_size)
        print(f"{segment.parent.name}: {segment.stat().st_size} bytes, repeated {options.repeat} times")
        out = bench.folder / "out"
        print("ours\n" + run([options.bench / "warc_bench", segment, options.repeat, out]))
        modules = os.environ.get("TANMIAO_NODE_MODULES")
        if modules:
            print("warcio\n" + run(["node", ROOT / "bench/warc_write.mjs", modules, segment, options.repeat, out / "peer.warc.gz"]))
        else:
            print("npm's warcio is not installed: left out")
        plain = out / "plain"
        for level in (1, 6):
            begin = time.monotonic()
            run(["gzip", f"-{level}", "-k", "-c", plain], stdout=subprocess.DEVNULL)
            took = time.monotonic() - begin
            print(f"gzip -{level} of all in one stream: {took:.2f} s, {plain.stat().st_size / took / 1e6:.1f} MB/s")


def run(words, stdout=subprocess.PIPE):
    done = subprocess.run(list(map(str, words)), check=True, stdout=stdout, text=True)
    return done.stdout or ""


if __name__ == "__main__":
    body(arguments(__doc__, bench=ROOT / "build/release/bench", repeat=40))
