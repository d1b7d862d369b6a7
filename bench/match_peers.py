#!/usr/bin/env python3
"""tanmiao match beside the tools someone would otherwise pick, in one run on one input.

    npm install --prefix DIR @duckdb/node-api
    bench/match_peers.py --programs build/release/apps --modules DIR/node_modules [--repeat 3]

584,000 applicant strings against 200,000 firms. The strings are registry names: of ten eight as they are, one with full-width
brackets and blanks, one damaged by the model of match_truth.py; a tenth of the firms is struck from the list. The peers:
  Levenshtein  Python, names equal after NFKC joined, the rest by ratio with all names of the same first three characters
  DuckDB       the same with Jaro-Winkler in SQL, two threads
  pg_trgm      PostgreSQL in a cluster of its own on a Unix socket: equal names joined, the rest by similarity through a GIN
               index, best first, two connections
Each gives its best firm and a score. The runs take turns, and the quickest of each counts (the machine is shared). Told are
seconds, CPU seconds, strings a second, precision and recall at the threshold given here for it, recall of the damaged tenth
alone, and the recall at the least threshold with precision .99. A peer that is not installed is left out, and it is said.
"""
import argparse
import csv
import json
import os
import pathlib
import random
import subprocess
import tempfile
import time

import match_truth as truth
import postgres

TRGM = 0.5  # least similarity that `%` lets through: with the default, .3, nearly all names of one city are alike


