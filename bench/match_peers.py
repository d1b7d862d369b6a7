#!/usr/bin/env python3
"""tanmiao match beside the tools someone would otherwise pick, in one run on one input.

    npm install --prefix DIR @duckdb/node-api
    bench/match_peers.py --programs build/release/apps --modules DIR/node_modules [--sample 5000] [--repeat 3]

584,000 strings against 200,000 firms as match_speed.py makes them. The peers:
  Levenshtein  Python, names equal after NFKC joined, the rest by ratio with all names of the same first three characters
  DuckDB       the same with Jaro-Winkler in SQL, two threads
  pg_trgm      PostgreSQL in a cluster of its own on a Unix socket: names equal are joined, the rest by similarity through a
               GIN index, best first. Of the rest a sample, since the whole takes long; --sample 0 takes all
Each gives its best firm and a score. The runs take turns, and the quickest of each counts (the machine is shared). Told are
seconds, CPU seconds, strings a second, precision and recall at the threshold given here for it, recall of the damaged tenth
alone, and the recall at the least threshold with precision .99.
A peer that is not installed is left out, and the table says so.
"""
import argparse
import csv
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import time

import match_speed as speed
import match_truth as truth

TRGM = 0.5  # least similarity that `%` lets through: with the default, .3, nearly all names of one city are alike


def children():
    times = os.times()
    return times.children_user + times.children_system


def ours(folder, options):
    began, cpu = time.monotonic(), children()
    with open(folder / "answers.jsonl", "w") as out:
        subprocess.run([options.programs / "tanmiao", "match", "--config", options.root / "config" / "tanmiao.toml",
                        "--names", folder / "names.csv", "--against", folder / "against.csv", "--json"],
                       stdout=out, stderr=subprocess.DEVNULL, check=True)
    seconds, cpu = time.monotonic() - began, children() - cpu
    found = {}
    for line in open(folder / "answers.jsonl", encoding="utf-8"):
        answer = json.loads(line)
        if answer["best"]:
            found[int(answer["name"]["id"])] = (int(answer["best"]["id"]), answer["probability"])
    return seconds, cpu, found


LEVENSHTEIN = """
import sys
sys.path.insert(0, sys.argv[1])
import json, pathlib
import match_peers
print(json.dumps(match_peers.blocked(pathlib.Path(sys.argv[2]))))
"""


def blocked(folder):
    """match_speed's peer with its scores, run by the interpreter that has python3-levenshtein."""
    import Levenshtein
    began, cpu = time.monotonic(), time.process_time()
    exact, front = {}, {}
    for row in csv.DictReader(open(folder / "against.csv", encoding="utf-8")):
        name = truth.norm(row["name"])
        exact[name] = int(row["id"])
        front.setdefault(name[:3], []).append(name)
    found = []
    for row in csv.DictReader(open(folder / "names.csv", encoding="utf-8")):
        name = truth.norm(row["name"])
        if name in exact:
            found.append((int(row["id"]), exact[name], 1.0))
            continue
        best, most = None, 0.0
        for other in front.get(name[:3], ()):
            ratio = Levenshtein.ratio(name, other)
            if ratio > most:
                best, most = other, ratio
        if best is not None:
            found.append((int(row["id"]), exact[best], most))
    return time.monotonic() - began, time.process_time() - cpu, found


def levenshtein(folder, options):
    done = subprocess.run(["/usr/bin/python3", "-c", LEVENSHTEIN, options.root / "bench", folder], capture_output=True,
                          text=True, check=True)
    seconds, cpu, found = json.loads(done.stdout)
    return seconds, cpu, {asked: (firm, score) for asked, firm, score in found}


def duckdb(folder, options):
    cpu = children()
    done = subprocess.run(["node", options.root / "bench" / "match_duckdb.mjs", options.modules, folder],
                          capture_output=True, text=True, check=True)
    told, cpu = json.loads(done.stdout), children() - cpu
    options.versions["DuckDB"] = told["version"]
    found = {int(r["asked"]): (int(r["firm"]), float(r["score"])) for r in truth.rows_of(folder / "duckdb.csv")}
    return told["seconds"], cpu, found


