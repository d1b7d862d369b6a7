#!/usr/bin/env python3
"""The likelihoods of explanations against the hidden truth of a demo city, drawn.

Usage: bench/belief.py --programs BUILD/apps --bench BUILD/bench [--firms 12000] [--seed 5] [--visited 60] [--out docs/measured]

Makes a demo city (`tanmiao demo`), then asks belief_bench: of VISITED firms in a thousand the answers are known, all figures
are of the others. Writes belief.svg (calibration; firms settled by questions asked) and prints the figures as JSON.
"""
import argparse
import json
import pathlib
import subprocess
import tempfile

import svg

ROOT = pathlib.Path(__file__).resolve().parent.parent
CURVES = (("best_question_of_best_firm", "best question, best firm first"), ("random_question_of_best_firm", "random question, best firm first"),
          ("best_question_firm_by_firm", "best question, firms in random order"), ("random_question_firm_by_firm", "random question, firms in random order"))


def draw(figures, path):
    ticks = [0, .2, .4, .6, .8, 1]
    panel = svg.Panel((60, 40, 360, 360), (0, 1, ticks, "chance said (mean of the bin)"), (0, 1, ticks, "share that reaches the mark"))
    panel.line([(0, 0), (1, 1)], "#999999", 1, "4 4")
    for name, colour in (("shipped", svg.COLOURS[1]), ("learned", svg.COLOURS[0])):
        for one in figures[name]["bins"]:
            panel.dot(one["said"], one["came"], colour, 2 + one["firms"] ** .25 / 2)
    panel.legend([("shipped priors", svg.COLOURS[1]), (f"learned from {figures['visited']} visits", svg.COLOURS[0])], 12, 20)
    most = max(point[0] for name, _ in CURVES for point in figures[name])
    across = [round(most * i / 4, 2) for i in range(5)]
    asked = svg.Panel((490, 40, 360, 360), (0, most, across, "questions asked, per firm"), (0, 1, ticks, "share of firms that are settled"))
    left = svg.Panel((920, 40, 360, 360), (0, most, across, "questions asked, per firm"), (0, 1, ticks, "variance of passing that is left"))
    for (name, _), colour in zip(CURVES, svg.COLOURS):
        asked.line([(x, y) for x, y, _ in figures[name]], colour)
        left.line([(x, y) for x, _, y in figures[name]], colour)
    left.legend([(said, colour) for (_, said), colour in zip(CURVES, svg.COLOURS)], 80, 30)
    svg.save(path, 1310, 460, [panel, asked, left])


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--programs", type=pathlib.Path, required=True)
    args.add_argument("--bench", type=pathlib.Path, required=True)
    args.add_argument("--firms", type=int, default=12000)
    args.add_argument("--seed", type=int, default=5)
    args.add_argument("--visited", type=int, default=60)
    args.add_argument("--out", type=pathlib.Path, default=ROOT / "docs/measured")
    args.add_argument("--data", type=pathlib.Path, help="a folder that stays; with a city in it already, that is taken")
    chosen = args.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        data = chosen.data or pathlib.Path(scratch) / "data"
        if not (data / "columns").is_dir():
            made = subprocess.run([chosen.programs / "tanmiao", "demo", "--data", data, "--config", ROOT / "config/tanmiao.toml", "--firms",
                            str(chosen.firms), "--patents", str(2 * chosen.firms), "--seed", str(chosen.seed), "--json"],
                                  stdout=subprocess.DEVNULL)
            if made.returncode not in (0, 3):  # 3: the demo has sources that are held
                raise SystemExit(f"the demo city could not be made: {made.returncode}")
        columns = max((data / "columns").glob("snapshot-*"), key=lambda folder: folder.stat().st_mtime)
        world = json.loads((data / "city/world.json").read_text(encoding="utf-8"))
        told = subprocess.run([chosen.bench / "belief_bench", columns, ROOT / "config", data / "city/truth.csv", world["today"],
                               str(chosen.visited)], check=True, capture_output=True, text=True).stdout
    figures = json.loads(told)
    draw(figures, chosen.out / "belief.svg")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
