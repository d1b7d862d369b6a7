"""The damages of torture.py, one Case each."""
import copy
import datetime
import io
import re
import zipfile

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font

from torture_bytes import compound, delimited, html_page, strict, xml_2003
from torture_sheet import MONEY, ROWS, WORDS, Case


def operate(path, surgery):
    """Gives each part of the zip to `surgery(name, text)`; what it returns stands in its place, None takes it out."""
    with zipfile.ZipFile(path) as old:
        parts = [(name, old.read(name)) for name in old.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts:
            if name.endswith((".xml", ".rels")):
                text = surgery(name, data.decode("utf-8"))
                if text is not None:
                    new.writestr(name, text)
            else:
                new.writestr(name, data)


def in_list(change):
    return lambda name, text: change(text) if name == "xl/worksheets/sheet1.xml" else text


def set_cell(row, word, value, form=None):
    return lambda sheet: sheet.set(row, word, value, form)


def several(*damages):
    def run(sheet):
        for damage in damages:
            damage(sheet)
    return run


# --- columns and headings
def reorder(sheet):
    rows, head = sheet.table(), sheet.head
    order = sorted(range(len(rows[0])), key=lambda c: str(rows[0][c]))
    for r, row in enumerate(rows):
        for c, source in enumerate(order):
            cell = sheet.ws.cell(head + r, c + 1)
            cell.value = row[source]
            dated = isinstance(row[source], (datetime.date, datetime.datetime))
            cell.number_format = "yyyy-mm-dd" if dated else "General"


def hide_columns(sheet):
    for word in ("credit_code", "staff", "note"):
        sheet.ws.column_dimensions[openpyxl.utils.get_column_letter(sheet.column(word))].hidden = True


def delete_columns(*words):
    def run(sheet):
        for word in words:
            sheet.ws.delete_cols(sheet.column(word))
    return run


def insert_column(title, values=()):
    def run(sheet):
        at = sheet.column("staff")
        sheet.unmerge()
        sheet.ws.insert_cols(at)
        sheet.ws.cell(sheet.head, at).value = title
        for i, value in enumerate(values):
            sheet.ws.cell(sheet.row(i), at).value = value
    return run


def headings(change):
    def run(sheet):
        for cell in sheet.ws[sheet.head]:
            if cell.value:
                cell.value = change(cell.value)
    return run


def spaced(text):
    return text[:2] + " " + text[2:].replace("(", "\n(")


def wide_brackets(text):
    return text.replace("(", "（").replace(")", "）")


def in_yuan(sheet):
    for index in range(ROWS):
        value = sheet.cell(index, "sales_wan").value
        if value is not None:
            sheet.set(index, "sales_wan", round(value * 10000, 2))
    sheet.heading("sales_wan", "上年销售收入（元）")


def unit_in_title(sheet):
    for word in MONEY:
        for index in range(ROWS):
            value = sheet.cell(index, word).value
            if value is not None:
                sheet.set(index, word, round(value * 10000, 2))
        sheet.heading(word, WORDS[word].split("(")[0])
    sheet.ws.cell(1, 1).value = "候选名单　　　单位：元"


def two_row_header(sheet):
    above, first, last = sheet.head, sheet.column("visited_by"), sheet.column_of_last()
    sheet.ws.insert_rows(above)
    for c in range(1, first):
        sheet.ws.cell(above, c).value = sheet.ws.cell(above + 1, c).value
        sheet.ws.cell(above + 1, c).value = None
        sheet.ws.merge_cells(start_row=above, end_row=above + 1, start_column=c, end_column=c)
    sheet.ws.cell(above, first).value = "走访填报"
    sheet.ws.merge_cells(start_row=above, end_row=above, start_column=first, end_column=last)


def titles_above(sheet):
    sheet.unmerge()
    sheet.ws.insert_rows(1, 6)
    sheet.ws.cell(1, 1).value = "附件 2"
    sheet.ws.cell(2, 1).value = "某县科技型中小企业走访情况表"
    sheet.ws.cell(4, 3).value = "填报日期：2026 年 11 月"


# --- rows
def hide_rows(sheet):
    for index in (1, 3):
        sheet.ws.row_dimensions[sheet.row(index)].hidden = True


def add_row(values, at=ROWS):
    def run(sheet):
        for word, value in values.items():
            column = 1 if word == "first" else sheet.column(word)
            sheet.ws.cell(sheet.row(at), column).value = value
    return run


def insert_total(sheet):
    sheet.ws.insert_rows(sheet.row(3))
    sheet.ws.cell(sheet.row(3), 1).value = "小 计"
    sheet.set(3, "staff", 1399)


def repeat_header(sheet):
    names = [c.value for c in sheet.ws[sheet.head]]
    sheet.ws.insert_rows(sheet.row(4))
    for c, name in enumerate(names, 1):
        sheet.ws.cell(sheet.row(4), c).value = name


def number_row(sheet):
    width = len([c for c in sheet.ws[sheet.head] if c.value])
    sheet.ws.insert_rows(sheet.row(0))
    for c in range(1, width + 1):
        sheet.ws.cell(sheet.row(0), c).value = c


def blank_rows(sheet):
    for at in (5, 2, 2):
        sheet.ws.insert_rows(sheet.row(at))


def delete_rows(sheet):
    sheet.ws.delete_rows(sheet.row(1), 2)


def copy_row(source, target):
    def run(sheet):
        for c in range(1, sheet.ws.max_column + 1):
            sheet.ws.cell(sheet.row(target), c).value = sheet.ws.cell(sheet.row(source), c).value
            sheet.ws.cell(sheet.row(target), c).number_format = sheet.ws.cell(sheet.row(source), c).number_format
    return run


def merge(word, first, last):
    def run(sheet):
        column = sheet.column(word)
        for index in range(first + 1, last + 1):
            sheet.cell(index, word).value = None
        sheet.ws.merge_cells(start_row=sheet.row(first), end_row=sheet.row(last), start_column=column, end_column=column)
    return run


# --- sheets
def sheet_in_front(sheet):
    extra = sheet.book.create_sheet("填写说明", 0)
    extra["A1"] = "请各县区于月底前填写"
    extra["A2"] = "企业名称不要改动"
    sheet.book.active = 0


def split_in_two(sheet):
    rows = sheet.table()
    other = sheet.book.create_sheet("高新区")
    for r, row in enumerate([rows[0]] + rows[5:]):
        for c, value in enumerate(row):
            cell = other.cell(r + 1, c + 1)
            cell.value = value
            if isinstance(value, (datetime.date, datetime.datetime)):
                cell.number_format = "yyyy-mm-dd"
    sheet.ws.delete_rows(sheet.row(4), ROWS)


def copied_sheet(sheet):
    sheet.book.copy_worksheet(sheet.ws).title = "名单 (2)"


def hide_sheet(sheet):
    sheet.ws.sheet_state = "hidden"
    sheet.book.create_sheet("空白", 0)
    sheet.book.active = 0


def rename(sheet):
    sheet.ws.title = "Sheet1 最终版(改)"


# --- cells
def as_text(sheet):
    for word in ("staff", "technical_staff", "software_copyrights", *MONEY):
        for index in range(ROWS):
            cell = sheet.cell(index, word)
            if cell.value is not None:
                cell.value = f"{cell.value}"
                cell.number_format, cell.quotePrefix = "@", True


def comments(sheet):
    sheet.cell(0, "staff").comment = Comment("去年是 98 人", "审核")
    sheet.cell(1, "credit_code").comment = Comment("已核", "审核")


def struck(word, row):
    def run(sheet):
        sheet.cell(row, word).font = Font(strike=True)
    return run


def serials(sheet):
    for index in range(ROWS):
        cell = sheet.cell(index, "visited_on")
        if cell.value is not None:
            day = cell.value.date() if isinstance(cell.value, datetime.datetime) else cell.value
            cell.value = (day - datetime.date(1899, 12, 30)).days
            cell.number_format = "General"


def epoch_1904(sheet):
    sheet.book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904


def all_days(change):
    def run(sheet):
        for index in range(ROWS):
            cell = sheet.cell(index, "visited_on")
            if cell.value is not None:
                cell.value = change(cell.value)
                cell.number_format = "General"
    return run


def formulas(sheet):
    sheet.set(0, "costs_wan", "=2500*2")


def cached(value):
    return in_list(lambda text: re.sub(r"<f>2500\*2</f><v\s*/>|<f>2500\*2</f><v></v>", f"<f>2500*2</f><v>{value}</v>", text))


def fault(text):
    return re.sub(r'(<c r="[A-Z]+\d+"[^>]*?)(?: t="\w+")?><f>2500\*2</f><v\s*/?>(?:</v>)?', r'\1 t="e"><f>2500*2</f><v>#REF!</v>', text)


def with_shared_strings(damage=None, change=lambda text: text):
    """The texts, which python3-openpyxl writes into the cells, in a part of their own, as Excel has them."""
    def run(base):
        sheet = base.fresh()
        out, new = io.BytesIO(), io.BytesIO()
        sheet.save(out, damage)
        with zipfile.ZipFile(out) as old:
            parts = {name: old.read(name) for name in old.namelist()}
        strings = []

        def share(match):
            strings.append(f"<si>{match[3]}</si>")
            return f'<c{match[1]} t="s"{match[2]}><v>{len(strings) - 1}</v></c>'

        for name, data in parts.items():
            if name.startswith("xl/worksheets/sheet"):
                parts[name] = re.sub(r'<c([^>]*?) t="inlineStr"([^>]*)><is>(.*?)</is></c>', share, data.decode("utf-8"),
                                     flags=re.S).encode("utf-8")
        table = ('<?xml version="1.0" encoding="UTF-8"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/'
                 f'main" count="{len(strings)}" uniqueCount="{len(strings)}">{"".join(strings)}</sst>')
        parts["xl/sharedStrings.xml"] = change(table).encode("utf-8")
        with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in parts.items():
                archive.writestr(name, data)
        return new.getvalue()
    return run


def rich(text):
    return text.replace("<si><t>愿意申报</t></si>",
                        '<si><r><rPr><b/></rPr><t>愿意</t></r><r><rPr><color rgb="FFFF0000"/></rPr><t>申报</t></r></si>')


def phonetic(text):
    return text.replace("<si><t>愿意申报</t></si>",
                        '<si><t>愿意申报</t><rPh sb="0" eb="2"><t>yuan yi</t></rPh><phoneticPr fontId="1"/></si>')


def partly_struck(text):
    return text.replace("<si><t>98120</t></si>", "<si><r><rPr><strike/></rPr><t>98</t></r><r><t>120</t></r></si>")


def prefixed(name, text):
    if not name.startswith("xl/worksheets/sheet"):
        return text
    text = re.sub(r"<(/?)([a-zA-Z])", r"<\1x:\2", text)
    return text.replace("xmlns=", "xmlns:x=", 1)


def without_refs(text):
    """Rows and cells without their numbers, as some exporting programs write them."""
    def row(match):
        cells = re.findall(r'<c r="([A-Z]+)\d+"([^>]*?)(/>|>.*?</c>)', match[2], re.S)
        out, at = [], 0
        for letters, attributes, rest in cells:
            column = openpyxl.utils.column_index_from_string(letters)
            out += ["<c/>"] * (column - at - 1)
            at = column
            out.append(f"<c{attributes}{rest}")
        return f"<row>{''.join(out)}</row>"
    return re.sub(r"<row ([^>]*)>(.*?)</row>", row, text, flags=re.S)


def formatted_to_the_end(text):
    rows = "".join(f'<row r="{r}"><c r="A{r}" s="1"/></row>' for r in [*range(2000, 52000), 1048576])
    return text.replace("</sheetData>", rows + "</sheetData>")


def formatted_to_the_right(text):
    return re.sub(r'<row r="(\d+)"([^>]*)>(.*?)</row>',
                  lambda m: f'<row r="{m[1]}"{m[2]}>{m[3]}<c r="XFD{m[1]}" s="1"/></row>', text, flags=re.S)


def truncated(share):
    def run(base):
        data = base.path.read_bytes()
        return data[:int(len(data) * share)]
    return run


def wide(text):
    return "".join(chr(ord(c) + 0xFEE0) if 0x21 <= ord(c) <= 0x7E else c for c in text)


def on_code(row, change):
    def run(sheet):
        cell = sheet.cell(row, "credit_code")
        cell.value = change(cell.value)
    return run


def wrong_check(code):
    return code[:-1] + ("0" if code[-1] != "0" else "1")


def letter_for_digit(code):
    return code.replace("1", "I", 1)


def renamed_zip(*names):
    def run(base):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name in names:
                archive.writestr(name, "x")
        return out.getvalue()
    return run


def xlsm(name, text):
    return text.replace("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                        "application/vnd.ms-excel.sheet.macroEnabled.main+xml")


def twice(rows):
    return lambda expected: expected + [copy.deepcopy(r) for r in expected[:rows]]


def duplicate_column(sheet):
    values = [sheet.cell(i, "staff").value for i in range(ROWS)]
    values[0] = 98
    insert_column("职工总数", values)(sheet)


def count(row, text, reason):
    return Case(f"职工总数: {text!r}", set_cell(row, "staff", text), refused={row: {"staff": reason}})


def count_read(text, value, remark, form=None):
    shown = repr(text) if form is None else f"{text!r} in the format {form}"
    return Case(f"职工总数: {shown}", set_cell(0, "staff", text, form), changed={0: {"staff": value}}, remark=remark)


def money(text, reason):
    return Case(f"上年销售收入(万元): {text!r}", set_cell(0, "sales_wan", text), refused={0: {"sales_wan": reason}})


def money_read(text, value, remark):
    return Case(f"上年销售收入(万元): {text!r}", set_cell(0, "sales_wan", text), changed={0: {"sales_wan": value}},
                remark=remark)


def day(text, reason, form="General"):
    return Case(f"走访日期: {text!r}", set_cell(0, "visited_on", text, form), refused={0: {"visited_on": reason}})


def day_read(text, value, remark=None, form="General"):
    return Case(f"走访日期: {text!r}", set_cell(0, "visited_on", text, form), changed={0: {"visited_on": value}},
                remark=remark)


def verdict(text, reason):
    return Case(f"核实结论: {text!r}", set_cell(0, "verdict", text), refused={0: {"verdict": reason}})


def structure_cases():
    hidden = "被隐藏或筛选"
    return [
        Case("filled in and saved, nothing else"),
        Case("columns in another order", reorder),
        Case("columns hidden, the code among them", hide_columns),
        Case("rows hidden or filtered out", hide_rows, remark=hidden),
        Case("six title rows above, merged cells taken apart", titles_above),
        Case("headings with blanks and line breaks", headings(spaced)),
        Case("headings with full-width brackets", headings(wide_brackets)),
        Case("headings without their units", headings(lambda t: t.split("(")[0])),
        Case("a column of 万元 turned into 元, heading and values", in_yuan, remark="按表中单位“元”换算"),
        Case("no units in headings, 单位：元 in the title, values in 元", unit_in_title, remark="按表中单位“元”换算"),
        Case("a column headed 上年销售收入(万美元)", lambda s: s.heading("sales_wan", "上年销售收入(万美元)"),
             refused={i: {"sales_wan": "万美元"} for i in (0, 1, 2, 4)}),
        Case("headings by other names: 单位名称, 社会信用代码",
             several(lambda s: s.heading("credit_code", "社会信用代码"), lambda s: s.heading("name", "单位名称"))),
        Case("a header of two rows with merged group titles", two_row_header),
        Case("columns deleted: 软件著作权, 备注", delete_columns("software_copyrights", "note"),
             changed={0: {"software_copyrights": None, "note": None}, 1: {"software_copyrights": None},
                      2: {"note": None}, 5: {"software_copyrights": None}}),
        Case("the column 企业名称 deleted", delete_columns("name"), error="企业名称"),
        Case("the whole header row deleted", lambda s: s.ws.delete_rows(s.head), error="表头"),
        Case("a column inserted: 联系电话", insert_column("联系电话", ["0543-0000000"]), remark="不认识的列“联系电话”"),
        Case("a heading mistyped: 核实结伦", lambda s: s.heading("verdict", "核实结伦"),
             changed={i: {"verdict": None} for i in range(6)}, remark="是否应为“核实结论”"),
        Case("the column 职工总数 twice, one value different", duplicate_column, refused={0: {"staff": "有两列“职工总数”"}}),
        Case("a remark beside the table, in a column without heading",
             lambda s: setattr(s.ws.cell(s.row(0), s.ws.max_column + 2), "value", "电话没人接"), remark="没有列名的列"),
        Case("formats down to row 1,048,576", surgery=in_list(formatted_to_the_end)),
        Case("formats out to column XFD", surgery=in_list(formatted_to_the_right)),
        Case("blank rows between", blank_rows),
        Case("rows deleted, 序号 has gaps", delete_rows, gone=(1, 2)),
        Case("合计 at the bottom", add_row({"first": "合计", "staff": 1467}), remark="是合计，未读取"),
        Case("小 计 between the rows", insert_total, remark="是合计，未读取"),
        Case("the header repeated further down", repeat_header, remark="重复的表头"),
        Case("a row of column numbers below the header", number_row, remark="栏次编号"),
        Case("填表人, 审核人 below the table", add_row({"first": "填表人：　　　　审核人："}, ROWS + 1), remark="表尾文字"),
        Case("a row copied: the same firm twice", copy_row(0, ROWS), more=twice(1)),
        Case("merged: one 走访人 over three rows", merge("visited_by", 0, 2), remark="合并单元格"),
        Case("merged: one 职工总数 over two rows", merge("staff", 0, 1),
             changed={}, refused={1: {"staff": "合并单元格（内容“120”）"}}),
        Case("a sheet put in front", sheet_in_front, remark="不是名单、未读取的工作表：“填写说明”"),
        Case("the sheet renamed", rename),
        Case("the list split over two sheets", split_in_two, remark="有 2 张工作表是名单，都已读入"),
        Case("the sheet copied: 名单 (2)", copied_sheet, more=twice(ROWS), remark="有 2 张工作表是名单，都已读入"),
        Case("the sheet hidden behind an empty one", hide_sheet, remark="是隐藏的，也已读入"),
        Case("sheet and cells protected", lambda s: s.ws.protection.enable()),
    ]


def number_cases():
    return [
        Case("numbers stored as text", as_text),
        Case("notes (comments) on cells", comments),
        count_read("１２０", "120", "全角字符已转换"),
        count_read("1,234", "1234", "千分位"),
        count_read("120人", "120", "单位“人”已略去"),
        count_read("一百二十", "120", "中文数字"),
        count_read("1.2万", "12000", "按 12000 读取"),
        Case("职工总数: 120.0 as a number", set_cell(0, "staff", 120.0)),
        count(0, "120（含劳务）", "说明写入备注"),
        count(0, "约120", "不是确切的数"),
        count(0, "100-120", "是范围"),
        count(0, "12 0", "中间有空格"),
        count(0, 120.5, "应为整数"),
        count(0, -5, "负数"),
        count(0, "无", "可能是零"),
        count(0, "-", "可能是零"),
        count(0, 13800000000, "过大"),
        Case("职工总数: 0.05 in per cent", set_cell(0, "staff", 0.05, "0%"), refused={0: {"staff": "百分数"}}),
        Case("职工总数: 120 in a cell formatted as a date", set_cell(0, "staff", 120, "yyyy-mm-dd"),
             refused={0: {"staff": "日期格式"}}),
        money_read("5200万元", "5200000000", None),
        money_read("1.2亿", "12000000000", "“亿”换算"),
        money_read("52000000元", "5200000000", "“元”换算"),
        money(52000000, "误按元"),
        money("500万美元", "人民币"),
        money("5200多", "不是确切的数"),
        Case('上年销售收入(万元): 52000000 in the format 0!.0,"万"', set_cell(0, "sales_wan", 52000000, '0!.0,"万"'),
             refused={0: {"sales_wan": "缩小了显示"}}),
        Case("a number struck through as a whole", struck("staff", 0), refused={0: {"staff": "删除线"}}),
        Case("98 struck through and 120 behind it in one cell",
             bytes_of=with_shared_strings(set_cell(0, "staff", "98120"), partly_struck), refused={0: {"staff": "删除线"}}),
        Case("a formula with its last value", formulas, surgery=cached(5000)),
        Case("a formula that was never calculated", formulas, refused={0: {"costs_wan": "公式没有保存结果"}}),
        Case("a formula that is #REF!", formulas, surgery=in_list(fault), refused={0: {"costs_wan": "#REF!"}}),
        Case("职工总数: '#N/A' as text", set_cell(0, "staff", "#N/A"), refused={0: {"staff": "公式出错"}}),
    ]


def code_cases():
    tidy = "代码已整理"
    return [
        Case("a code in lower case", on_code(0, str.lower), remark=tidy),
        Case("a code in full width", on_code(0, wide), remark=tidy),
        Case("a code with blanks and hyphens", on_code(0, lambda c: f"{c[:8]} {c[8:16]}-{c[16:]}"), remark=tidy),
        Case("a code with a zero-width blank behind it", on_code(0, lambda c: c + "\u200b"), remark="不可见字符"),
        Case("a code behind an apostrophe", on_code(0, lambda c: "'" + c), remark=tidy),
        Case("a code that became the number 9.13716E+17", on_code(0, lambda c: 9.13716e17),
             refused={0: {"credit_code": "末几位已丢失"}}),
        Case("a code that became the number 913716267312395000", on_code(0, lambda c: 913716267312395000),
             refused={0: {"credit_code": "末几位已丢失"}}),
        Case("I for 1 in a code", on_code(0, letter_for_digit), refused={0: {"credit_code": "是否为"}}),
        Case("a wrong last character", on_code(0, wrong_check), refused={0: {"credit_code": "校验码不符"}}),
        Case("a character missing", on_code(0, lambda c: c[:-1]), refused={0: {"credit_code": "17 位"}}),
        Case("the organisation code alone", on_code(0, lambda c: c[8:17]), refused={0: {"credit_code": "9 位"}}),
        Case("无 for a code", on_code(0, lambda c: "无"), refused={0: {"credit_code": "没有代码请留空"}}),
        Case("a code emptied", on_code(0, lambda c: None), changed={0: {"credit_code": None}}),
        Case("a name emptied", set_cell(0, "name", None), refused={0: {"name": "未填写"}}),
        Case("blanks around a name", set_cell(5, "name", "  演示某厂　"), changed={5: {"name": "演示某厂"}}),
    ]


def date_cases():
    return [
        Case("dates as serial numbers in General", serials, remark="日期序列号已换算"),
        Case("a workbook that counts days from 1904", epoch_1904),
        Case("a workbook of 1904 with serial numbers in General",
             several(epoch_1904, all_days(lambda d: (d.date() - datetime.date(1904, 1, 1)).days)), remark="日期序列号已换算"),
        Case("dates with a clock", all_days(lambda d: f"{d:%Y-%m-%d} 09:30"), remark="钟点已略去"),
        day_read("2026.11.3", "2026-11-03"),
        day_read("2026年11月3日", "2026-11-03"),
        day_read("２０２６／１１／３", "2026-11-03"),
        day_read(20261103, "2026-11-03"),
        day_read("2026年11月3日 星期二", "2026-11-03"),
        day("11/3", "没有年份"),
        day("11月3日", "没有年份"),
        day("26.11.3", "年份只有两位"),
        day("3/11/2026", "年份在后"),
        day("2026年11月", "没有写到日"),
        day("2026-11-31", "不是日期"),
        day(datetime.datetime(2027, 1, 5), "晚于今天", "yyyy-mm-dd"),
        day("上周", "不是日期"),
    ]


def text_cases():
    return [
        Case("核实结论 with blanks and a full stop", set_cell(0, "verdict", " 有意 申报。"), remark="按“有意申报”读取"),
        verdict("有意申请", "是否应为“有意申报”"),
        verdict("有意申报（明年）", "其余写入备注"),
        verdict("待定", "可填："),
        Case("rich text in a cell", bytes_of=with_shared_strings(change=rich)),
        Case("phonetic text (rPh) in a cell", bytes_of=with_shared_strings(change=phonetic)),
        Case("texts in a part of their own (sharedStrings)", bytes_of=with_shared_strings()),
        Case("elements with a namespace prefix", surgery=prefixed),
        Case("rows and cells without their numbers", surgery=in_list(without_refs)),
        Case("strict OOXML", surgery=strict),
        Case("a note of 32,767 characters", set_cell(0, "note", "长" * 32767), changed={0: {"note": "长" * 32767}}),
        Case("emoji in a note", set_cell(0, "note", "👍🏭 好"), changed={0: {"note": "👍🏭 好"}}),
        Case("CR LF and _x000D_ in a note", set_cell(0, "note", "一_x000D_\n二"), changed={0: {"note": "一\n二"}}),
        Case("a note that begins with =", set_cell(0, "note", "'=HYPERLINK(1)"), changed={0: {"note": "'=HYPERLINK(1)"}}),
        Case("a text struck through", struck("note", 0), remark="含删除线"),
    ]


def file_cases():
    return [
        Case("csv in GB18030 (Excel)", bytes_of=delimited("gb18030"), suffix=".csv"),
        Case("csv in UTF-8 with a byte order mark (WPS)", bytes_of=delimited("utf-8-sig"), suffix=".csv"),
        Case("Unicode text: tabs, UTF-16", bytes_of=delimited("utf-16", "\t"), suffix=".txt"),
        Case("csv whose codes Excel made numbers of", bytes_of=delimited("gb18030", codes="9.13716E+17"), suffix=".csv",
             refused={i: {"credit_code": "末几位已丢失"} for i in range(ROWS)}),
        Case("csv whose dates did not fit their column", bytes_of=delimited("gb18030", days="########"), suffix=".csv",
             refused={i: {"visited_on": "列太窄"} for i in range(6)}),
        Case("saved by LibreOffice as xlsx", office=("ods", "xlsx")),
        Case("saved by LibreOffice as ods", office=("ods",), suffix=".ods"),
        Case("saved by LibreOffice as flat ods", office=("fods",), suffix=".fods"),
        Case("saved by LibreOffice as xls", office=("xls",), suffix=".xls"),
        Case("saved by LibreOffice as html", office=("html",), suffix=".html", silent=True),
        Case("ods with a formula, merged cells, a hidden row, 合计",
             several(formulas, hide_rows, merge("visited_by", 0, 2), add_row({"first": "合计", "staff": 1467})),
             office=("ods",), suffix=".ods", remark="是合计"),
        Case("xls with a formula, merged cells, a hidden row, 合计",
             several(formulas, hide_rows, merge("visited_by", 0, 2), add_row({"first": "合计", "staff": 1467})),
             office=("xls",), suffix=".xls", remark="是合计"),
        Case("xls that counts days from 1904", epoch_1904, office=("xls",), suffix=".xls"),
        Case("a web page under the name .xls, in GBK", bytes_of=html_page("gbk"), suffix=".xls"),
        Case("a web page under the name .xls that says gb2312 and is UTF-8",
             bytes_of=lambda base: html_page("utf-8")(base).replace(b"charset=utf-8", b"charset=gb2312"), suffix=".xls"),
        Case("XML Spreadsheet 2003 under the name .xls", bytes_of=xml_2003, suffix=".xls"),
        Case("xlsm", surgery=xlsm, suffix=".xlsm"),
        Case("an xlsx under the name .csv", suffix=".csv"),
        Case("an xlsx with a password", bytes_of=lambda base: compound("EncryptionInfo", "EncryptedPackage"), error="密码"),
        Case("an old Word file under the name .xls", bytes_of=lambda base: compound("WordDocument"), suffix=".xls", error="不是工作簿"),
        Case("a Word file under the name .xlsx", bytes_of=renamed_zip("word/document.xml"), error="不是 xlsx 工作簿"),
        Case("xlsb", bytes_of=renamed_zip("xl/workbook.bin"), suffix=".xlsb", error="xlsb"),
        Case("a PDF under the name .xlsx", bytes_of=lambda base: b"%PDF-1.7\n%\xe2\xe3", error="PDF"),
        Case("a picture under the name .xlsx", bytes_of=lambda base: b"\x89PNG\r\n\x1a\n", error="图片"),
        Case("a login page under the name .xls", bytes_of=lambda base: "<html><body>请登录</body></html>".encode(), suffix=".xls",
             error="网页"),
        Case("an empty file", bytes_of=lambda base: b"", error="空"),
        Case("cut off in the middle", bytes_of=truncated(0.5), error="损坏"),
        Case("cut off in the last tenth", bytes_of=truncated(0.9), error="损坏"),
        Case("only 汇总 sent back", lambda s: [s.book.remove(s.book[n]) for n in s.book.sheetnames if n != "汇总"], error="企业名称"),
    ]


def all_cases():
    Case.numbers = 0
    return structure_cases() + number_cases() + code_cases() + date_cases() + text_cases() + file_cases()
