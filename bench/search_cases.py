"""The golden set of bench/search_golden.py: queries of ten kinds, drawn by rule from the rows of a register and from what was published about
their firms (a seed; no row is kept in the repository), each with the firms that the scan finds."""
import collections
import dataclasses
import random
import re
import typing

from search_scan import HAN, OTHERS, PLACES, READINGS, atoms, cuts, fold, holding, initials_of, run_of, said

KINDS = ("exact", "part", "code", "pinyin", "initials", "typo", "product", "phrase", "mixed", "negative")
EACH, MOST = 30, 5000


@dataclasses.dataclass
class Case:
    """`clauses`: (not, ((field or "", word), ... alternatives)), all of which must hold; what a peer is asked, in its own language."""
    query: str
    clauses: list
    years: tuple = ()
    count_query: str = ""  # the query whose answer is compared with the scan, where it is another one
    test: typing.Callable = None
    top: typing.Callable = None  # is this firm a good first hit?
    kind: str = ""
    right: set = None

    def __post_init__(self):
        self.count_query = self.count_query or self.query
        parts = [(no, [holding(word, field) for field, word in either]) for no, either in self.clauses]
        self.test = self.test or (lambda f: (not self.years or self.years[0] <= f.year <= self.years[1])
                                  and all(any(t(f) for t in tests) != no for no, tests in parts))
        self.top = self.top or self.test


def word_of(text, field=""):
    return (False, ((field, text),))


def without(text, field=""):
    return (True, ((field, text),))


