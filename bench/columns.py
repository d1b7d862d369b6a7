#!/usr/bin/env python3
"""Windowed counts, a score and the best hundred of each county over links and firms: ours beside other tools, in one run on the same made
tables, results compared row by row; then the whole mining at growing sizes.

Usage: columns.py --programs build/release/bench --modules DIR/node_modules [--python PYTHON] [--postgres BIN] [--clickhouse SERVER] [--work DIR]
           [--firms 1000000 --links 5000000 --patents 5000000] [--mine 200000:80000,1000000:400000,5000000:2000000]
  modules: npm install --prefix DIR @duckdb/node-api nodejs-polars nodejs-polars-linux-x64-gnu
  python:  one that has pandas; postgres: folder of initdb and postgres; clickhouse: the program of its server (clickhouse-client beside it
           or on the path). What is missing is left out and said to be.
Every peer reads its tables into memory first, which is not timed. Ours is told three times: with its columns held mapped, as the peers hold
theirs; with the columns of the question opened and mapped within the time (their files are in the page cache); and with the whole snapshot
opened and checked before. Best of --times rounds after the first one, and the first one by itself."""
import argparse
import collections
import datetime
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

AS_OF = datetime.date(2026, 6, 30)
EPOCH = datetime.date(1970, 1, 1)


def day_of(years):
    return (AS_OF.replace(year=AS_OF.year - years) - EPOCH).days


DAYS = [day_of(0), day_of(1), day_of(3), day_of(5)]

PANDAS = """
import json, sys, time, resource
import pandas as pd
folder, day, one, three, five, times = sys.argv[1], *map(int, sys.argv[2:7])
firms, links, patents = (pd.read_csv(f"{folder}/{name}.csv") for name in ("firms", "links", "patents"))
seconds, processor = [], []
for _ in range(times):
    begin, cpu = time.perf_counter(), time.process_time()
    t = links[links.position > 0].merge(patents, on="patent")
    t = t[(t.filed >= five) & (t.filed <= day) & (t.public <= day)]
    t = t.assign(one=t.filed >= one, three=t.filed >= three, five=1).groupby("firm")[["one", "three", "five"]].sum().reset_index()
    t = t.merge(firms, on="firm")
    t["score"] = 4 * t.one + 2 * t.three + t.five
    t = t.sort_values(["county", "score", "firm"], ascending=[True, False, True])
    t["place"] = t.groupby("county").cumcount() + 1
    t = t[t.place <= 100]
    seconds.append(time.perf_counter() - begin), processor.append(time.process_time() - cpu)
t[["county", "place", "firm", "score", "one", "three", "five"]].to_csv(f"{folder}/pandas.csv", index=False)
print(json.dumps({"version": pd.__version__, "seconds": seconds, "processor": processor, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""

SQL = """
WITH w AS (SELECT firm, count(*) FILTER (WHERE filed >= {1}) AS one, count(*) FILTER (WHERE filed >= {2}) AS three, count(*) AS five
           FROM links JOIN patents USING (patent) WHERE position > 0 AND filed BETWEEN {3} AND {0} AND public <= {0} GROUP BY firm),
     s AS (SELECT county, firm, 4 * one + 2 * three + five AS score, one, three, five FROM w JOIN firms USING (firm)),
     r AS (SELECT county, row_number() OVER (PARTITION BY county ORDER BY score DESC, firm) AS place, firm, score, one, three, five FROM s)
