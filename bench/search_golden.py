#!/usr/bin/env python3
"""300 queries of ten kinds on the real Shandong register with patents and recognitions, each with the firms that a linear scan over the raw
rows finds (bench/search_scan.py), which knows nothing of the index. Drawn by rule from the rows when it runs (bench/search_cases.py: a seed,
no row is kept in the repository). Asked of `tanmiao search`, of SQLite FTS5 (trigrams), of PostgreSQL with pg_trgm and of groonga, whichever
of them are installed. Prints a table: success@1, success@10 and exact sets.

Left out of the comparison: codes with several rows, and firms that were linked to what bears another name than theirs."""
import argparse
import collections
import csv
import gzip
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import search_peers as peers  # noqa: E402
from search_cases import KINDS, Drawer  # noqa: E402
from search_scan import ROOT, Firm, code_of, published, table  # noqa: E402


class Tanmiao:
    name = "tanmiao"

    def __init__(self, program, data):
        self.command = [program, "search", "--config", ROOT / "tests/real/shandong.toml", "--data", data, "--json", "--limit", "10000"]

    def ask(self, case):
        return self.asked(case.query)

    def asked(self, query, *more):
        out = subprocess.run([*self.command, *more, "--", query], cwd=ROOT, capture_output=True, text=True)
        if out.returncode:
            sys.exit(f"{query}: {out.stderr}")
        return [json.loads(line)["code"] for line in out.stdout.splitlines()[1:]]

    def all(self):
        codes = []
        while True:
            part = self.asked("", "--order", "name", "--offset", str(len(codes)))
            if not part:
                return codes
            codes += part

    def end(self):
        pass

    def published_about(self):
        """Codes of the firms that have patents or recognitions, by its own count."""
        programs = [word for row in table("programs.csv") for word in ("--filter", f"recognition={row[0]}")]
        return {*self.asked("patents:1.."), *self.asked("", *programs)}


def firms_of(shared, ours):
    """Rows whose firm is in the index; and how many of these were linked to what bears another name."""
    with gzip.open(shared / "registry/shandong.csv.gz", "rt", encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    of_name, indexed = published(shared), set(ours.all())
    times = collections.Counter(map(code_of, rows))
    firms = [Firm(r, of_name) for r in rows if code_of(r) in indexed and times[code_of(r)] == 1]
    known = ours.published_about()
    kept = [f for f in firms if f.code not in known or f.of.titles or f.of.awards]
    print(f"{len(kept):,} firms of {len(indexed):,} are compared, {sum(bool(f.of.titles) for f in kept)} with patents, "
          f"{sum(bool(f.of.awards) for f in kept)} with recognitions; {len(firms) - len(kept)} are left out that were linked by another name\n")
    return kept


def engines_of(args, ours, firms, folder):
    if args.only_ours:
        return [ours]
    rows, engines = peers.rows_of(firms), [ours]
    engines.append(peers.Fts5(rows))
    if (args.postgres / "postgres").exists():
        engines.append(peers.PgTrgm(rows, folder / "pg", args.postgres))
    if shutil.which("groonga"):
        engines.append(peers.Groonga(rows, folder / "groonga"))
    return engines


def judge(engine, case, compared, score, show):
    found = engine.ask(case)
    counted = found if case.count_query == case.query or not isinstance(engine, Tanmiao) else engine.asked(case.count_query)
    shown = [c for c in found if c in compared][:10]
    if case.kind == "negative":
        first = ten = not found
    else:
        first, ten = bool(shown) and bool(case.top(compared[shown[0]])), any(case.top(compared[c]) for c in shown)
    exact = {c for c in counted if c in compared} == case.right
    for what, right in (("1", first), ("10", ten), ("n", exact)):
        score[engine.name, case.kind, what] += right
    if show and isinstance(engine, Tanmiao) and not (first and exact):
        print(case.kind, case.query, f"first {first} ten {ten} found {len(counted)} right {len(case.right)}", file=sys.stderr)


def tell(engines, score, took):
    print("| kind | " + " | ".join(f"{e.name}: @1 | @10 | exact" for e in engines) + " |")
    print("|---" * (1 + 3 * len(engines)) + "|")
    for kind in (*KINDS, "all"):
        cells = [sum(score[e.name, k, what] for k in (KINDS if kind == "all" else (kind,))) for e in engines for what in ("1", "10", "n")]
        print(f"| {kind} | " + " | ".join(map(str, cells)) + " |")
    print()
    for engine in engines:
        print(f"{engine.name}: {took[engine.name]:.0f} s for the queries (a process each for tanmiao and psql)")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tanmiao", type=pathlib.Path, default=ROOT / "build/release/apps/tanmiao")
    parser.add_argument("--shared", type=pathlib.Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--data", type=pathlib.Path, help="a data folder that has the index of tests/real/shandong.toml already")
    parser.add_argument("--seed", type=int, default=300)
    parser.add_argument("--postgres", type=pathlib.Path, default=pathlib.Path("/usr/lib/postgresql/15/bin"))
    parser.add_argument("--only-ours", action="store_true")
    parser.add_argument("--show", action="store_true", help="queries that failed, on standard error")
    args = parser.parse_args()
    if not (args.shared / "registry").is_dir():
        sys.exit(f"{args.shared} is not there")
    with tempfile.TemporaryDirectory(prefix="tanmiao-golden-") as folder:
        folder = pathlib.Path(folder)
        folder.chmod(0o755)
        data = args.data or folder / "data"
        for stage in () if args.data else ("crawl", "link", "index"):
            subprocess.run([args.tanmiao, stage, "--config", "tests/real/shandong.toml", "--data", data], cwd=ROOT, check=True,
                           stdout=subprocess.DEVNULL)
        ours = Tanmiao(args.tanmiao, data)
        firms = firms_of(args.shared, ours)
        print(f"seed {args.seed}", flush=True)
        compared, engines = {f.code: f for f in firms}, engines_of(args, ours, firms, folder)
        score, took = collections.Counter(), collections.Counter()
        for case in Drawer(firms, args.seed).cases():
            for engine in engines:
                begun = time.monotonic()
                judge(engine, case, compared, score, args.show)
                took[engine.name] += time.monotonic() - begun
        tell(engines, score, took)
        for engine in engines:
            engine.end()


if __name__ == "__main__":
    main()
