#!/usr/bin/env python3
"""Our readers on the real data beside the project (../shared/data), and their speed beside those of others.

Usage: bench/readers.py --bench BUILD/bench [--only table|speed|documents] [--times 3]
table: of each file rows in, records out, rejects by reason (no row of the data is printed).
speed: MB of unpacked input a processor second, the fastest of several runs, each reader in a process of its own; others
as they are at hand: csv and json of Python, pandas, lxml, parsel, openpyxl. documents: the same of xls, ods, docx, XML and PDF (bench/reader_inputs.py)
beside xlrd, odfpy, docx2txt, lxml, expat, xmllint, pdftotext. A figure of ours ends at records (typed,
normalised, with their origin), one of others where the peer ends, which is said beside it."""
import argparse
import csv
import gzip
import html
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import zipfile

import reader_inputs

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
REAL = ROOT / "tests/real/sources"
PYTHON = "/usr/bin/python3"
HEAD = 'id = "bench"\ntitle = "bench"\n'
REGISTER = """kind = "folder"
inbox = "x"
[[page]]
files = ["*"]
reader = "{reader}"
kind = "firm"
key = ["credit_code"]
required = ["firm_name", "credit_code"]
[page.columns]
firm_name = "企业名称"
credit_code = "统一社会信用代码"
established = "注册日期"
org_type = "企业类型"
capital = "注册资金"
scope = "经营范围"
province = "所在省份"
city = "地区"
address = "注册地址"
[page.public]
field = "established"
"""
# The same of XML: f0 to f8 in the order of the columns of the register.
REGISTER_XML = """kind = "folder"
inbox = "x"
[[page]]
files = ["*"]
reader = "xml"
rows = "/list/firm"
kind = "firm"
key = ["credit_code"]
required = ["firm_name", "credit_code"]
[page.columns]
"""
PAGE = """kind = "http"
hosts = ["h.test"]
[fetch]
start = ["http://h.test/"]
start_role = "list"
[[page]]
role = "list"
reader = "html"
kind = "firm"
rows = "//tr[td]"
key = ["credit_code"]
required = ["firm_name", "credit_code"]
[page.columns]
firm_name = "td[1]"
credit_code = "td[2]"
established = "td[3]"
capital = "td[4]"
address = "td[5]/a"
[[page.link]]
xpath = "//td/a/@href"
role = "list"
"""


class Bench:
    def __init__(self, options, folder):
        self.program = options.bench / "readers_bench"
        self.times = options.times
        self.folder = folder
        self.environment = dict(os.environ, TANMIAO_PDF=str(options.bench.parent / "apps/tanmiao-pdf"))

    def source(self, name, text):
        path = self.folder / f"{name}.toml"
        path.write_text(HEAD + text, encoding="utf-8")
        return path

    def ours(self, *words):
        done = subprocess.run([self.program, *map(str, words)], cwd=ROOT, capture_output=True, text=True, env=self.environment)
        return json.loads(done.stdout) if done.returncode == 0 else {"fault": done.stderr.strip()}

    def records(self, source, file, times=1, city=370000):
        return self.ours("records", source, file, times, "config/reference", city)


# --- what comes of each file
def described(told):
    """Reasons without what differs from row to row."""
    reasons = {}
    for reason, count in told.get("reasons", {}).items():
        reason = re.sub(r"此行有 \d+ 列", "此行有 n 列", reason)
        reason = re.sub(r"为 .*?，应为 .*?）", "为 x，应为 y）", reason)
        reason = re.sub(r"(byte |byte 0x|字节 )[0-9a-fx]+", r"\1n", reason)
        reason = re.sub(r"中的组织机构代码 \S+ 校验", "中的组织机构代码 x 校验", reason)
        reason = re.sub(r"实有 \d+ 位", "实有 n 位", reason).replace("|", "\\|")
        reasons[reason] = reasons.get(reason, 0) + count
    text = "; ".join(f"{count} × {reason}" for reason, count in sorted(reasons.items(), key=lambda r: (-r[1], r[0])))
    return text + (f" **{told['fault']}**" if told.get("fault") else "")


