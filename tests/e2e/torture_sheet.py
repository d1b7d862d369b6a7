"""The sheet that is damaged by torture.py: a real export with answers filled in, and what has to come of it."""
import copy
import datetime

import openpyxl

from harness import Failed

WORDS = {"name": "企业名称", "credit_code": "统一社会信用代码", "unit": "责任单位", "visited_by": "走访人",
         "visited_on": "走访日期", "staff": "职工总数", "technical_staff": "科技人员数", "sales_wan": "上年销售收入(万元)",
         "rd_expense_wan": "上年研发费用(万元)", "costs_wan": "上年成本费用总额(万元)", "assets_wan": "资产总额(万元)",
         "software_copyrights": "软件著作权(件)", "verdict": "核实结论", "note": "备注"}
MONEY = ("sales_wan", "rd_expense_wan", "costs_wan", "assets_wan")
ROWS = 8  # of the list that are kept
# What is filled in; the last two rows stay as they went out.
DAY = datetime.date(2026, 11, 3)
ANSWERS = [
    {"visited_by": "走访组一", "visited_on": DAY, "staff": 120, "technical_staff": 20, "sales_wan": 5200, "rd_expense_wan": 312,
     "costs_wan": 5000, "assets_wan": 8000, "software_copyrights": 3, "verdict": "有意申报", "note": "愿意申报"},
    {"visited_by": "走访组一", "visited_on": DAY, "staff": 45, "technical_staff": 0, "sales_wan": 233.6, "rd_expense_wan": 0,
     "software_copyrights": 0, "verdict": "无研发"},
    {"visited_by": "走访组一", "visited_on": DAY, "staff": 1234, "technical_staff": 300, "sales_wan": 12345.67,
     "rd_expense_wan": 800.5, "verdict": "超规模", "note": "含劳务派遣"},
    {"visited_by": "走访组二", "visited_on": datetime.date(2026, 10, 31), "staff": 8, "verdict": "材料不足"},
    {"visited_by": "走访组二", "visited_on": datetime.date(2026, 2, 28), "staff": 60, "sales_wan": 0.5, "verdict": "联系不上"},
    {"visited_by": "走访组二", "visited_on": datetime.date(2025, 12, 1), "software_copyrights": 12, "verdict": "已迁出"},
]


