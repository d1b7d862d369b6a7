#!/usr/bin/env python3
"""The same night on 1, 2 and 8 threads: the same digests, the same bytes of run and snapshot."""
import hashlib

from harness import Bench, arguments, check, main


def bytes_below(folder):
    sums = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            sums[str(path.relative_to(folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return sums


def body(options):
    with Bench(options, "threads") as bench:
        bench.make_city()
        bench.serve_city()
        seen = {}
        for threads in (1, 2, 8):
            data = bench.folder / f"data-{threads}"
            bench.approve(data)
            bench.night(data, "--threads", threads)
            seen[threads] = (bench.digest(data), bytes_below(data / "runs"), bytes_below(data / "columns"))
        check(len(seen[1][1]) > 5, "there is a run to compare")
        for threads in (2, 8):
            for i, what in enumerate(("digests", "bytes of the runs", "bytes of the columns")):
                check(seen[threads][i] == seen[1][i], f"{what} on {threads} threads equal those on one")


if __name__ == "__main__":
    main(body, arguments(__doc__))
