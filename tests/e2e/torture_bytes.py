"""Files of other formats for torture.py, made from the filled-in list byte by byte."""
import csv
import datetime
import html
import io
import struct

import openpyxl

from torture_sheet import ROWS, WORDS


def shown(value):
    if value is None:
        return ""
    if isinstance(value, (datetime.date, datetime.datetime)):
        return f"{value:%Y-%m-%d}"
    return str(value)


def delimited(charset, delimiter=",", codes=None, days=None):
    """Title lines and the table as text; `codes`, `days`: what the program wrote in place of them."""
    def run(base):
        sheet = base.fresh()
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=delimiter)
        code, day = sheet.column("credit_code") - 1, sheet.column("visited_on") - 1
        for r, row in enumerate(sheet.table()):
            row = [shown(v) for v in row]
            if codes and r > 0:
                row[code] = codes
            if days and r > 0 and row[day]:
                row[day] = days
            writer.writerow(row)
        return out.getvalue().encode(charset)
    return run


def html_page(charset):
    def run(base):
        rows = base.fresh().table()
        lines = ["<tr><td colspan=%d>候选名单</td></tr>" % len(rows[0])]
        for row in rows:
            lines.append("<tr>" + "".join(f"<td style='mso-number-format:\"\\@\"'>{html.escape(shown(v))}&nbsp;</td>" for v in row) + "</tr>")
        page = ('<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta http-equiv="Content-Type" '
                f'content="text/html; charset={charset}"><style>td {{ border: 1px }}</style></head><body><table>\n'
                + "\n".join(lines) + "\n</table></body></html>")
        return page.encode(charset)
    return run


def xml_2003(base):
    rows = base.fresh().table()
    out = ['<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
           '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
           'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="d"><NumberFormat '
           'ss:Format="Short Date"/></Style></Styles><Worksheet ss:Name="名单"><Table>']
    for r, row in enumerate(rows):
        cells = []
        for c, value in enumerate(row):
            if value is None:
                continue
            kind = "Number" if isinstance(value, (int, float)) else "String"
            style = ""
            if isinstance(value, (datetime.date, datetime.datetime)):
                value, kind, style = f"{value:%Y-%m-%d}T00:00:00.000", "DateTime", ' ss:StyleID="d"'
            cells.append(f'<Cell ss:Index="{c + 1}"{style}><Data ss:Type="{kind}">{html.escape(str(value))}</Data></Cell>')
        out.append(f'<Row ss:Index="{r + 3}">' + "".join(cells) + "</Row>")
    out.append("</Table></Worksheet></Workbook>")
    return "".join(out).encode("utf-8")


def strict(name, text):
    """ISO/IEC 29500 strict: other namespaces, dates as ISO text."""
    for old, new in (("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"),
                     ("http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                      "http://purl.oclc.org/ooxml/officeDocument/relationships")):
        text = text.replace(old, new)
    return text


def compound(*streams):
    """A compound file (MS-CFB) with streams of these names, 4096 bytes each."""
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    per_stream = 8
    sectors = 2 + per_stream * len(streams)
    chain = [table, end]
    for s in range(len(streams)):
        first = 2 + s * per_stream
        chain += [first + i + 1 for i in range(per_stream - 1)] + [end]
    fat = struct.pack("<128I", *(chain + [free] * (128 - sectors)))

    def entry(name, kind, start, size, child=free, right=free):
        raw = name.encode("utf-16-le") + b"\0\0"
        return (raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, free, right, child) + b"\0" * 36 +
                struct.pack("<IQ", start, size))

    entries = entry("Root Entry", 5, end, 0, 1)
    for s, name in enumerate(streams):
        entries += entry(name, 2, 2 + s * per_stream, 4096, right=s + 2 if s + 1 < len(streams) else free)
    entries = entries.ljust(512, b"\0")
    header = (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6 +
              struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *([free] * 108)))
    return header + fat + entries + b"\0" * (512 * per_stream * len(streams))
