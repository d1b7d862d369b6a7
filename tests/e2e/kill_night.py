#!/usr/bin/env python3
"""A night killed (SIGKILL) at random moments and started again ends like one that nobody disturbed: the same digest of
store, index answers, columns and runs. --times N kills so many nights, each at another moment, each once or twice."""
import random
import sqlite3
import subprocess
import time

from harness import Bench, arguments, check, main


FIRST_CLOCK = "2026-11-20T02:00:00Z"


def night_begun(data):
    if not (data / "facts.db").exists():
        return False
    facts = sqlite3.connect(f"{(data / 'facts.db').as_uri()}?mode=ro", uri=True)
    try:
        return facts.execute("SELECT count(*) FROM night").fetchone()[0] > 0
    except sqlite3.OperationalError:  # not even a schema yet
        return False
    finally:
        facts.close()


def killed_night(bench, data, moments):
    """Runs the night, killing it after each of the moments; then to its end. Returns how many kills met a living one."""
    met = 0
    for moment in moments:
        process = subprocess.Popen(bench.command("run", *bench.of(data), "--clock", FIRST_CLOCK, "--json"),
                                   env=bench.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moment)
        met += process.poll() is None
        process.kill()
        process.wait()
    # The clock of a resumed night is that of its start: another one must not matter. A kill before the night was written
    # down leaves nothing to resume.
    bench.night(data, clock="2026-11-20T05:00:00Z" if night_begun(data) else FIRST_CLOCK)
    return met


def body(options):
    with Bench(options, "kill") as bench:
        bench.make_city(firms=200, patents=400)
        bench.serve_city()
        calm = bench.folder / "calm"
        bench.approve(calm)
        began = time.monotonic()
        bench.night(calm)
        whole = time.monotonic() - began
        wanted = bench.digest(calm)
        chance = random.Random(options.seed)
        met = 0
        for number in range(options.times):
            data = bench.folder / f"killed-{number}"
            bench.approve(data)
            # One moment in each equal part of the night, so that few kills still meet every stage.
            part = whole / options.times
            moments = [part * number + chance.uniform(0, part)]
            if number % 3 == 2:
                moments.append(chance.uniform(0, whole))
            met += killed_night(bench, data, moments)
            got = bench.digest(data)
            told = ", ".join(f"{m:.2f}" for m in moments)
            check(got == wanted, f"killed after {told} s of {whole:.2f} s: same digest" +
                  ("" if got == wanted else f" {got} != {wanted} in {data}"))
        check(met > 0, f"{met} kills met a running night")


if __name__ == "__main__":
    main(body, arguments(__doc__, times=4, seed=7))
