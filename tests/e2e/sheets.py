"""Cells of workbooks with the standard library: read them, and fill them in as a spreadsheet program would."""
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
import zipfile
from xml.sax.saxutils import escape

from harness import Failed

NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def column_name(index):
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_index(reference):
    index = 0
    for letter in re.match(r"[A-Z]+", reference).group():
        index = index * 26 + ord(letter) - 64
    return index - 1


def part_of(book, sheet):
    """Path of a sheet's part."""
    workbook = ElementTree.fromstring(book.read("xl/workbook.xml"))
    wanted = next((s.get(REL + "id") for s in workbook.iter(NS + "sheet") if s.get("name") == sheet), None)
    if wanted is None:
        raise Failed(f"no sheet {sheet}: {[s.get('name') for s in workbook.iter(NS + 'sheet')]}")
    links = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    target = next(r.get("Target") for r in links if r.get("Id") == wanted)
    return "xl/" + target.lstrip("/").removeprefix("xl/")


def shared_strings(book):
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    root = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
    return ["".join(t.text or "" for t in s.iter(NS + "t")) for s in root.iter(NS + "si")]


def small_book(path, sheets_of):
    """A workbook of several sheets of plain texts."""
    main, office = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/"
    names = list(enumerate(sheets_of, 1))
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("[Content_Types].xml", f'<Types xmlns="{package}content-types"><Default Extension="xml" ContentType="application/xml"/></Types>')
        book.writestr("_rels/.rels", f'<Relationships xmlns="{package}relationships"><Relationship Id="r" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        book.writestr("xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>' + "".join(
            f'<sheet name="{name}" sheetId="{n}" r:id="s{n}"/>' for n, name in names) + "</sheets></workbook>")
        book.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}relationships">' + "".join(
            f'<Relationship Id="s{n}" Type="{office}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n, _ in names) + "</Relationships>")
        for n, name in names:
            rows = "".join(f'<row r="{r}">' + "".join(f'<c r="{"ABCDEF"[c]}{r}" t="inlineStr"><is><t>{v}</t></is></c>' for c, v in enumerate(row)) + "</row>"
                           for r, row in enumerate(sheets_of[name], 1))
            book.writestr(f"xl/worksheets/sheet{n}.xml", f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>')


def rows_of(path, sheet):
    """Row number -> {column index: text as stored}."""
    with zipfile.ZipFile(path) as book:
        strings = shared_strings(book)
        root = ElementTree.fromstring(book.read(part_of(book, sheet)))
    rows = {}
    for cell in root.iter(NS + "c"):
        reference = cell.get("r")
        if cell.get("t") == "inlineStr":
            text = "".join(t.text or "" for t in cell.iter(NS + "t"))
        else:
            value = cell.find(NS + "v")
            text = "" if value is None else value.text or ""
            if cell.get("t") == "s" and text:
                text = strings[int(text)]
        if text:
            rows.setdefault(int(re.search(r"\d+", reference).group()), {})[column_index(reference)] = text
    return rows


def table_of(path, sheet, key="企业名称"):
    """The rows below the header as dictionaries, with "row" for the number in the sheet."""
    rows = rows_of(path, sheet)
    header_row = next(n for n in sorted(rows) if key in rows[n].values())
    header = rows[header_row]
    return [dict({title: rows[n].get(c, "") for c, title in header.items()}, row=n)
            for n in sorted(rows) if n > header_row]


def fill(path, out, sheet, changes, key="企业名称"):
    """Writes {row number: {heading: text or number}} into a copy of the workbook."""
    rows = rows_of(path, sheet)
    header = next(rows[n] for n in sorted(rows) if key in rows[n].values())
    places = {title: c for c, title in header.items()}
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy:
        part = part_of(book, sheet)
        for item in book.infolist():
            data = book.read(item.filename)
            if item.filename == part:
                data = filled(data.decode(), {column_name(places[title]) + str(row): value
                                              for row, cells in changes.items() for title, value in cells.items()}).encode()
            copy.writestr(item.filename, data)


def filled(xml, cells):
    for reference, value in cells.items():
        if isinstance(value, (int, float)):
            body = f"<v>{value}</v></c>"
            kind = ""
        else:
            body = f'<is><t xml:space="preserve">{escape(value)}</t></is></c>'
            kind = ' t="inlineStr"'
        pattern = re.compile(rf'<c r="{reference}"((?: s="\d+")?)(?: t="\w+")?(?:/>|>.*?</c>)', re.S)
        new, count = pattern.subn(lambda m: f'<c r="{reference}"{m.group(1)}{kind}>{body}', xml, count=1)
        if count == 0:
            raise Failed(f"no cell {reference}")
        xml = new
    return xml


def office():
    return shutil.which("soffice") or shutil.which("libreoffice")


def saved_by_office(bench, path, kind="xlsx"):
    """The workbook opened and saved by LibreOffice, in a folder of its own. None where it is not installed."""
    program = office()
    if program is None:
        return None
    folder = bench.folder / "office"
    folder.mkdir(exist_ok=True)
    subprocess.run([program, f"-env:UserInstallation=file://{bench.folder}/office-profile".replace(" ", "%20"), "--headless",
                    "--convert-to", kind, "--outdir", str(folder), str(path)],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=180)
    return folder / (path.stem + "." + kind)