def line(name, told, known=""):
    print(f"| {name} | {known} | {told.get('rows', 0)} | {told.get('records', 0)} | {told.get('rejects', 0)} | {described(told)} |",
          flush=True)


def csv_rows(path):
    """Rows below the header as Python's csv counts them."""
    opened = gzip.open(path, "rt", encoding="utf-8-sig", newline="") if path.suffix == ".gz" else open(
        path, encoding="utf-8-sig", errors="replace", newline="")
    with opened as lines:
        return sum(1 for row in csv.reader(lines) if any(row)) - 1


def table(bench):
    csv.field_size_limit(1 << 24)
    print("| file | rows by Python | rows in | records | rejects | reasons |\n|---|---|---|---|---|---|")
    register = bench.source("register", REGISTER.format(reader="csv"))
    for path in sorted((DATA / "registry").iterdir()):
        line(f"registry/{path.name}", bench.records(register, path), csv_rows(path))
    total = {"rows": 0, "records": 0, "rejects": 0, "reasons": {}}
    known = 0
    for path in sorted((DATA / "daily").iterdir()):
        told = bench.records(REAL / "daily-registry.toml", path, city=440000)
        with gzip.open(path) as lines:
            known += sum(1 for _ in lines)
        for name in ("rows", "records", "rejects"):
            total[name] += told[name]
        for reason, count in told["reasons"].items():
            total["reasons"][reason] = total["reasons"].get(reason, 0) + count
    line("daily/ (24 files)", total, known)
    for name in ("taian-patents", "wipo-cn", "cnipr-export", "pss-export", "patsnap-export"):
        source = REAL / f"{name}.toml"
        file = re.search(r'files = \["([^"]+)"', source.read_text(encoding="utf-8"))[1]
        line(f"patents/{file}", bench.records(source, DATA / "patents" / file), csv_rows(DATA / "patents" / file))
    for path in sorted((DATA / "formats/patent-xml").rglob("*.[xX][mM][lL]")):
        reader = "patent-files"
        line(f"patent-xml/{path.name}", bench.records(ROOT / f"config/sources/{reader}.toml", path), 1)
    suite(bench)
    print("\n| sheet | rows by others | rows | bad rows | cells |\n|---|---|---|---|---|")
    for path in sorted((DATA / "reference").iterdir()):
        told = bench.ours("rows", path, 1)
        known = sheet_rows(path) if path.suffix == ".xlsx" else csv_rows(path) + 1
        print(f"| reference/{path.name} ({told.get('kind', told.get('fault'))}) | {known} | {told.get('rows')} | {told.get('bad')} | {told.get('cells')} |")


def sheet_rows(path):
    done = subprocess.run([PYTHON, "-c", "import openpyxl, sys\nprint(sum(any(c is not None for c in r) for s in openpyxl.load_workbook("
                           "sys.argv[1], read_only=True).worksheets for r in s.iter_rows(values_only=True)))", str(path)],
                          capture_output=True, text=True)
    return done.stdout.strip() or "openpyxl is not at hand"


def suite(bench):
    """The CSV cases: how many have the rows that are expected of them (cell by cell: tests/tabular/csv_suite_test.cc)."""
    right, wrong, bad = 0, [], []
    for expected in sorted((DATA / "formats/csv-suite").rglob("json/*.json")):
        path = expected.parent.parent / ("csvs" if (expected.parent.parent / "csvs").exists() else "csv") / f"{expected.stem}.csv"
        told = bench.ours("rows", path, 1)
        rows = json.loads(expected.read_text(encoding="utf-8"))
        header = 1 if rows and isinstance(rows[0], dict) or expected.stem == "header-no-rows" else 0
        if told.get("rows", 0) - told.get("bad", 0) in (len(rows) + header, len(rows)) and not told.get("bad"):
            right += 1
        else:
            wrong.append(f"{expected.stem}: {told}")
    for path in sorted((DATA / "formats/csv-suite/csv-test-data/csv").glob("bad-*.csv")):
        told = bench.ours("rows", path, 1)
        bad.append(f"{path.stem} {told.get('rows')} rows, {told.get('bad')} bad")
    print(f"| csv-suite, cases with expected rows | | {right} as expected | | {len(wrong)} | {'; '.join(wrong)} |")
    print(f"| csv-suite, bad cases | | {len(bad)} | | | {'; '.join(bad)} |")