class Cluster:
    """A PostgreSQL of its own in a folder, on a Unix socket alone; ended by its process id."""

    def __init__(self, folder, options):
        self.folder, self.bin = folder, options.postgres
        self.as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
        folder.mkdir()
        if self.as_user:
            shutil.chown(folder, "postgres", "postgres")
        self.run(self.bin / "initdb", "-D", folder / "db", "-U", "bench", "-A", "trust", "--locale=C.UTF-8", "-E", "UTF8")
        with open(folder / "log", "w") as log:
            self.server = subprocess.Popen(
                [*self.as_user, self.bin / "postgres", "-D", folder / "db", "-k", folder, "-c", "listen_addresses=",
                 "-c", "shared_buffers=1GB", "-c", "work_mem=256MB", "-c", "maintenance_work_mem=1GB", "-c", "fsync=off",
                 "-c", "jit=off"], stdout=log, stderr=log)
        for _ in range(100):
            if subprocess.run([self.bin / "pg_isready", "-h", folder], stdout=subprocess.DEVNULL).returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError("PostgreSQL does not answer")

    def run(self, *command):
        subprocess.run([*self.as_user, *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start(self, text):
        return subprocess.Popen([self.bin / "psql", "-h", self.folder, "-U", "bench", "-d", "postgres", "-v", "ON_ERROR_STOP=1",
                                 "-XqAt", "-c", text], stdout=subprocess.PIPE, text=True)

    def ask(self, text):
        asked = self.start(text)
        out, _ = asked.communicate()
        if asked.returncode:
            raise RuntimeError(text)
        return out

    def cpu(self):
        """CPU seconds of the connections that have ended."""
        fields = pathlib.Path(f"/proc/{self.server.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")

    def end(self):
        self.server.send_signal(signal.SIGINT)
        self.server.wait(30)


def timed(cluster, text):
    began = time.monotonic()
    cluster.ask(text)
    return time.monotonic() - began


def near(cluster, where):
    """Both halves at once, a connection each: a query like this uses one core."""
    began = time.monotonic()
    halves = [cluster.start(f"SET pg_trgm.similarity_threshold = {TRGM};"
                            f"SELECT q.id, f.id, f.s FROM rest q CROSS JOIN LATERAL (SELECT id, similarity(name, q.name) AS s"
                            f" FROM firms WHERE name % q.name ORDER BY s DESC, id LIMIT 1) f WHERE {where} AND q.n % 2 = {half}")
              for half in (0, 1)]
    lines = [line.split("|") for half in halves for line in half.communicate()[0].splitlines()]
    return time.monotonic() - began, {int(a): (int(f), float(s)) for a, f, s in lines}


def trgm(folder, options):
    """Seconds for everything: those of the sample are multiplied up, and the table says so."""
    with tempfile.TemporaryDirectory(dir="/tmp") as place:
        os.chmod(place, 0o755)
        os.chmod(folder, 0o755)
        cluster = Cluster(pathlib.Path(place) / "pg", options)
        try:
            options.versions["pg_trgm"] = cluster.ask("SHOW server_version").split()[0]
            clean = "replace(normalize(name, NFKC), ' ', '')"
            load = timed(cluster, f"""
                CREATE EXTENSION pg_trgm;
                CREATE TABLE firms(id int, name text); COPY firms FROM PROGRAM 'cat {folder}/against.csv' (FORMAT csv, HEADER);
                CREATE TABLE asked(id int, name text, truth text);
                COPY asked FROM PROGRAM 'cat {folder}/names.csv' (FORMAT csv, HEADER);
                UPDATE firms SET name = {clean}; UPDATE asked SET name = {clean}; ANALYZE""")
            index = timed(cluster, "CREATE INDEX ON firms USING gin (name gin_trgm_ops); ANALYZE firms")
            same = timed(cluster, "CREATE TABLE same AS SELECT a.id AS asked, f.id AS firm FROM asked a JOIN firms f USING (name)")
            found = {int(a): (int(f), 1.0) for a, f in (line.split("|") for line in cluster.ask("SELECT * FROM same").splitlines())}
            cluster.ask("SELECT setseed(0.5); CREATE TABLE rest AS SELECT id, name, row_number() OVER (ORDER BY random()) AS n"
                        " FROM asked WHERE id NOT IN (SELECT asked FROM same); ANALYZE rest")
            rest = int(cluster.ask("SELECT count(*) FROM rest"))
            some = min(options.sample or rest, rest)
            before = cluster.cpu()
            seconds, close = near(cluster, f"q.n <= {some}")
            time.sleep(0.5)
            cpu = before + (cluster.cpu() - before) * rest / some
            left_out = {int(i) for i in cluster.ask(f"SELECT id FROM rest WHERE n > {some}").split()}
        finally:
            cluster.end()
    print(f"  pg_trgm: load {load:.1f} s, GIN index {index:.1f} s, equal names {same:.1f} s, {some:,} of the {rest:,} others "
          f"{seconds:.1f} s ({1000 * seconds / some:.2f} ms each, two connections)")
    options.left_out["pg_trgm"] = (left_out, some / rest)
    return load + index + same + seconds * rest / some, cpu, {**found, **close}


PEERS = [("tanmiao match", 0.95, ours), ("Levenshtein", 0.9, levenshtein), ("DuckDB", 0.9, duckdb), ("pg_trgm", TRGM, trgm)]


def quality(found, rows, threshold, left_out, share):
    """Precision, recall, recall of the damaged tenth, recall at precision .99. Of a sample of the hard names each stands for many."""
    weigh = 1 / share if left_out else 1
    hard = {n for n, *_ in rows if n % 10 == 9}
    firm_of = {n: firm for n, _, firm in rows if n not in left_out}
    weight = {n: 1.0 for n in firm_of}
    if left_out:
        # What was compared by likeness stands for what was left out as well; what is equal stands for itself.
        for n in firm_of:
            if n not in found or found[n][1] < 1.0:
                weight[n] = weigh
    has = sum(weight[n] for n, firm in firm_of.items() if firm != "")
    has_hard = sum(weight[n] for n, firm in firm_of.items() if firm != "" and n in hard)
    taken = [(s, n, firm_of[n] == f and firm_of[n] != "") for n, (f, s) in found.items() if n in firm_of]
    over = [t for t in taken if t[0] >= threshold]
    right = sum(weight[n] for _, n, ok in over if ok)
    precise = right / max(sum(weight[n] for _, n, _ in over), 1)
    damaged = sum(weight[n] for _, n, ok in over if ok and n in hard) / has_hard
    best = least = hits = total = 0
    taken.sort(key=lambda t: -t[0])
    for place, (s, n, ok) in enumerate(taken):
        total += weight[n]
        hits += weight[n] * ok
        if (place + 1 == len(taken) or taken[place + 1][0] != s) and hits / total >= 0.99:
            best, least = hits / has, s
    return precise, right / has, damaged, best, least


def parse():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = pathlib.Path(__file__).resolve().parent.parent
    options.add_argument("--programs", type=pathlib.Path, default=root / "build" / "release" / "apps")
    options.add_argument("--data", type=pathlib.Path, default=root.parent / "shared" / "data")
    options.add_argument("--modules", type=pathlib.Path, default=root / "node_modules")
    options.add_argument("--postgres", type=pathlib.Path, default=max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), default=pathlib.Path("/none")))
    options.add_argument("--strings", type=int, default=584_000)
    options.add_argument("--firms", type=int, default=200_000)
    options.add_argument("--sample", type=int, default=5_000, help="names that pg_trgm compares by likeness; 0: all")
    options.add_argument("--repeat", type=int, default=3, help="runs of each but pg_trgm, which runs once")
    chosen = options.parse_args()
    chosen.root, chosen.versions, chosen.left_out = root, {}, {}
    return chosen


