#!/usr/bin/env python3
"""Archive of a crawl of the demo city, written and read again: ours, npm's warcio, and gzip of the same bytes.

python3 bench/warc.py --programs BUILD/apps --bench BUILD/bench [--repeat 40]; TANMIAO_NODE_MODULES as for e2e.archive_readers."""
import gzip
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
        measure(options, bench.folder / "small", segment, options.repeat)
        measure(options, bench.folder / "large", large_pages(bench.folder / "large.warc.gz"), max(1, options.repeat // 4))


def large_pages(path):
    """300 pages of 32 KiB out of the repository's own texts: the size of an ordinary web page."""
    text = b"".join(p.read_bytes() for p in sorted(ROOT.glob("docs/**/*.md")) + sorted(ROOT.glob("crawler/*.cc")))
    with path.open("wb") as out:
        for number in range(300):
            begin = number * 1499 % (len(text) - 32768)
            block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + text[begin:begin + 32768]
            head = (f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-8000-8000-{number:012d}>\r\n"
                    f"WARC-Date: 2026-01-02T00:00:00Z\r\nWARC-Target-URI: http://pages.test/{number}\r\n"
                    f"Content-Type: application/http;msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n").encode()
            out.write(gzip.compress(head + block + b"\r\n\r\n"))
    return path


def measure(options, out, segment, repeat):
    print(f"== {segment.parent.name}/{segment.name}: {segment.stat().st_size} bytes, repeated {repeat} times")
    print("ours\n" + run([options.bench / "warc_bench", segment, repeat, out]))
    modules = os.environ.get("TANMIAO_NODE_MODULES")
    if modules:
        print("warcio\n" + run(["node", ROOT / "bench/warc_write.mjs", modules, segment, max(1, repeat // 4), out / "peer.warc.gz"]))
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