# --- speed
PEERS = {
    "csv": "import csv\ndef work(path):\n    with open(path, encoding='utf-8-sig', newline='') as lines:\n        return sum(1 for _ in csv.reader(lines))",
    "csv DictReader, a firm a row": "import csv\ndef work(path):\n    with open(path, encoding='utf-8-sig', newline='') as lines:\n"
                                    "        return len([{'name': r['企业名称'].strip(), 'code': r['统一社会信用代码'].strip()} for r in csv.DictReader(lines)])",
    "pandas read_csv, text": "import pandas\ndef work(path):\n    return len(pandas.read_csv(path, dtype=str))",
    "json.loads, a line": "import json\ndef work(path):\n    with open(path, 'rb') as lines:\n        return sum(1 for line in lines if json.loads(line))",
    "pandas read_json, lines": "import pandas\ndef work(path):\n    return len(pandas.read_json(path, lines=True, dtype=False))",
    "lxml, the same XPath compiled once": "import lxml.html, lxml.etree\nLINKS = lxml.etree.XPath('//td/a/@href')\nROWS = lxml.etree.XPath('//tr[td]')\n"
                                          "CELLS = [lxml.etree.XPath(p) for p in ('string(td[1])', 'string(td[2])', 'string(td[3])', 'string(td[4])', 'string(td[5]/a)')]\n"
                                          "def work(path):\n    tree = lxml.html.document_fromstring(open(path, encoding='utf-8').read())\n    links = LINKS(tree)\n"
                                          "    return len([[cell(row) for cell in CELLS] for row in ROWS(tree)])",
    "lxml, the same XPath": "import lxml.html\ndef work(path):\n    tree = lxml.html.document_fromstring(open(path, encoding='utf-8').read())\n"
                            "    links = tree.xpath('//td/a/@href')\n"
                            "    return len([[row.xpath(p) for p in ('string(td[1])', 'string(td[2])', 'string(td[3])', 'string(td[4])', 'string(td[5]/a)')] for row in tree.xpath('//tr[td]')])",
    "parsel, the same XPath": "import parsel\ndef work(path):\n    page = parsel.Selector(open(path, encoding='utf-8').read())\n"
                              "    links = page.xpath('//td/a/@href').getall()\n"
                              "    return len([[row.xpath(p).get() for p in ('td[1]//text()', 'td[2]//text()', 'td[3]//text()', 'td[4]//text()', 'td[5]/a//text()')] for row in page.xpath('//tr[td]')])",
    "openpyxl, read_only": "import openpyxl\ndef work(path):\n    return sum(1 for _ in openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True))",
    "pandas read_excel": "import pandas\ndef work(path):\n    return len(pandas.read_excel(path, dtype=str))",
    "lxml etree, whole": "import lxml.etree, zipfile\ndef work(path):\n    with zipfile.ZipFile(path) as z:\n"
                         "        return sum(1 for n in z.namelist() if lxml.etree.fromstring(z.read(n)).xpath('//*[local-name()=\"InventionTitle\" or local-name()=\"invention-title\"]') is not None)",
}
PEERS |= {
    "xlrd": "import xlrd\ndef work(path):\n    sheet = xlrd.open_workbook(path).sheet_by_index(0)\n    return len([sheet.row_values(n) for n in range(sheet.nrows)])",
    "odfpy": "from odf import opendocument, table, teletype\ndef work(path):\n    book = opendocument.load(path)\n"
             "    return len([[teletype.extractText(c) for c in r.getElementsByType(table.TableCell)] for r in book.spreadsheet.getElementsByType(table.TableRow)])",
    "lxml, rows of content.xml": "import lxml.etree, zipfile\nROW = '{urn:oasis:names:tc:opendocument:xmlns:table:1.0}table-row'\ndef work(path):\n    rows = 0\n"
                                 "    with zipfile.ZipFile(path).open('content.xml') as stream:\n        for _, row in lxml.etree.iterparse(stream, tag=ROW):\n"
                                 "            rows += len([''.join(cell.itertext()) for cell in row]) > 0\n            row.clear()\n    return rows",
    "lxml, rows of document.xml": "import lxml.etree, zipfile\nW = '{http://schemas.openxmlformats.org/wordprocessingml/2006/main}'\ndef work(path):\n    rows = 0\n"
                                  "    with zipfile.ZipFile(path).open('word/document.xml') as stream:\n        for _, row in lxml.etree.iterparse(stream, tag=W + 'tr'):\n"
                                  "            rows += len([''.join(cell.itertext()) for cell in row]) > 0\n            row.clear()\n    return rows",
    "lxml iterparse, a dict a row": "import lxml.etree\ndef work(path):\n    rows = 0\n    for _, row in lxml.etree.iterparse(path, tag='firm'):\n"
                                    "        rows += len({cell.tag: cell.text for cell in row}) > 0\n        row.clear()\n        while row.getprevious() is not None:\n"
                                    "            del row.getparent()[0]\n    return rows",
    "expat of Python, a dict a row": "import xml.parsers.expat\ndef work(path):\n    rows, row, text = 0, {}, []\n    def begin(name, _):\n        text.clear()\n"
                                     "    def end(name):\n        nonlocal rows\n        if name == 'firm':\n            rows += len(row) > 0\n            row.clear()\n"
                                     "        else:\n            row[name] = ''.join(text)\n    parser = xml.parsers.expat.ParserCreate()\n    parser.buffer_text = True\n"
                                     "    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, text.append\n"
                                     "    with open(path, 'rb') as stream:\n        parser.ParseFile(stream)\n    return rows",
}
MAKE_XLSX = """
import csv, openpyxl, sys
book = openpyxl.Workbook(write_only=True)
sheet = book.create_sheet("s")
for row in csv.reader(open(sys.argv[1], encoding="utf-8", newline="")):
    sheet.append(row)
book.save(sys.argv[2])
"""
CLOCK = """
import sys, time
best = None
for _ in range(int(sys.argv[2])):
    before = time.process_time()
    rows = work(sys.argv[1])
    took = time.process_time() - before
    best = took if best is None else min(best, took)
print(best, rows)
"""