SELECT * FROM r WHERE place <= 100 ORDER BY county, place"""


def ran(words, **more):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, **more)
    if done.returncode:
        raise RuntimeError(done.stderr[-1500:])
    return json.loads(done.stdout)


def postgres(options, folder):
    sys.path.insert(0, str(pathlib.Path(__file__).parent))
    from postgres import Cluster
    place = pathlib.Path(tempfile.mkdtemp(prefix="pg"))
    os.chmod(place, 0o755)
    cluster = Cluster(place / "c", options.postgres)
    try:
        for table, columns in (("firms", "firm int, county int"), ("links", "firm int, patent int, position int"),
                               ("patents", "patent int, filed int, public int")):
            cluster.ask(f"CREATE TABLE {table} ({columns})")
            cluster.start(f"\\copy {table} FROM '{folder / table}.csv' CSV HEADER").communicate()
            cluster.ask(f"ANALYZE {table}")
        seconds = []
        for _ in range(options.times):
            begin = time.perf_counter()
            rows = cluster.ask(SQL.format(*DAYS))
            seconds.append(time.perf_counter() - begin)
        text = rows if isinstance(rows, str) else "\n".join(rows)
        (folder / "postgres.csv").write_text("county,place,firm,score,one,three,five\n" + text.strip().replace("|", ",") + "\n")
        return {"version": subprocess.run([options.postgres / "postgres", "--version"], capture_output=True, text=True).stdout.split()[2],
                "seconds": seconds}
    finally:
        cluster.end()
        shutil.rmtree(place, ignore_errors=True)


class ClickHouse:
    """A server of its own on loopback, its tables in memory; ended by its process id."""

    def __init__(self, program, place):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (place / "users.xml").write_text(
            "<yandex><profiles><default><max_memory_usage>8000000000</max_memory_usage><max_threads>2</max_threads></default></profiles><users>"
            "<default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default>"
            "</users><quotas><default></default></quotas></yandex>")
        (place / "config.xml").write_text(
            f"<yandex><logger><level>warning</level><log>{place}/log</log><errorlog>{place}/errors</errorlog></logger>"
            f"<tcp_port>{self.port}</tcp_port><listen_host>127.0.0.1</listen_host><path>{place}/data/</path><tmp_path>{place}/tmp/</tmp_path>"
            f"<users_config>{place}/users.xml</users_config><default_profile>default</default_profile>"
            "<default_database>default</default_database><mark_cache_size>536870912</mark_cache_size></yandex>")
        self.client = shutil.which("clickhouse-client") or program.parent / "clickhouse-client"
        self.server = subprocess.Popen([program, f"--config-file={place}/config.xml"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            if self.ask("SELECT 1", quiet=True) is not None:
                return
            time.sleep(0.1)
        self.end()
        raise RuntimeError("ClickHouse does not answer")

    def ask(self, text, rows=None, quiet=False):
        """The answer and the seconds that the server says it took."""
        done = subprocess.run([self.client, "--port", str(self.port), "--time", "--query", text], stdin=rows or subprocess.DEVNULL,
                              capture_output=True, text=True)
        if done.returncode == 0:
            return done.stdout, float(done.stderr.split()[-1])
        if quiet:
            return None
        raise RuntimeError(done.stderr[-800:])

    def end(self):
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(60)


def clickhouse(options, folder):
    """18.16 of Debian has no window functions: LIMIT BY takes the best of each county, and places are counted afterwards, untimed."""
    place = pathlib.Path(tempfile.mkdtemp(prefix="ch"))
    server = ClickHouse(options.clickhouse, place)
    try:
        for table, columns in (("firms", "firm UInt32, county UInt32"), ("links", "firm UInt32, patent UInt32, position UInt8"),
                               ("patents", "patent UInt32, filed Int32, public Int32")):
            server.ask(f"CREATE TABLE {table} ({columns}) ENGINE = Memory")
            with open(folder / f"{table}.csv") as rows:
                server.ask(f"INSERT INTO {table} FORMAT CSVWithNames", rows)
        text = ("SELECT county, firm, 4 * one + 2 * three + five AS score, one, three, five FROM (SELECT firm, countIf(filed >= {1}) AS one, "
                "countIf(filed >= {2}) AS three, count() AS five FROM (SELECT firm, patent FROM links WHERE position > 0) ANY INNER JOIN (SELECT "
                "patent, filed FROM patents WHERE filed BETWEEN {3} AND {0} AND public <= {0}) USING (patent) GROUP BY firm) ANY INNER JOIN firms "
                "USING (firm) ORDER BY county, score DESC, firm LIMIT 100 BY county FORMAT CSV").format(*DAYS)
        rounds = [server.ask(text) for _ in range(options.times)]
        lines, places = ["county,place,firm,score,one,three,five"], collections.Counter()
        for row in rounds[-1][0].splitlines():
            county, rest = row.split(",", 1)
            places[county] += 1
            lines.append(f"{county},{places[county]},{rest}")
        (folder / "clickhouse.csv").write_text("\n".join(lines) + "\n")
        return {"version": server.ask("SELECT version()")[0].strip(), "seconds": [seconds for _, seconds in rounds]}
    finally:
        server.end()
        shutil.rmtree(place, ignore_errors=True)


def peers(options, folder):
    days, times = list(map(str, DAYS)), str(options.times)
    for threads in (1, 2):
        for label, name in (("DuckDB, links join patents", "duckdb"), ("DuckDB, day copied into the links", "duckdb-flat")):
            yield f"{label}, {threads} thread(s)", name, lambda n=name, t=threads: ran(
                ["node", "bench/columns_peers.mjs", n, options.modules, folder, *days, times], env={**os.environ, "THREADS": str(t)})
        yield f"polars, {threads} thread(s)", "polars", lambda t=threads: ran(
            ["node", "bench/columns_peers.mjs", "polars", options.modules, folder, *days, times], env={**os.environ, "POLARS_MAX_THREADS": str(t)})
    if options.python:
        yield "pandas", "pandas", lambda: ran([options.python, "-c", PANDAS, folder, *days, times])
    if options.clickhouse:
        yield "ClickHouse", "clickhouse", lambda: clickhouse(options, folder)
    if options.postgres:
        yield "PostgreSQL", "postgres", lambda: postgres(options, folder)


def print_table(table):
    best = table[1][3]  # columns held, two threads
    print("| what | version | first, s | best, s | times ours (held, 2 threads) | processor, best, s | memory, MB | result |\n|---|---|---|---|---|---|---|---|")
    for label, version, first, least, cpu, memory, result in table:
        print(f"| {label} | {version} | {first:.3f} | {least:.4f} | {least / best:.1f} | {f'{cpu:.3f}' if cpu else ''} | {memory:.0f} | {result} |",
              flush=True)


def compare(options, folder):
    ran_make(options, folder, options.firms, options.links, options.patents)
    ours = {t: ran([options.programs / "columns_bench", "count", folder, AS_OF, t, 4 * options.times]) for t in (1, 2)}
    table = []
    for label, seconds in (("columns held", lambda r: r["held"]), ("its columns opened and mapped", lambda r: r["mapped"]),
                           ("the whole snapshot opened, then these", lambda r: r["snapshot"] + r["mapped"])):
        for threads, told in ours.items():
            rounds = [seconds(r) for r in told["rounds"]]
            table.append((f"ours, {label}, {threads} thread(s)", "", rounds[0], min(rounds[1:]),
                          min(r["held_processor"] for r in told["rounds"]) if label == "columns held" else 0, told["peak_mb"], "—"))
    expected = (folder / "ours.csv").read_text()
    print(f"{expected.count(chr(10)) - 1} rows of the best of each county", file=sys.stderr)
    for label, name, run in peers(options, folder):
        try:
            got = run()
        except (RuntimeError, OSError) as why:
            print(f"{label}: left out: {why}", file=sys.stderr)
            continue
        same = (folder / f"{name}.csv").read_text() == expected
        table.append((label, got["version"], got["seconds"][0], min(got["seconds"][1:]), min(got.get("processor", [0])), got.get("peak_mb", 0), "equal" if same else "DIFFERENT"))
        print(f"{label}: {min(got['seconds'][1:]):.3f} s", file=sys.stderr)
        if not same:
            raise SystemExit(f"{label}: another result than ours, in {folder}")
    print_table(table)


def ran_make(options, folder, firms, links, patents):
    subprocess.run([str(options.programs / "columns_bench"), "make", str(folder), str(firms), str(links), str(patents), "7"], check=True)


def growth(options, folder):
    print("\n| firms | patents | threads | open, s | mine, s | processor, s | run, MB | peak, MB |\n|---|---|---|---|---|---|---|---|")
    for size in options.mine.split(","):
        firms, patents = map(int, size.split(":"))
        place = folder / f"m{firms}"
        ran_make(options, place, firms, patents * 5 // 4, patents)
        digests = set()
        for threads in (1, 2):
            m = ran([options.programs / "columns_bench", "mine", place, "config", AS_OF, threads])
            digests.add(m["digest"])
            print(f"| {firms:,} | {patents:,} | {threads} | {m['open']:.2f} | {m['mine']:.1f} | {m['processor']:.1f} | {m['run_mb']:.0f} | {m['peak_mb']:.0f} |",
                  flush=True)
        if len(digests) != 1:
            raise SystemExit("one thread and two gave other bytes")
        shutil.rmtree(place)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    parser.add_argument("--modules", type=pathlib.Path, required=True)
    parser.add_argument("--python"), parser.add_argument("--postgres", type=pathlib.Path)
    parser.add_argument("--clickhouse", type=pathlib.Path), parser.add_argument("--work", type=pathlib.Path)
    parser.add_argument("--firms", type=int, default=1_000_000), parser.add_argument("--links", type=int, default=5_000_000)
    parser.add_argument("--patents", type=int, default=5_000_000), parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--mine", default="200000:80000,1000000:400000,5000000:2000000")
    options = parser.parse_args()
    folder = options.work or pathlib.Path(tempfile.mkdtemp(prefix="columns-"))
    folder.mkdir(exist_ok=True)
    try:
        if options.firms:
            compare(options, folder / "count")
        if options.mine:
            growth(options, folder)
    finally:
        if not options.work:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