def as_read(word, value):
    """A filled-in value in the form that read_returned() gives."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if word in MONEY:
        return str(round(value * 1_000_000))
    return str(value)


class Sheet:
    """One workbook to be damaged; rows are counted from 0 below the header."""

    def __init__(self, path):
        self.book = openpyxl.load_workbook(path)
        self.ws = self.book["名单"]

    @property
    def head(self):
        return next(c.row for row in self.ws.iter_rows(max_row=30) for c in row if c.value == "企业名称")

    def column(self, word):
        return next(c.column for c in self.ws[self.head] if c.value == WORDS[word])

    def column_of_last(self):
        return max(c.column for c in self.ws[self.head] if c.value)

    def row(self, index):
        return self.head + 1 + index

    def cell(self, index, word):
        return self.ws.cell(self.row(index), self.column(word))

    def set(self, index, word, value, form=None):
        cell = self.cell(index, word)
        cell.value = value
        if form is not None:
            cell.number_format = form

    def heading(self, word, text):
        self.ws.cell(self.head, self.column(word)).value = text

    def unmerge(self):
        for block in list(self.ws.merged_cells.ranges):
            self.ws.unmerge_cells(str(block))

    def table(self):
        """Header and rows as values."""
        width = self.ws.max_column
        return [[self.ws.cell(r, c).value for c in range(1, width + 1)] for r in range(self.head, self.row(ROWS))]

    def save(self, path, damage=None):
        if damage:
            damage(self)
        self.book.save(path)


class Base:
    """The exported list, cut to a few rows and filled in, and the truth about it."""

    def __init__(self, exported):
        self.path = exported.with_name("filled.xlsx")
        sheet = Sheet(exported)
        last = sheet.ws.max_row
        keep = [r for r in range(sheet.head + 1, last + 1) if sheet.ws.cell(r, sheet.column("credit_code")).value][:ROWS]
        if len(keep) < ROWS:
            raise Failed(f"the export has {len(keep)} firms with a code, {ROWS} are needed")
        for r in range(last, sheet.head, -1):
            if r not in keep:
                sheet.ws.delete_rows(r)
        self.truth = []
        for index in range(ROWS):
            row = {word: sheet.cell(index, word).value for word in ("name", "credit_code", "unit")}
            for word, value in (ANSWERS[index] if index < len(ANSWERS) else {}).items():
                sheet.set(index, word, value, "yyyy-mm-dd" if word == "visited_on" else None)
                row[word] = as_read(word, value)
            self.truth.append({k: v for k, v in row.items() if v is not None})
        sheet.book.save(self.path)

    def fresh(self):
        return Sheet(self.path)


class Outcome:
    def __init__(self, verdict, said):
        self.verdict, self.said = verdict, said


class Case:
    """`damage(sheet)` changes the workbook; or `surgery` edits parts of the zip, `bytes_of(base)` makes the file, `office`
    names LibreOffice's conversions. `changed`: {row: {word: value}} that differ from what was filled in (None: absent).
    `refused`: {row: {word: words of the reason}}. `gone`: rows that are not read. `remark`: words that must be said.
    `error`: words of the refusal of the whole file."""
    numbers = 0

    def __init__(self, title, damage=None, *, surgery=None, bytes_of=None, office=None, suffix=None, changed=None,
                 refused=None, gone=(), more=None, remark=None, error=None, silent=False):
        Case.numbers += 1
        self.number, self.title, self.damage = Case.numbers, title, damage
        self.surgery, self.bytes_of, self.office, self.suffix = surgery, bytes_of, office, suffix
        self.changed, self.refused, self.gone = changed or {}, refused or {}, gone
        self.more, self.remark, self.error, self.silent = more, remark, error, silent

    def judge(self, truth, answer):
        if self.error:
            if "error" not in answer:
                raise Failed(f"was read; expected an error with {self.error!r}")
            if self.error not in answer["error"]:
                raise Failed(f"{answer['error']!r} ({answer['english']}) does not say {self.error!r}")
            return Outcome("file refused", answer["error"])
        if "error" in answer:
            raise Failed(f"was refused: {answer['error']} ({answer['english']})")
        expected = [dict(row) for i, row in enumerate(truth) if i not in self.gone]
        for row, cells in self.changed.items():
            for word, value in cells.items():
                if value is None:
                    expected[row].pop(word, None)
                else:
                    expected[row][word] = value
        for row, cells in self.refused.items():
            for word in cells:
                expected[row].pop(word, None)
        if self.more:
            expected = self.more(expected)
        rows = answer["rows"]
        if len(rows) != len(expected):
            raise Failed(f"{len(rows)} rows were read, expected {len(expected)}: {answer['remarks']}")
        said = list(answer["remarks"])
        for i, (row, wanted) in enumerate(zip(rows, expected)):
            found = {k: v for k, v in row["cells"].items() if k in WORDS}
            if found != wanted:
                raise Failed(f"row {i}: {found} instead of {wanted}; problems {row['problems']}")
            reasons = self.refused.get(i, {})
            if set(row["problems"]) != set(reasons) or row["problem"]:
                raise Failed(f"row {i}: refused {row['problems']} {row['problem']}, expected {reasons}")
            for word, text in reasons.items():
                if text not in row["problems"][word]:
                    raise Failed(f"row {i}: {row['problems'][word]!r} does not say {text!r}")
            said += [row["remark"]] if row["remark"] else []
            said += [f"{WORDS.get(w, w)}：{t}" for w, t in row["remarks"].items()]
        if self.remark and not any(self.remark in s for s in said):
            raise Failed(f"{said} do not say {self.remark!r}")
        if not self.remark and said and not self.refused and not self.silent:
            raise Failed(f"unexpected remarks: {said}")
        if self.refused:
            row, cells = next(iter(self.refused.items()))
            word = next(iter(cells))
            return Outcome("row refused", f"{WORDS[word]}：{rows[row]['problems'][word]}")
        shown = next((s for s in said if self.remark and self.remark in s), "")
        return Outcome("read, with a remark" if shown else "read", shown)