# Commands that print the text of a file; FILE stands for it.
COMMANDS = {
    "docx2txt": ["docx2txt", "FILE", "-"],
    "xmllint --stream": ["xmllint", "--stream", "--noout", "FILE"],
    "pdftotext -layout": ["pdftotext", "-layout", "-enc", "UTF-8", "FILE", "-"],
    "pdftotext -tsv": ["pdftotext", "-tsv", "-enc", "UTF-8", "FILE", "-"],
}


def command(name, path, times):
    """Processor seconds with the start of the program, the least of several runs."""
    if shutil.which(COMMANDS[name][0]) is None:
        return None
    best = None
    for _ in range(times):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([str(path) if word == "FILE" else word for word in COMMANDS[name]], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              env=dict(os.environ, LC_ALL="C.UTF-8"))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode != 0:
            print(f"({name}: {done.stderr.decode(errors='replace').strip()[-200:]})", file=sys.stderr)
            return None
        took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best = took if best is None else min(best, took)
    return best


def peer(name, path, times):
    if name in COMMANDS:
        return command(name, path, times)
    done = subprocess.run([PYTHON, "-c", PEERS[name] + CLOCK, str(path), str(times)], capture_output=True, text=True)
    if done.returncode != 0:
        print(f"({name}: {done.stderr.strip().splitlines()[-1]})", file=sys.stderr)
        return None
    return float(done.stdout.split()[0])