def missing(label, options):
    if label == "DuckDB" and not (options.modules / "@duckdb" / "node-api").exists():
        return "no @duckdb/node-api in --modules"
    if label == "pg_trgm" and not (options.postgres / "postgres").exists():
        return "no PostgreSQL in --postgres"
    if label == "Levenshtein" and subprocess.run(["/usr/bin/python3", "-c", "import Levenshtein"], stderr=subprocess.DEVNULL).returncode:
        return "no python3-levenshtein"
    return ""


def take_turns(folder, options):
    """Of each peer: the runs as (seconds, CPU seconds), and what the last one found."""
    runs, found = {}, {}
    for turn in range(options.repeat):
        for label, _, run in PEERS:
            if why := missing(label, options):
                print(f"{label}: left out, {why}")
            elif label != "pg_trgm" or turn == 0:
                seconds, cpu, found[label] = run(folder, options)
                runs.setdefault(label, []).append((seconds, cpu))
                print(f"  {label}: {seconds:.1f} s, {cpu:.1f} CPU s", flush=True)
    return runs, found


def main():
    options = parse()
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        rows = speed.make(folder, options.data, options.root / "config" / "reference" / "han.csv", options.strings, options.firms)
        runs, found = take_turns(folder, options)
    print("| | seconds (all runs) | CPU seconds | strings a second | speed to ours | CPU to ours | precision | recall | of the damaged tenth "
          "| recall at precision .99 (threshold) |\n|---|---|---|---|---|---|---|---|---|---|")
    for label, threshold, _ in PEERS:
        if label not in runs:
            continue
        seconds, cpu = min(runs[label])
        first, spent = min(runs["tanmiao match"])
        p, r, hard, best, least = quality(found[label], rows, threshold, *options.left_out.get(label, (set(), 1)))
        name = f"{label} {options.versions.get(label, '')}".strip()
        every = ", ".join(f"{s:.1f}" for s, _ in runs[label])
        print(f"| {name}, at {threshold} | {seconds:.1f} ({every}) | {cpu:.1f} | {len(rows) / seconds:,.0f} | {first / seconds:.2f} | "
              f"{cpu / spent:.2f} | {p:.4f} | {r:.4f} | {hard:.4f} | {best:.4f} ({least:.3f}) |")


if __name__ == "__main__":
    main()
