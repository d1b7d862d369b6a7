#!/usr/bin/env python3
"""Workbooks of 100,000 rows and 30 columns out and in again, ours beside others on the same rows: seconds and peak memory.

Usage: bench/sheets.py --programs BUILD/bench [--rows 100000]. Others are taken as they are at hand: libxlsxwriter by
itself (within sheets_bench), xlsxwriter and openpyxl of Python, LibreOffice."""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

PYTHON = "/usr/bin/python3"
OPENPYXL_READ = """
import openpyxl, sys
book = openpyxl.load_workbook(sys.argv[1], read_only=True)
print(sum(1 for row in book.worksheets[0].iter_rows(values_only=True) for cell in row if cell is not None))
"""
OPENPYXL_WRITE = """
import openpyxl, sys
source = openpyxl.load_workbook(sys.argv[1], read_only=True)
import time
rows = [list(r) for r in source.worksheets[0].iter_rows(values_only=True)]
start, processor = time.monotonic(), time.process_time()
book = openpyxl.Workbook(write_only=True)
sheet = book.create_sheet("s")
for row in rows:
    sheet.append(row)
book.save(sys.argv[2])
print("seconds", time.monotonic() - start, time.process_time() - processor)
"""
XLSXWRITER_WRITE = OPENPYXL_WRITE.replace('book = openpyxl.Workbook(write_only=True)\nsheet = book.create_sheet("s")', """
import xlsxwriter
book = xlsxwriter.Workbook(sys.argv[2], {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
sheet = book.add_worksheet("s")""").replace("for row in rows:\n    sheet.append(row)\nbook.save(sys.argv[2])", """
for r, row in enumerate(rows):
    sheet.write_row(r, 0, row)
book.close()""")


def measured(words):
    """Wall seconds, processor seconds, peak MB, output."""
    start = time.monotonic()
    process = subprocess.Popen(list(map(str, words)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{words}: exit {process.returncode}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out.strip()


def there(module):
    return subprocess.run([PYTHON, "-c", f"import {module}"], stderr=subprocess.DEVNULL).returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, type=pathlib.Path)
    parser.add_argument("--rows", default=100_000, type=int)
    options = parser.parse_args()
    program = options.programs / "sheets_bench"
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = f"{folder}/ours.xlsx", f"{folder}/library.xlsx"
        lines = [("write: tabular/xlsx_writer, read back included", measured([program, "write", options.rows, ours])),
                 ("  of which the reading back", measured([program, "check", options.rows, ours])),
                 ("write: libxlsxwriter by itself", measured([program, "library", options.rows, theirs])),
                 ("read: tabular/reader, rows not kept", measured([program, "read", ours])),
                 ("read: pool/read_returned, checked and kept", measured([program, "returned", ours]))]
        if there("openpyxl"):
            lines.append(("read: openpyxl, read_only", measured([PYTHON, "-c", OPENPYXL_READ, ours])))
            lines.append(("write: openpyxl, write_only (without reading the rows)", measured([PYTHON, "-c", OPENPYXL_WRITE, ours, f"{folder}/o.xlsx"])))
        if there("xlsxwriter"):
            lines.append(("write: xlsxwriter, constant_memory (without reading the rows)", measured([PYTHON, "-c", XLSXWRITER_WRITE, ours, f"{folder}/x.xlsx"])))
        if shutil.which("soffice"):
            lines.append(("read and write as csv: LibreOffice", measured(
                ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "csv", "--outdir", folder, ours])))
        print(f"| {options.rows} rows, {pathlib.Path(ours).stat().st_size / 1e6:.1f} MB | s | processor s | peak MB |\n|---|---|---|---|")
        for what, (seconds, processor, memory, out) in lines:
            if out.startswith("seconds"):
                seconds, processor = map(float, out.split()[1:])
            print(f"| {what} | {seconds:.2f} | {processor:.2f} | {memory:.0f} |")


if __name__ == "__main__":
    main()
