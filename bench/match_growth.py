#!/usr/bin/env python3
"""How the time and memory of tanmiao match grow with the lists.

    bench/match_growth.py --programs build/release/apps --out docs/measured [--sizes 50000,100000,...] [--repeat 3]

A list of n names against a list of n firms: real registry names, and beyond their number others made of them with another
region and one character changed. Each name has its firm in the list; of ten three are damaged by the model of match_truth.py.
The sizes take turns and the quickest run of each counts. Writes OUT/match_growth.csv and OUT/match_growth.svg, with the
exponent of time by least squares on the logarithms.
"""
import argparse
import csv
import math
import multiprocessing
import os
import pathlib
import random
import subprocess
import tempfile
import time

import match_truth as truth
import svg


def grown(data, count, seed=7):
    """`count` different names, those of the registries first."""
    pick = random.Random(seed)
    names = sorted({truth.norm(r["企业名称"]) for r in truth.registry(data) if len(truth.norm(r["企业名称"])) >= 6})
    pick.shuffle(names)
    seen, common = set(names), [c for n in names[:20_000] for c in n if "\u4e00" <= c <= "\u9fff"]
    real = len(names)
    while len(names) < count:
        name = names[pick.randrange(real)]
        region = next((r for r in truth.REGIONS if name.startswith(r)), "")
        at = len(region) or pick.randrange(4)
        made = (pick.choice(truth.REGIONS) if region else name[:at]) + pick.choice(common) + name[at + 1:]
        if made not in seen:
            seen.add(made)
            names.append(made)
    pick.shuffle(names)
    return names[:count]


def lists(folder, names, size, han):
    damage, order = truth.Damage(han, 9), random.Random(size)
    truth.write(folder / f"against{size}.csv", ["id", "name"], [[i, name] for i, name in enumerate(names[:size])])
    rows = list(range(size))
    order.shuffle(rows)
    asked = []
    for place, i in enumerate(rows):
        kind = truth.KINDS[place // 10 % len(truth.KINDS)]
        asked.append([i, (place % 10 < 3 and getattr(damage, kind)(names[i])) or names[i]])
    truth.write(folder / f"names{size}.csv", ["id", "name"], asked)


def make(folder, data, sizes, han):
    names = grown(data, max(sizes))
    for size in sizes:
        lists(folder, names, size, han)


def run(folder, size, options):
    """(seconds, CPU seconds, peak resident MB) of one run."""
    command = [options.programs / "tanmiao", "match", "--config", options.root / "config" / "tanmiao.toml", "--names",
               folder / f"names{size}.csv", "--against", folder / f"against{size}.csv", "--json"]
    began = time.monotonic()
    with open(os.devnull, "w") as nowhere:
        child = subprocess.Popen(command, stdout=nowhere, stderr=nowhere)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"tanmiao match ended with {child.returncode}")
    return time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def slope(points):
    logs = [(math.log(x), math.log(y)) for x, y in points]
    mx, my = (sum(column) / len(logs) for column in zip(*logs))
    return sum((x - mx) * (y - my) for x, y in logs) / sum((x - mx) ** 2 for x, _ in logs)


def draw(path, rows):
    sizes = [r["names"] for r in rows]
    ticks = [(s, f"{s // 1000:,}k") for s in sizes]
    x = (sizes[0] * 0.8, sizes[-1] * 1.25, ticks, "names, against as many firms")
    panels = []
    for n, (title, unit, keys) in enumerate((("time", "seconds", ("seconds", "cpu")), ("memory", "peak MB", ("mb",)))):
        values = [float(r[k]) for r in rows for k in keys]
        low, high = min(values) / 1.6, max(values) * 1.6
        grid = [v for e in range(-1, 5) for v in (10 ** e, 2 * 10 ** e, 5 * 10 ** e) if low <= v <= high]
        panel = svg.Panel((60 + 420 * n, 40, 340, 320), x, (low, high, grid, unit), True, title)
        entries = []
        for key, colour in zip(keys, svg.COLOURS):
            points = [(r["names"], float(r[key])) for r in rows]
            panel.line(points, colour)
            for point in points:
                panel.dot(*point, colour)
            said = {"seconds": "wall clock", "cpu": "CPU, both cores", "mb": "peak resident"}[key]
            entries.append((f"{said}, slope {slope(points):.2f}", colour))
        first = (sizes[0], float(rows[0][keys[0]]))
        panel.line([first, (sizes[-1], first[1] * min(sizes[-1] / sizes[0], high / first[1]))], "#999", 1, "4 4")
        panel.legend([*entries, ("slope 1", "#999")], 12, 22)
        panels.append(panel)
    svg.save(path, 860, 420, panels)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = pathlib.Path(__file__).resolve().parent.parent
    options.add_argument("--programs", type=pathlib.Path, default=root / "build" / "release" / "apps")
    options.add_argument("--data", type=pathlib.Path, default=root.parent / "shared" / "data")
    options.add_argument("--out", type=pathlib.Path, default=root / "docs" / "measured")
    options.add_argument("--sizes", default="50000,100000,200000,500000,1000000")
    options.add_argument("--repeat", type=int, default=3)
    chosen = options.parse_args()
    chosen.root = root
    sizes = [int(s) for s in chosen.sizes.split(",")]
    runs = {size: [] for size in sizes}
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        # In a process of its own: a child's peak memory counts what its parent held when it was forked.
        maker = multiprocessing.Process(target=make, args=(folder, chosen.data, sizes, root / "config/reference/han.csv"))
        maker.start()
        maker.join()
        for _ in range(chosen.repeat):
            for size in sizes:
                runs[size].append(run(folder, size, chosen))
                print(size, *(f"{v:.1f}" for v in runs[size][-1]), flush=True)
    rows = []
    for size in sizes:
        best = min(runs[size])
        rows.append({"names": size, "seconds": f"{best[0]:.2f}", "cpu": f"{min(r[1] for r in runs[size]):.2f}",
                     "mb": f"{max(r[2] for r in runs[size]):.0f}", "slowest": f"{max(runs[size])[0]:.2f}"})
    with open(chosen.out / "match_growth.csv", "w", newline="") as out:
        table = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    draw(chosen.out / "match_growth.svg", rows)


if __name__ == "__main__":
    main()
