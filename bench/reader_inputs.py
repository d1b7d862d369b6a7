"""Documents for bench/readers.py, made of rows of text: what offices attach to announcements. Each as plain as its format
allows, so that what reads it reads all there is."""
import html
import zipfile

XLS = """
import csv, sys, xlwt
book = xlwt.Workbook(encoding="utf-8")
sheet = book.add_sheet("s")
for n, row in enumerate(csv.reader(open(sys.argv[1], encoding="utf-8", newline=""))):
    for m, cell in enumerate(row):
        sheet.write(n, m, cell[:32767])
book.save(sys.argv[2])
"""
ODS_NAMES = ('xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
             'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"')
ODS_KIND = "application/vnd.oasis.opendocument.spreadsheet"


def ods(rows, path):
    def cell(text):
        return f'<table:table-cell office:value-type="string"><text:p>{html.escape(text)}</text:p></table:table-cell>'
    lines = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("mimetype", ODS_KIND, zipfile.ZIP_STORED)
        out.writestr("content.xml", f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {ODS_NAMES} office:version="1.2"><office:body>'
                                    f'<office:spreadsheet><table:table table:name="s">{lines}</table:table></office:spreadsheet></office:body>'
                                    '</office:document-content>')
        out.writestr("META-INF/manifest.xml", '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
                     'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2"><manifest:file-entry '
                     f'manifest:full-path="/" manifest:media-type="{ODS_KIND}"/><manifest:file-entry manifest:full-path="content.xml" '
                     'manifest:media-type="text/xml"/></manifest:manifest>')


def docx(rows, path):
    def cell(text):
        return f"<w:tc><w:p><w:r><w:t>{html.escape(text)}</w:t></w:r></w:p></w:tc>"
    lines = "".join(f"<w:tr>{''.join(map(cell, row))}</w:tr>" for row in rows)
    grid = "<w:gridCol/>" * len(rows[0])
    kinds = "http://schemas.openxmlformats.org"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("[Content_Types].xml", f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{kinds}/package/2006/content-types"><Default Extension="rels" '
                     'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
                     'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
        out.writestr("_rels/.rels", f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{kinds}/package/2006/relationships"><Relationship Id="r1" '
                     f'Type="{kinds}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>')
        out.writestr("word/document.xml", f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{kinds}/wordprocessingml/2006/main"><w:body>'
                     f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl></w:body></w:document>")


def xml(rows, path):
    """A row an element; the header gives the members their names."""
    names = [f"f{n}" for n in range(len(rows[0]))]
    with open(path, "w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<list>\n')
        for row in rows[1:]:
            out.write("<firm>" + "".join(f"<{name}>{html.escape(cell)}</{name}>" for name, cell in zip(names, row)) + "</firm>\n")
        out.write("</list>\n")


def pdf(rows, path, widths, a_page=36):
    """A table with ruled lines on pages in landscape; Chinese text in a font that is not embedded, as Word's own export
    of old does it. The header stands on every page."""
    height, left, top, size = 14, 20, 570, 7
    edges = [left]
    for width in widths:
        edges.append(edges[-1] + width)
    pages = []
    for first in range(1, len(rows), a_page):
        shown = [rows[0], *rows[first:first + a_page]]
        lines = []
        for n in range(len(shown) + 1):
            lines.append(f"{edges[0]} {top - n * height} m {edges[-1]} {top - n * height} l S")
        for edge in edges:
            lines.append(f"{edge} {top} m {edge} {top - len(shown) * height} l S")
        for n, row in enumerate(shown):
            for m, cell in enumerate(row[:len(widths)]):
                fits = cell[:max(1, int((widths[m] - 4) / size * (2 if cell.isascii() else 1)))]
                lines.append(f"BT /F1 {size} Tf {edges[m] + 2} {top - (n + 1) * height + 4} Td <{fits.encode('utf-16-be').hex()}> Tj ET")
        pages.append("\n".join(lines) + "\n")
    objects = ["<</Type/Catalog/Pages 2 0 R>>", "",
               "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UTF16-H/DescendantFonts[4 0 R]>>",
               "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000"
               "/W[1 95 500]/FontDescriptor 5 0 R>>",
               "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880"
               "/StemV 93>>"]
    kids = ""
    for page in pages:
        kids += f"{len(objects) + 1} 0 R "
        objects.append(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 842 595]/Resources<</Font<</F1 3 0 R>>>>/Contents {len(objects) + 2} 0 R>>")
        objects.append(f"<</Length {len(page)}>>stream\n{page}endstream")
    objects[1] = f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>"
    out, table = "%PDF-1.5\n", ""
    for n, text in enumerate(objects):
        table += f"{len(out):010} 00000 n \n"
        out += f"{n + 1} 0 obj\n{text}\nendobj\n"
    at = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{at}\n%%EOF\n"
    path.write_bytes(out.encode("ascii"))
    return len(pages)
