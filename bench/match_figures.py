#!/usr/bin/env python3
"""Draws what match_truth.py scores: precision over recall of every list, and probability beside frequency.

    bench/match_truth.py make LISTS
    for each NAME: tanmiao match --names LISTS/NAME_report.csv --against LISTS/NAME_against.csv --json > ANSWERS/NAME.jsonl
    bench/match_figures.py LISTS ANSWERS [--out docs/measured]      # match_curves.svg, match_calibration.svg
"""
import argparse
import pathlib

import match_truth as truth
import svg

SETS = ("qingdao", "ashare", "corrupt", "lagou", "patstat", "former")
CALIBRATED = ("corrupt", "ashare", "former")
EDGES = (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99, 1.01)


def answers(chosen, name):
    class Of:
        answers, names = chosen.answers / f"{name}.jsonl", chosen.lists / f"{name}_report.csv"
    # No candidate at all is below every probability.
    return [(a["probability"] if a["best"] else -1.0, right, bool(wanted)) for a, wanted, right in truth.answers_of(Of)]


def curve(rows):
    """(recall, precision) at each threshold; names of one probability come together."""
    total, hits, points = sum(has for *_, has in rows), 0, []
    rows = sorted(rows, reverse=True)
    for place, (probability, right, _) in enumerate(rows):
        hits += right
        if place + 1 == len(rows) or rows[place + 1][0] != probability:
            points.append((hits / total, hits / (place + 1), probability))
    return points


def thinned(points, step=0.002):
    kept = points[:1]
    for point in points[1:]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= step:
            kept.append(point)
    return kept


def curves(chosen):
    recall = (0, 1, [i / 10 for i in range(11)], "recall")
    wide = svg.Panel((60, 40, 400, 340), recall, (0.8, 1.0, [0.8, 0.85, 0.9, 0.95, 1.0], "precision"), title="all")
    close = svg.Panel((530, 40, 400, 340), recall, (0.98, 1.0, [0.98, 0.985, 0.99, 0.995, 1.0], "precision"), title="near 1")
    entries = []
    for name, colour in zip(SETS, svg.COLOURS):
        points = [p for p in curve(answers(chosen, name)) if p[2] > 0]
        at = min((p for p in points if p[2] >= chosen.threshold), key=lambda p: p[2])
        for panel, least in ((wide, 0.8), (close, 0.98)):
            # The first few answers make the curve jump: it is drawn from recall .05 on.
            panel.line([(r, p) for r, p, _ in thinned([p for p in points if p[1] >= least and p[0] >= 0.05])], colour)
            if at[1] >= least:
                panel.dot(at[0], at[1], colour, 4)
        entries.append((name, colour))
    close.line([(0, 0.99), (1, 0.99)], "#999", 1, "4 4")
    wide.legend([*entries, (f"dot: threshold {chosen.threshold}", "white")], 14, 200)
    svg.save(chosen.out / "match_curves.svg", 960, 440, [wide, close])


def wilson(right, count, z=1.96):
    share, norm = right / count, 1 + z * z / count
    middle = (share + z * z / (2 * count)) / norm
    half = z * ((share * (1 - share) + z * z / (4 * count)) / count) ** 0.5 / norm
    return middle - half, middle + half


def calibration(chosen):
    panels = []
    ticks = [i / 10 for i in range(11)]
    for n, name in enumerate(CALIBRATED):
        panel = svg.Panel((60 + 450 * n, 40, 360, 360), (-0.05, 1.06, ticks, "probability said (mean of the bin)"),
                          (-0.06, 1.1, ticks, "share that is right"), title=name)
        panel.line([(0, 0), (1, 1)], "#999", 1, "4 4")
        rows = [r for r in answers(chosen, name) if r[0] >= 0]
        for low, high in zip(EDGES, EDGES[1:]):
            of = [r for r in rows if low <= r[0] < high]
            if not of:
                continue
            said, right = sum(p for p, *_ in of) / len(of), sum(r for _, r, _ in of)
            least, most = wilson(right, len(of))
            panel.line([(said, least), (said, most)], svg.COLOURS[0], 1.5)
            panel.dot(said, right / len(of), svg.COLOURS[0])
            above = low >= 0.99 or (right / len(of) > said and low < 0.9)
            panel.text(said, most if above else least, f"{len(of):,}", "middle", dy=-6 if above else 14)
        panels.append(panel)
    svg.save(chosen.out / "match_calibration.svg", 450 * len(CALIBRATED), 460, panels)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = pathlib.Path(__file__).resolve().parent.parent
    options.add_argument("lists", type=pathlib.Path)
    options.add_argument("answers", type=pathlib.Path)
    options.add_argument("--out", type=pathlib.Path, default=root / "docs" / "measured")
    options.add_argument("--threshold", type=float, default=0.95)
    chosen = options.parse_args()
    curves(chosen)
    calibration(chosen)


if __name__ == "__main__":
    main()
