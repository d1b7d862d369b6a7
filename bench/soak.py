#!/usr/bin/env python3
"""A crawl of a million addresses of the demo city: memory of the crawler and addresses a second as the frontier grows.

python3 bench/soak.py --programs BUILD/apps [--urls 1000000] [--seconds 5] --out FOLDER

Writes FOLDER/soak.csv (seconds, addresses known, addresses done, resident MB, MB of facts.db) and soak.svg. The server's
pages lie in its memory: 3 GB for a million. The crawl's data go to /dev/shm unless --data names another folder.
"""
import argparse
import csv
import json
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def memory(pid):
    try:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return None


def counts(facts):
    """Addresses known and done. The newest row's number stands for their count: rows are never taken out."""
    try:
        with sqlite3.connect(f"{facts.as_uri()}?mode=ro", uri=True, timeout=10) as store:
            known = store.execute("SELECT max(rowid) FROM frontier").fetchone()[0] or 0
            done = store.execute("SELECT max(rowid) FROM capture").fetchone()[0] or 0
        return known, done
    except sqlite3.OperationalError:
        return 0, 0


def curve(rows, column, left, top, width, height, most, last):
    points = " ".join(f"{left + width * r[0] / last:.1f},{top + height - height * (r[column] or 0) / most:.1f}" for r in rows)
    return f'<polyline points="{points}" fill="none" stroke="black"/>'


def plot(rows, path):
    """Two panels over the seconds: resident MB, addresses done."""
    last = max(rows[-1][0], 1)
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" width="760" height="440" font-family="sans-serif" font-size="12">',
             '<rect width="760" height="440" fill="white"/>']
    for top, column, label in [(30, 3, "resident memory, MB"), (240, 2, "addresses done")]:
        most = max(r[column] or 0 for r in rows) * 1.1 or 1
        parts += [f'<text x="60" y="{top - 8}">{label}</text>', f'<rect x="60" y="{top}" width="680" height="160" fill="none" stroke="grey"/>',
                  f'<text x="55" y="{top + 10}" text-anchor="end">{most:,.0f}</text>', f'<text x="55" y="{top + 160}" text-anchor="end">0</text>',
                  curve(rows, column, 60, top, 680, 160, most, last)]
    parts += [f'<text x="740" y="425" text-anchor="end">{last:,.0f} s</text>', "</svg>"]
    path.write_text("\n".join(parts), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build/release/apps")
    parser.add_argument("--urls", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=5, help="between two looks")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("/dev/shm"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tanmiao-soak-", dir=options.data))
    city, tool = str(options.programs / "demo_city"), str(options.programs / "tanmiao")
    server = crawl = None
    try:
        firms = options.urls * 50 // 51  # a list of fifty each
        subprocess.run([city, "make", "--out", str(folder / "city"), "--firms", str(firms), "--patents", "0", "--days", "2"], check=True)
        server = subprocess.Popen([city, "serve", "--world", str(folder / "city")], stdout=subprocess.PIPE, text=True)
        print("served:", json.loads(server.stdout.readline())["hosts"]["registry"], flush=True)
        registry = folder / "city/sources/demo-registry.toml"
        for source in registry.parent.glob("*.toml"):
            if source != registry:
                source.unlink()
        registry.write_text(registry.read_text(encoding="utf-8") + "\n[scope]\nmost_alike = 10000000\n", encoding="utf-8")
        (folder / "tanmiao.toml").write_text(
            f'[city]\ncode = 371600\nname = "演示"\nreference = {json.dumps(str(ROOT / "config/reference"))}\n'
            f'[crawl]\ncontact = "bench@localhost"\nsources = {json.dumps(str(registry.parent))}\nloopback_speed = true\n'
            f'[mine]\nrules = {json.dumps(str(ROOT / "config"))}\n', encoding="utf-8")
        config = ["--config", str(folder / "tanmiao.toml"), "--data", str(folder / "data")]
        identity = re.search(r'^id = "([^"]+)"', text, re.M)[1]
        subprocess.run([tool, "source", "approve", identity, "--by", "bench", "--reason", "bench", *config], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        began = time.monotonic()
        crawl = subprocess.Popen([tool, "crawl", *config], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        rows = []
        while crawl.poll() is None:
            time.sleep(options.seconds)
            resident = memory(crawl.pid)
            if resident is None:
                break
            known, done = counts(folder / "data/facts.db")
            size = sum(p.stat().st_size for p in (folder / "data").glob("facts.db*")) / 1e6
            rows.append((round(time.monotonic() - began, 1), known, done, round(resident, 1), round(size, 1)))
            print(*rows[-1], flush=True)
        print("exit", crawl.wait(), "after", round(time.monotonic() - began, 1), "s")
        with (options.out / "soak.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["seconds", "known", "done", "resident_mb", "facts_mb"])
            writer.writerows(rows)
        plot(rows, options.out / "soak.svg")
    finally:
        for process in (crawl, server):
            if process is not None and process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
