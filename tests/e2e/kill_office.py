#!/usr/bin/env python3
"""Imports, sign-offs and edits killed (-9) at random moments: what people typed is there whole or not at all, the same
command again completes it, and nothing is there twice. --times sets how many."""
import collections
import random
import shutil
import signal
import subprocess
import time

import sheets
from harness import ROOT, arguments, check, main
from three_days import Office3, days_ago

VISITS = 40


def counts(o):
    """What the people file holds, by action; the audit's chain is checked on the way."""
    check_ = o.json("check", *o.at())
    if not check_["sound"]:
        check(False, f"the data folder is sound: {check_}")
    return collections.Counter(entry["action"] for entry in o.pool("audit", "--limit", "100000"))


def prepare(o):
    o.registry()
    o.patents()
    o.json("run", *o.at())
    listed = list(o.listed())
    export = o.folder / "名单.xlsx"
    o.run("export", *o.at(), "-o", export)
    rows = {row["统一社会信用代码"]: row["row"] for row in sheets.table_of(export, "名单")}
    o.visits = o.folder / "走访.xlsx"
    sheets.fill(export, o.visits, "名单", {rows[code]: {"走访日期": days_ago(2), "职工总数": 10 + n, "核实结论": "有意申报"}
                                          for n, code in enumerate(listed[:VISITS])})
    # The state after the visits: a batch ready to be signed, and a pool sheet with edits.
    o.first = o.folder / "first"
    shutil.copytree(o.data, o.first)
    o.pool("import", o.visits)
    o.batch = o.pool("batch", "open")[0]["batch"]
    o.pool("admit", *listed[:VISITS], "--batch", o.batch)
    o.pool("batch", "freeze", o.batch)
    o.frozen = o.folder / "frozen"
    shutil.copytree(o.data, o.frozen)
    o.pool("batch", "sign", o.batch)
    export = o.folder / "库.xlsx"
    o.pool("export", "-o", export)
    o.edits = o.folder / "库_改.xlsx"
    sheets.fill(export, o.edits, "培育库", {row["row"]: {"责任人": "企业科"} for row in sheets.table_of(export, "培育库")})
    o.signed = o.folder / "signed"
    shutil.copytree(o.data, o.signed)


def killed(o, start, words, share):
    """Runs the command on a copy of `start` and kills it after `share` of the time it takes. True: it had not ended."""
    shutil.rmtree(o.data)
    shutil.copytree(start, o.data)
    began = time.monotonic()
    process = subprocess.Popen(o.command(*words), cwd=ROOT, env=o.environment, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        process.wait(share)
        ended = True
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        ended = False
    return not ended, time.monotonic() - began


def body(options):
    chance = random.Random(options.seed)
    with Office3(options, "kill_office") as o:
        o.prepare()
        prepare(o)
        acts = [("visits", o.first, ["pool", "import", o.visits, *o.at()], "report.put", VISITS),
                ("sign", o.frozen, ["pool", "batch", "sign", o.batch, *o.at()], "pool.put", VISITS),
                ("edits", o.signed, ["pool", "import", o.edits, *o.at()], "pool.put", VISITS)]
        whole = {}
        for name, start, words, _, _ in acts:
            whole[name] = killed(o, start, words, 60)[1]
        seen = collections.Counter()
        for n in range(options.times):
            name, start, words, action, expected = acts[n % len(acts)]
            shutil.rmtree(o.data)
            shutil.copytree(start, o.data)
            before = counts(o)[action]
            alive, _ = killed(o, start, words, chance.uniform(0, whole[name] * 1.1))
            done = counts(o)[action] - before
            if done not in (0, expected):
                check(False, f"{name}: {done} of {expected} are there after a kill")
            seen[(name, "killed" if alive else "ended", "all" if done else "none")] += 1
            o.run(*words, expect=(0, 1))  # again: completes what was cut off, or says that it is done
            after = counts(o)[action] - before
            if after != expected:
                check(False, f"{name}: {after} of {expected} are there after doing it again")
        for key, number in sorted(seen.items()):
            print(" ", *key, number)
        check(sum(seen.values()) == options.times, f"{options.times} kills: nothing lost, nothing halved, nothing twice")
        check(any(key[1] == "killed" for key in seen), "and some of them hit")


if __name__ == "__main__":
    main(body, arguments(__doc__, times=12, seed=1))