def make(folder, data, han, strings, firms):
    pick = random.Random(11)
    names = sorted({truth.norm(r["企业名称"]) for r in truth.registry(data) if len(r["企业名称"]) >= 6})
    pick.shuffle(names)
    names = names[:firms]
    struck = set(names[: firms // 10])
    damage = truth.Damage(han, 12)
    truth.write(folder / "against.csv", ["id", "name"], [[i, n] for i, n in enumerate(names) if n not in struck])
    rows = []
    for n in range(strings):
        i = pick.randrange(len(names))
        name = names[i]
        if n % 10 == 8:
            name = name.replace("(", "（").replace(")", "）")
            name = name[:4] + " " + name[4:]
        elif n % 10 == 9:
            name = getattr(damage, truth.KINDS[n // 10 % len(truth.KINDS)])(name) or name
        rows.append([n, name, "" if names[i] in struck else i])
    truth.write(folder / "names.csv", ["id", "name", "truth"], rows)
    return rows


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
    """Runs in the interpreter that has python3-levenshtein."""
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


def timed(cluster, text):
    began = time.monotonic()
    cluster.ask(text)
    return time.monotonic() - began


def near(cluster):
    """Both halves at once, a connection each: a query like this uses one core."""
    halves = [cluster.start(f"""
        SET pg_trgm.similarity_threshold = {TRGM};
        SELECT q.id, f.id, f.s FROM rest q CROSS JOIN LATERAL (
          SELECT id, similarity(name, q.name) AS s FROM firms WHERE name % q.name ORDER BY s DESC, id LIMIT 1) f
        WHERE q.id % 2 = {half}""") for half in (0, 1)]
    lines = [line.split("|") for half in halves for line in half.communicate()[0].splitlines()]
    if any(half.returncode for half in halves):
        raise RuntimeError("pg_trgm ended with an error")
    return {int(a): (int(f), float(s)) for a, f, s in lines}


def steps(cluster, folder):
    """(what, seconds) of each step, and what was found."""
    clean = "replace(normalize(name, NFKC), ' ', '')"
    taken = [("load", timed(cluster, f"""
        CREATE EXTENSION pg_trgm;
        CREATE TABLE firms(id int, name text); COPY firms FROM PROGRAM 'cat {folder}/against.csv' (FORMAT csv, HEADER);
        CREATE TABLE asked(id int, name text, truth text);
        COPY asked FROM PROGRAM 'cat {folder}/names.csv' (FORMAT csv, HEADER);
        UPDATE firms SET name = {clean}; UPDATE asked SET name = {clean}; ANALYZE"""))]
    taken.append(("GIN index", timed(cluster, "CREATE INDEX ON firms USING gin (name gin_trgm_ops); ANALYZE firms")))
    taken.append(("equal names", timed(cluster, """
        CREATE TABLE same AS SELECT a.id AS asked, f.id AS firm FROM asked a JOIN firms f USING (name);
        CREATE TABLE rest AS SELECT id, name FROM asked WHERE id NOT IN (SELECT asked FROM same); ANALYZE rest""")))
    pairs = (line.split("|") for line in cluster.ask("SELECT * FROM same").splitlines())
    found = {int(asked): (int(firm), 1.0) for asked, firm in pairs}
    began = time.monotonic()
    found |= near(cluster)
    taken.append((f"{int(cluster.ask('SELECT count(*) FROM rest')):,} others", time.monotonic() - began))
    return taken, found


def trgm(folder, options):
    with tempfile.TemporaryDirectory(dir="/tmp") as place:
        os.chmod(place, 0o755)
        os.chmod(folder, 0o755)
        cluster = postgres.Cluster(pathlib.Path(place) / "pg", options.postgres)
        try:
            options.versions["pg_trgm"] = cluster.ask("SHOW server_version").split()[0]
            taken, found = steps(cluster, folder)
            time.sleep(0.5)  # until the server has seen its connections end
            cpu = cluster.cpu()
        finally:
            cluster.end()
    print("  pg_trgm: " + ", ".join(f"{what} {seconds:.1f} s" for what, seconds in taken))
    return sum(seconds for _, seconds in taken), cpu, found


PEERS = [("tanmiao match", 0.95, ours), ("Levenshtein", 0.9, levenshtein), ("DuckDB", 0.9, duckdb), ("pg_trgm", TRGM, trgm)]


def quality(found, rows, threshold):
    """Precision, recall, recall of the damaged tenth; the best recall at precision .99 and its threshold."""
    firm_of = {n: firm for n, _, firm in rows}
    has = sum(firm != "" for firm in firm_of.values())
    hard = sum(firm != "" for n, firm in firm_of.items() if n % 10 == 9)
    taken = sorted(((score, n, firm_of[n] == firm) for n, (firm, score) in found.items()), reverse=True)
    over = [t for t in taken if t[0] >= threshold]
    right = sum(ok for *_, ok in over)
    damaged = sum(ok for _, n, ok in over if n % 10 == 9)
    best = least = hits = 0
    for place, (score, _, ok) in enumerate(taken):
        hits += ok
        if (place + 1 == len(taken) or taken[place + 1][0] != score) and hits >= 0.99 * (place + 1):
            best, least = hits / has, score
    return right / max(len(over), 1), right / has, damaged / hard, best, least


def parse():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = pathlib.Path(__file__).resolve().parent.parent
    options.add_argument("--programs", type=pathlib.Path, default=root / "build" / "release" / "apps")
    options.add_argument("--data", type=pathlib.Path, default=root.parent / "shared" / "data")
    options.add_argument("--modules", type=pathlib.Path, default=root / "node_modules")
    options.add_argument("--postgres", type=pathlib.Path,
                         default=max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), default=pathlib.Path("/none")))
    options.add_argument("--strings", type=int, default=584_000)
    options.add_argument("--firms", type=int, default=200_000)
    options.add_argument("--repeat", type=int, default=3, help="runs of each but pg_trgm, which runs once")
    chosen = options.parse_args()
    chosen.root, chosen.versions = root, {}
    return chosen


def missing(label, options):
    if label == "DuckDB" and not (options.modules / "@duckdb" / "node-api").exists():
        return "no @duckdb/node-api in --modules"
    if label == "pg_trgm" and not (options.postgres / "postgres").exists():
        return "no PostgreSQL in --postgres"
    have = ["/usr/bin/python3", "-c", "import Levenshtein"]
    if label == "Levenshtein" and subprocess.run(have, stderr=subprocess.DEVNULL).returncode:
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
        rows = make(folder, options.data, options.root / "config/reference/han.csv", options.strings, options.firms)
        runs, found = take_turns(folder, options)
    print("| | seconds (all runs) | CPU seconds | strings a second | speed to ours | CPU to ours | precision | recall "
          "| of the damaged tenth | recall at precision .99 (threshold) |\n|---|---|---|---|---|---|---|---|---|---|")
    for label, threshold, _ in PEERS:
        if label not in runs:
            continue
        seconds, cpu = min(runs[label])
        first, spent = min(runs["tanmiao match"])
        p, r, hard, best, least = quality(found[label], rows, threshold)
        name = f"{label} {options.versions.get(label, '')}".strip()
        every = ", ".join(f"{s:.1f}" for s, _ in runs[label])
        print(f"| {name}, at {threshold} | {seconds:.1f} ({every}) | {cpu:.1f} | {len(rows) / seconds:,.0f} "
              f"| {first / seconds:.2f} | {cpu / spent:.2f} | {p:.4f} | {r:.4f} | {hard:.4f} | {best:.4f} ({least:.3f}) |")


if __name__ == "__main__":
    main()