def page_of(rows):
    def cell(text):
        return f"<td>{html.escape(text)}</td>"
    lines = "".join(f"<tr class=\"r\">{cell(r[0])}{cell(r[1])}{cell(r[2])}{cell(r[4])}<td><a href=\"/firm/{n}.html\">"
                    f"{html.escape(r[8])}</a></td></tr>\n" for n, r in enumerate(rows))
    return f"<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>名单</title></head><body><table>{lines}</table></body></html>"


def speed(bench):
    print("| input | reader | processor s | MB/s | beside the first peer |\n|---|---|---|---|---|")
    register = gzip.decompress((DATA / "registry/shandong.csv.gz").read_bytes())
    plain = bench.folder / "shandong.csv"
    plain.write_bytes(register)
    rows = list(csv.reader(register.decode("utf-8-sig").splitlines()[1:20_001]))
    daily = bench.folder / "2019-07-13.jsonl"
    daily.write_bytes(b"".join(gzip.decompress(p.read_bytes()) for p in sorted((DATA / "daily").iterdir())))
    page = bench.folder / "list.html"
    page.write_text(page_of([r for r in rows if len(r) == 9][:2000]), encoding="utf-8")
    xml = bench.folder / "delivery.zip"
    unpacked = 0
    with zipfile.ZipFile(xml, "w", zipfile.ZIP_DEFLATED) as out:
        for n in range(40):
            for path in sorted((DATA / "formats/patent-xml").rglob("cn_*.xml")):
                out.write(path, f"{n}_{path.name}")
                unpacked += path.stat().st_size
    as_csv, as_xlsx = bench.source("csv", REGISTER.format(reader="csv")), bench.source("xlsx", REGISTER.format(reader="xlsx"))
    groups = [
        ("CSV, 116,784 firms", plain.stat().st_size, [("records", as_csv, plain), ("rows", plain)], plain,
         ["csv", "csv DictReader, a firm a row", "pandas read_csv, text"]),
        ("JSON lines, 53,647 rows", daily.stat().st_size, [("records", REAL / "daily-registry.toml", daily), ("lines", daily)], daily,
         ["json.loads, a line", "pandas read_json, lines"]),
        ("HTML, 2,000 rows", page.stat().st_size, [("records", bench.source("page", PAGE), page)], page,
         ["lxml, the same XPath compiled once", "lxml, the same XPath", "parsel, the same XPath"]),
        ("patent XML in a zip, 280 files", unpacked, [("records", ROOT / "config/sources/patent-files.toml", xml)], xml, ["lxml etree, whole"]),
    ]
    path, small = bench.folder / "list.xlsx", bench.folder / "small.csv"
    with open(small, "w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([next(csv.reader([register.decode("utf-8-sig").split("\n", 1)[0]])), *rows])
    if subprocess.run([PYTHON, "-c", MAKE_XLSX, small, path], stderr=subprocess.DEVNULL).returncode == 0:
        size = sum(i.file_size for i in zipfile.ZipFile(path).infolist())
        groups.append(("xlsx, 20,000 rows", size, [("records", as_xlsx, path), ("rows", path)], path,
                       ["openpyxl, read_only", "pandas read_excel"]))
    compare(bench, groups)


def documents(bench):
    """xls, ods, docx, XML and PDF with rows of the register."""
    print("| input | reader | processor s | MB/s | beside the first peer |\n|---|---|---|---|---|")
    lines = gzip.decompress((DATA / "registry/shandong.csv.gz").read_bytes()).decode("utf-8-sig").splitlines()
    header, *rows = (row for row in csv.reader(lines[:20_001]))
    rows = [row for row in rows if len(row) == len(header)]
    as_table, as_pdf = bench.source("table", REGISTER.format(reader="table")), bench.source("pdf", REGISTER.format(reader="pdf"))
    names = re.findall(r'(?m)^(\w+) = "([^"]+)"$', REGISTER.split("[page.columns]")[1].split("[page.public]")[0])
    as_xml = bench.source("xml", REGISTER_XML + "".join(f'{field} = "f{header.index(title)}"\n' for field, title in names))
    small, files = bench.folder / "small.csv", {kind: bench.folder / f"list.{kind}" for kind in ("xls", "ods", "docx", "xml", "pdf")}
    with open(small, "w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, *rows])
    reader_inputs.ods([header, *rows], files["ods"])
    reader_inputs.docx([header, *rows[:5000]], files["docx"])
    reader_inputs.xml([header, *rows], files["xml"])
    short = [title for _, title in names if title not in ("经营范围", "地址")]
    columns = [header.index(title) for title in short]
    pages = reader_inputs.pdf([[row[n] for n in columns] for row in (header, *rows[:3600])], files["pdf"],
                              [250 if title == "企业名称" else 130 if title == "统一社会信用代码" else 80 for title in short])

    def unpacked(path):
        return sum(i.file_size for i in zipfile.ZipFile(path).infolist())
    groups = []
    if subprocess.run([PYTHON, "-c", reader_inputs.XLS, small, files["xls"]], stderr=subprocess.DEVNULL).returncode == 0:
        groups.append((f"xls, {len(rows):,} rows", files["xls"].stat().st_size, [("records", as_table, files["xls"]), ("rows", files["xls"])], files["xls"],
                       ["xlrd"]))
    groups += [
        (f"ods, {len(rows):,} rows", unpacked(files["ods"]), [("records", as_table, files["ods"]), ("rows", files["ods"])], files["ods"],
         ["lxml, rows of content.xml", "odfpy"]),
        ("docx, 5,000 rows", unpacked(files["docx"]), [("records", as_table, files["docx"])], files["docx"],
         ["lxml, rows of document.xml", "docx2txt"]),
        (f"XML by path, {len(rows):,} rows", files["xml"].stat().st_size, [("records", as_xml, files["xml"])], files["xml"],
         ["lxml iterparse, a dict a row", "expat of Python, a dict a row", "xmllint --stream"]),
        (f"PDF with ruled lines, 3,600 rows on {pages} pages", files["pdf"].stat().st_size, [("records", as_pdf, files["pdf"])], files["pdf"],
         ["pdftotext -layout", "pdftotext -tsv"]),
    ]
    compare(bench, groups)


def compare(bench, groups):
    for what, size, ours, path, peers in groups:
        times = {name: peer(name, path, bench.times) for name in peers}
        first = next((t for t in times.values() if t), None)
        for words in ours:
            told = bench.ours(*words, bench.times)
            name = {"records": "ours, to records", "rows": "ours, rows alone", "lines": "ours, lines alone"}[words[0]]
            fault = told.get("fault") or (f"{told['records']} records of {told['rows']} rows" if not told.get("records", 1) else None)
            show(what, name, None if fault else told.get("processor"), size, first, fault)
        for name in peers:
            show(what, name, times[name], size, first, None)


def show(what, name, seconds, size, first, fault):
    if not seconds:
        return print(f"| {what} | {name} | {fault or 'not at hand'} | | |")
    ratio = f"{first / seconds:.1f} ×" if first else ""
    return print(f"| {what} | {name} | {seconds:.3f} | {size / seconds / 1e6:.{0 if size / seconds > 3e6 else 1}f} | {ratio} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", required=True, type=pathlib.Path)
    parser.add_argument("--only", choices=["table", "speed", "documents"])
    parser.add_argument("--times", default=3, type=int)
    options = parser.parse_args()
    options.bench = options.bench.resolve()
    if not DATA.exists():
        sys.exit("the real data is not beside the project (../shared/data)")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options, pathlib.Path(folder))
        for part in (table, speed, documents):
            if options.only in (None, part.__name__):
                part(bench)


if __name__ == "__main__":
    main()
