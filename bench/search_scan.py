"""A linear scan over the rows of a register and over what was published about their firms, for bench/search_golden.py: what search is to find,
told a second time, by other means and without the index."""
import collections
import csv
import gzip
import pathlib
import re
import tomllib
import unicodedata

ROOT = pathlib.Path(__file__).resolve().parent.parent
ATOM = re.compile(r"[0-9a-zÀ-ɏͰ-ԯ぀-ヿ가-힣]+|[㐀-䶿一-鿿〇豈-﫿𠀀-𲎯]|[ \t]+|.", re.S)
HAN = re.compile(r"[一-鿿]+")


def table(name):
    with open(ROOT / "config/reference" / name, encoding="utf-8", newline="") as text:
        return list(csv.reader(text))[1:]


SIMPLIFIED = {r[0]: r[1] for r in table("simplified.csv")}
READINGS = collections.defaultdict(set)
for _row in table("han.csv"):
    READINGS[_row[0]].update(_row[1].split())
for _word, _said in (r[:2] for r in table("name_readings.csv")):
    for _c, _s in zip(_word, _said.split()):
        READINGS[_c].add(_s)
OTHERS = {name for r in table("product_words.csv") if r[1] for name in (r[0], *r[1].split("|"))}
PLACES = set()
for _r in table("divisions.csv"):
    PLACES.add(_r[1])
    if int(_r[3]) <= 3 and len(_r[1]) > 2:
        PLACES.add(_r[1][:-1])
PLACES |= {r[1] for r in table("zones.csv")}


def fold(text):
    return "".join(SIMPLIFIED.get(c, c) for c in unicodedata.normalize("NFKC", text).lower())


def atoms(text, marks):
    """Han characters and words, each between two \\x01; "|" for a mark that parts."""
    out, cut, word = [], False, False
    pieces = ATOM.findall(fold(text))
    for i, piece in enumerate(pieces):
        solid = ATOM.fullmatch(piece) and (piece[0].isalnum() or piece == "〇")
        if solid and ATOM.match(piece).group() == piece and not piece.isspace():
            if cut and marks and out:
                out.append("|")
            out.append(piece)
            cut, word = False, not HAN.fullmatch(piece) and len(piece.encode()) < 3 * len(piece)
        elif piece.isspace():
            word = False
        else:
            inner = piece in "-./_" and word and i + 1 < len(pieces) and re.match(r"[0-9a-z]", pieces[i + 1])
            cut |= not inner
            word = False
    return "\x01" + "\x01".join(out) + "\x01" if out else ""


def code_of(row):
    return re.sub("[^0-9A-Z]", "", unicodedata.normalize("NFKC", row["统一社会信用代码"]).upper())


class Published:
    """Of one name: titles, abstracts and classes of patents, recognitions."""

    def __init__(self):
        self.titles, self.abstracts, self.symbols, self.awards = [], [], [], []


def published(shared):
    """By name without marks, as the files have it: what bears the very name of a firm is the firm's."""
    by_name = collections.defaultdict(Published)
    with gzip.open(shared / "patents/taian.csv.gz", "rt", encoding="utf-8-sig", newline="") as text:
        for row in csv.DictReader(text):
            those = by_name[atoms(row["申请人"], False)]
            those.titles.append(row["专利名称"])
            those.abstracts.append(row["摘要"] or "")
            those.symbols += [s.replace(" ", "").upper() for s in re.split("[;；|]", row["主分类号"] or "") if s]
    words = tomllib.loads((ROOT / "tests/real/sources/press-recognitions.toml").read_text(encoding="utf-8"))["page"][0]["rules"]["program"]["words"]
    programs = {r[0]: r[1] for r in table("programs.csv")}
    with open(shared / "recognition/shandong_news.csv", encoding="utf-8-sig", newline="") as text:
        for row in csv.DictReader(text):
            known = [w for w in words if w in row["recognition"]]
            if known:
                named = programs.get(words[max(known, key=len)], "")  # some have no name, only their title
                by_name[atoms(row["firm"], False)].awards += [named, row["recognition"]]
    return by_name


class Firm:
    """A row with what was published; each text in the form in which words are looked for, those of one field after another."""

    def __init__(self, row, of_name):
        self.code, self.raw, self.scope_raw = code_of(row), row["企业名称"], row["经营范围"] or ""
        self.name, self.scope = atoms(self.raw, False), atoms(self.scope_raw, True)
        self.year = (row["注册日期"] or "")[:4]
        self.of = of_name.get(self.name) or Published()
        self.patent, self.abstract, self.award = ("\n".join(atoms(t, True) for t in texts)
                                                  for texts in (self.of.titles, self.of.abstracts, self.of.awards))
        self.texts = "\n".join((self.scope, self.patent, self.award))


def holding(word, field=""):
    """Does a firm hold the word in a field; in none: in its name, scope, titles of patents, recognitions, code or class?"""
    as_name, as_text, upper = atoms(word, False), atoms(word, True), word.upper()
    if field:
        return lambda firm: as_text in getattr(firm, field)
    code = re.fullmatch(r"[0-9A-Za-z]{4,18}", word)
    symbol = re.match(r"[A-H]\d\d[A-Z]", upper)

    def test(firm):
        return (as_name in firm.name or as_text in firm.texts
                or bool(code and (firm.code.startswith(upper) or (len(word) >= 6 and upper in firm.code)))
                or bool(symbol and any(s.startswith(upper) for s in firm.of.symbols)))
    return test


def said(syllables):
    """Does a run of characters read so, in any of their readings?"""
    accepted = [{c for c, r in READINGS.items() if r & ({s} | ({"lu"} if s == "lv" else set()))} for s in syllables]
    return run_of(accepted)


def run_of(accepted):
    pattern = re.compile("\x01".join("[" + "".join(map(re.escape, sorted(chars))) + "]" if chars else "(?!)" for chars in accepted))
    return lambda firm: bool(pattern.search(firm.name))


def cuts(letters):
    known = {s for r in READINGS.values() for s in r if re.search("[aeiou]", s)}
    if not letters:
        return [[]]
    return [[letters[:n]] + rest for n in range(1, 7) if letters[:n] in known and len(letters) >= n for rest in cuts(letters[n:])]


def initials_of(letters):
    ways = [[{c for c, r in READINGS.items() if any(s[0] == x and re.search("[aeiouv]", s) for s in r)} for x in letters]]
    if re.search("[zcs]h", letters):
        parts = re.findall("[zcs]h|.", letters)
        ways.append([{c for c, r in READINGS.items() if any(s.startswith(x) and re.search("[aeiouv]", s) for s in r)} for x in parts])
    tests = [run_of(way) for way in ways]
    return lambda firm: any(test(firm) for test in tests)
