#!/usr/bin/env python3
"""Ways in which office programs and people damage a sheet that comes back, and what is made of each.

A real candidate list of the demo city is exported, filled in, damaged and read. The table of results is part of
docs/measured/sheets.md and is checked against it; --write true writes it anew. Cases that need LibreOffice are left out
where there is none; their lines of the table are then not checked."""
import json
import os
import shutil
import subprocess
import sys

from harness import CLOCK, ROOT, Bench, Failed, arguments, check, main, skip

SYSTEM_PYTHON = "/usr/bin/python3"  # for which python3-openpyxl is installed
try:
    import openpyxl  # noqa: F401
except ImportError:
    if os.path.realpath(sys.executable) == os.path.realpath(SYSTEM_PYTHON) or not os.path.exists(SYSTEM_PYTHON):
        skip("no python3-openpyxl")
    os.execv(SYSTEM_PYTHON, [SYSTEM_PYTHON, *sys.argv])

import torture_cases
from torture_sheet import Base, Outcome

PAGE = ROOT / "docs/measured/sheets.md"
BEGIN, END = "<!-- torture: begin -->", "<!-- torture: end -->"


def exported(bench):
    """The candidate list of a small demo city as `tanmiao export` writes it."""
    bench.make_city(firms=60, patents=150)
    city = bench.serve_city()
    data = bench.folder / "data"
    try:
        bench.approve(data)
        bench.night(data)
    finally:
        bench.stop(city)
    path = bench.folder / "名单.xlsx"
    bench.run("export", "-o", path, *bench.of(data))
    return path


def office(bench, path, wanted):
    """LibreOffice's own conversion, the path of the result; None where there is no LibreOffice."""
    program = shutil.which("soffice")
    if program is None:
        return None
    out = bench.folder / "office"
    out.mkdir(exist_ok=True)
    done = subprocess.run([program, f"-env:UserInstallation=file://{bench.folder}/profile".replace(" ", "%20"),
                           "--headless", "--convert-to", wanted, "--outdir", str(out), str(path)],
                          capture_output=True, text=True, timeout=180)
    result = out / (path.stem + "." + wanted.split(":")[0])
    if not result.exists():
        raise Failed(f"soffice gave no {wanted}: {done.stdout} {done.stderr}")
    return result


def probed(options, paths):
    done = subprocess.run([options.probe, str(ROOT / "config"), CLOCK[:10], *map(str, paths)], capture_output=True,
                          text=True, cwd=ROOT)
    if done.returncode != 0:
        raise Failed(f"sheet_probe: exit {done.returncode}\n{done.stderr[-2000:]}")
    lines = done.stdout.splitlines()
    if len(lines) != len(paths):
        raise Failed(f"sheet_probe answered {len(lines)} of {len(paths)}: {done.stderr[-2000:]}")
    return [json.loads(line) for line in lines]


def made(bench, base, case, folder):
    """The damaged file, or None when LibreOffice is needed and not there."""
    number = f"{case.number:03}"
    path = folder / (number + (case.suffix or ".xlsx"))
    if case.office:
        source = folder / f"{number}.xlsx"
        base.fresh().save(source, case.damage)
        result = source
        for wanted in case.office:
            result = office(bench, result, wanted)
            if result is None:
                return None
        shutil.move(result, path)
        return path
    if case.bytes_of:
        path.write_bytes(case.bytes_of(base))
        return path
    base.fresh().save(path, case.damage)
    if case.surgery:
        torture_cases.operate(path, case.surgery)
    return path


def lines_of(results):
    out = ["| # | what was done to the sheet | result | what is said |", "|---|---|---|---|"]
    for number, (case, outcome) in enumerate(results, 1):
        said = outcome.said.replace("|", "\\|").replace("\n", " ")
        out.append(f"| {number} | {case.title} | {outcome.verdict} | {said} |")
    return out


def compare_page(lines, missing, write):
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    inside, after = rest.split(END)
    if write:
        PAGE.write_text(before + BEGIN + "\n" + "\n".join(lines) + "\n" + END + after, encoding="utf-8")
        return
    known = [line for line in inside.strip().splitlines() if line]
    check(len(known) == len(lines), f"docs/measured/sheets.md has a line for each of the {len(lines) - 2} cases")
    differ = [(a, b) for i, (a, b) in enumerate(zip(known, lines)) if a != b and i - 2 not in missing]
    for a, b in differ[:5]:
        print("page:", a, "\nhere:", b, file=sys.stderr)
    check(not differ, "the table of docs/measured/sheets.md is what was seen here")


def torture(options):
    if not options.probe:
        raise Failed("--probe: the program sheet_probe")
    with Bench(options, "torture") as bench:
        base = Base(exported(bench))
        folder = bench.folder / "damaged"
        folder.mkdir()
        cases = torture_cases.all_cases()
        paths = [made(bench, base, case, folder) for case in cases]
        there = [(c, p) for c, p in zip(cases, paths) if p is not None]
        answers = dict(zip((c.number for c, _ in there), probed(options, [p for _, p in there])))
        results, wrong, missing = [], [], set()
        for i, case in enumerate(cases):
            if case.number not in answers:
                missing.add(i)
                results.append((case, Outcome("-", "no LibreOffice here")))
                continue
            try:
                results.append((case, case.judge(base.truth, answers[case.number])))
            except Failed as failed:
                wrong.append(f"{case.title}: {failed}")
                results.append((case, Outcome("FAILED", str(failed))))
        for line in wrong:
            print("FAILED:", line, file=sys.stderr)
        check(not wrong, f"{len(cases) - len(missing)} damaged sheets are read, put right or refused as they should")
        if missing:
            print(f"left out for want of LibreOffice: {len(missing)}")
        compare_page(lines_of(results), missing, options.write == "true")


if __name__ == "__main__":
    main(torture, arguments(__doc__, probe="", write="false"))