class Drawer:
    def __init__(self, firms, seed):
        self.firms, self.pick = firms, random.Random(seed)
        self.owners = [f for f in firms if f.of.titles]
        self.honoured = [f for f in firms if f.of.awards]

    def firm(self):
        return self.pick.choice(self.firms)

    def part(self, least, most):
        """Of a name, and no name of a place: those are found by where a firm is too."""
        while True:
            firm = self.firm()
            runs = [r for r in HAN.findall(firm.raw) if len(r) >= least + 2]
            if not runs:
                continue
            part = self.piece(runs, least, most)
            if not any(part.startswith(p) for p in PLACES):
                return firm, part

    def piece(self, runs, least, most):
        """Of one of some runs of characters."""
        while True:
            run, size = self.pick.choice(runs), self.pick.randint(least, most)
            if size <= len(run):
                at = self.pick.randint(0, len(run) - size)
                return run[at:at + size]

    def item(self, least, most):
        while True:
            items = [i for i in re.split("[、；，。,;.（）()：: ]", self.firm().scope_raw) if HAN.fullmatch(i) and least <= len(i) <= most
                     and not any(i.startswith(p) for p in PLACES)]
            if items:
                return self.pick.choice(items)

    def thing(self):
        """What a patent is for: the end of its title."""
        while True:
            runs = HAN.findall(self.pick.choice(self.pick.choice(self.owners).of.titles))
            end = runs[-1][-self.pick.randint(2, 6):] if runs else ""
            if len(end) > 1 and not any(end.startswith(p) for p in PLACES):
                return end

    def told(self, firms, texts, least, most):
        """A piece of what was published about one of some firms."""
        while True:
            runs = [r for t in getattr(self.pick.choice(firms).of, texts) for r in HAN.findall(t) if len(r) >= most]
            if runs:
                return self.piece(runs, least, most)

    def exact(self):
        firm = self.firm()
        if '"' in firm.raw or not HAN.search(firm.raw):
            return None
        return Case(firm.raw, [word_of(firm.raw)], count_query=f'"{firm.raw}"', top=lambda f: f.name == firm.name)

    def part_of_name(self):
        _, part = self.part(3, 5)
        as_name = atoms(part, False)
        return Case(part, [word_of(part)], top=lambda f: as_name in f.name)

    def code(self):
        code = self.firm().code
        query = self.pick.choice((code, code[:self.pick.randint(11, 16)], code[-9:], code[8:16].lower()))
        return Case(query, [word_of(query)], top=lambda f: query.upper() in f.code)

    def pinyin(self):
        _, part = self.part(2, 4)
        syllables = [sorted(READINGS[c])[0] for c in part if READINGS[c]]
        letters = "".join(syllables)
        ways = cuts(letters)
        if len(syllables) != len(part) or not 1 <= len(ways) <= 6 or min(map(len, ways)) < 2:
            return None
        tests, literal = [said(w) for w in ways], holding(letters)
        return Case(letters, [word_of(letters)], test=lambda f: literal(f) or any(t(f) for t in tests))

    def initials(self):
        _, part = self.part(4, 6)
        if not all(READINGS[c] for c in part):
            return None
        letters = "".join(sorted(READINGS[c])[0][0] for c in part)
        literal = holding(letters)
        if cuts(letters) or any(literal(f) for f in self.firms):
            return None
        return Case(letters, [word_of(letters)], test=initials_of(letters))

    def typo(self):
        _, part = self.part(4, 5)
        at = self.pick.randrange(len(part))
        others = sorted(c for c, r in READINGS.items() if r & READINGS[part[at]] and c != part[at])
        if not others:
            return None
        slip = part[:at] + self.pick.choice(others) + part[at + 1:]
        literal = holding(slip)
        if any(literal(f) for f in self.firms) or any(slip.startswith(p) or slip.endswith(p) for p in PLACES):
            return None
        classes = [{c for c, r in READINGS.items() if r & READINGS[x]} | {x} for x in slip]
        alike = run_of(classes)
        as_name = atoms(part, False)
        # The likeliest spelling finds what it finds when it is typed.
        anywhere = holding(self.likeliest(slip, classes))
        return Case(slip, [word_of(slip)], test=lambda f: alike(f) or anywhere(f), top=lambda f: as_name in f.name)

    def likeliest(self, slip, classes):
        """Of the spellings in names that sound so the one that changes fewest characters, then the one of most firms."""
        run = re.compile("\x01".join("[" + "".join(map(re.escape, sorted(chars))) + "]" for chars in classes))
        count = collections.Counter(found[0].replace("\x01", "") for f in self.firms if (found := run.search(f.name)))
        return min(count, key=lambda s: (sum(a != b for a, b in zip(s, slip)), -count[s], s.encode()))

    def product(self):
        word = self.thing() if self.pick.random() < 0.3 else self.item(2, 7)
        # Its other names are found as well: what is compared here is the word.
        return None if fold(word) in OTHERS else Case(word, [word_of(word)])

    def phrase(self):
        firm = self.pick.choice(self.owners) if self.pick.random() < 0.2 else self.firm()
        runs = re.findall("[一-鿿]{6,}", "；".join((firm.scope_raw, firm.raw, *firm.of.titles, *firm.of.awards)))
        if not runs:
            return None
        phrase = self.piece(runs, 5, 9)
        return Case(self.pick.choice(('"%s"', "“%s”", "「%s」")) % phrase, [word_of(phrase)])

    def mixed(self):
        _, part = self.part(2, 3)
        item, other, thing = self.item(2, 5), self.item(2, 4), self.thing()
        told = self.told(self.owners, "abstracts", 2, 4)
        award = self.told(self.honoured, "awards", 3, 5)
        return self.pick.choice((
            Case(f"{part} {item}", [word_of(part), word_of(item)]),
            Case(f"{part} -{item}", [word_of(part), without(item)]),
            Case(f"（{item} | {other}） {part}", [word_of(part), (False, (("", item), ("", other)))]),
            Case(f"{part} AND NOT {other}", [word_of(part), without(other)]),
            Case(f"scope:{item} {part}", [word_of(item, "scope"), word_of(part)]),
            Case(f"{item} established:2019..2020", [word_of(item)], years=("2019", "2020")),
            Case(f"patent:{thing} abstract:{told}", [word_of(thing, "patent"), word_of(told, "abstract")]),
            Case(f"摘要：{told} -{item}", [word_of(told, "abstract"), without(item)]),
            Case(f"资质：“{award}” OR patent:{thing}", [(False, (("award", award), ("patent", thing)))])))

    def negative(self):
        _, one = self.part(3, 4)
        _, two = self.part(3, 4)
        word = one[:2] + two[-2:]
        if self.pick.random() < 0.6:
            return Case(f'"{word}"', [word_of(word)])
        return Case(f'"{one}" -"{one[:2]}"', [word_of(one), without(one[:2])])

    def cases(self):
        makers = (self.exact, self.part_of_name, self.code, self.pinyin, self.initials, self.typo, self.product, self.phrase, self.mixed,
                  self.negative)
        for kind, maker in zip(KINDS, makers):
            made = 0
            while made < EACH:
                case = maker()
                if case is None:
                    continue
                case.kind, case.right = kind, {f.code for f in self.firms if case.test(f)}
                if (kind == "negative") == bool(case.right) or len(case.right) > MOST:
                    continue
                made += 1
                yield case
