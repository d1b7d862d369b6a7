"""Former names as truth for name matching: real renamings that the data beside the project shows, and made ones.

Real (list `renamed`; nothing is fitted to it):
- rows of a registry that give the former name in brackets: 青岛某某有限公司(原青岛某某厂);
- two names of one share: only a company limited by shares (股份有限公司) is listed, so that two such full names of one short
  name are one firm at two times. Which is the later: that of the exchange's list, not that of the older deal. A short name with
  more than three full names is the source's error and left out.

Made (list `former`): real registry names, each with a name it might have borne, by the declared model RENAMING. Of every
three one has its former name in the list and is asked by it, one the same with a slip, one is asked by a former name that the list
does not have. A third of the firms is struck from the list.
"""
import collections
import hashlib
import random
import re

import match_truth as truth

WRONG = {"耐普矿机"}  # its two full names are firms that have nothing to do with each other

FORM = re.compile("(股份有限公司|有限责任公司|有限公司)$")
WITH_FORMER = re.compile(r"^(.{6,}?)\((?:原(?:名称?)?|曾用名):?([^()]{5,})\)$")

# What changed at once, as often as among the 131 real ones; left out are
# 37 works (厂) that became companies of another trade name.
RENAMING = {"form": 6, "industry": 20, "region": 10, "group": 1, "form industry": 4, "group industry": 10, "region group": 6,
            "region industry": 10, "region group industry": 8, "region trade": 6, "trade": 12}


def bracketed(data):
    """(former, present) of registry rows."""
    for row in truth.registry(data):
        if found := WITH_FORMER.match(truth.norm(row["企业名称"])):
            yield found[2], found[1]


def shares(data):
    """(former, present) of companies limited by shares."""
    names, later = collections.defaultdict(list), set()

    def add(short, full, old):
        full = re.sub(r"\((SS|SZ|SH|HK|NASDAQ|NYSE).*$", "", truth.norm(full))
        if full.endswith("股份有限公司") and full not in names[short]:
            names[short].append(full)
        if not old:
            later.add((short, full))

    links = data / "links"
    for row in truth.rows_of(links / "ashare_short_full.csv"):
        add(row["short"], row["full"], False)
    for row in truth.rows_of(links / "firms.csv"):
        if row["short"]:
            add(row["short"], row["企业名称"], True)
    for row in truth.rows_of(links / "vc_deals.csv"):
        for full in re.split("[；;，,]", row["full_names_zh"]):
            add(row["short_name_zh"], full, True)
    for short, full in names.items():
        present = next((f for f in full if (short, f) in later), full[0])
        if 1 < len(full) <= 3 and short not in WRONG:
            yield from ((f, present) for f in full if f != present and (short, f) not in later)


def renamed(data, out):
    """The real ones: the list has the present name alone (`renamed`), or the former one as well (`renamed_told`)."""
    fulls = {truth.norm(r["full"]): r["full"] for r in truth.rows_of(data / "links" / "ashare_short_full.csv")}
    pairs = sorted(set(bracketed(data)) | set(shares(data)))
    former = {old for old, _ in pairs}
    present = {new: old for old, new in pairs}
    names = [n for n in {**fulls, **{new: new for new in present}} if n not in former]
    against = [[f"F{i}", n, present.get(n, "")] for i, n in enumerate(names)]
    against += [[f"D{i}", r["企业名称"], ""] for i, r in enumerate(truth.distractors(data, set(names) | former))]
    ids = {name: number for number, name, _ in against}
    random.Random(2).shuffle(against)
    truth.write(out / "renamed_against.csv", ["id", "name"], [row[:2] for row in against])
    truth.write(out / "renamed_told_against.csv", ["id", "name", "former"], against)
    rows = [[f"{'bracket' if old in dict(bracketed(data)) else 'share'}-{i}", old, ids[new]]
            for i, (old, new) in enumerate(pairs)]
    truth.write(out / "renamed_report.csv", ["id", "name", "truth"], rows)
    return rows


class Renaming:
    """Gives a name that a firm may have borne, or None where its present one does not allow the kind."""

    def __init__(self, rows, seed):
        self.random, self.rows = random.Random(seed), rows

    @staticmethod
    def places(row):
        county = re.match("(?:.{2,3}省)?(?:.{2,3}市)?(.{1,3}[县区市])", truth.norm(row["注册地址"]))
        return [row["所在省份"] + "省", row["地区"] + "市", county[1] if county else "", row["所在省份"], row["地区"],
                county[1][:-1] if county else ""]

    def parts(self, row):
        """[region, trade name of two characters, what follows, form], or None."""
        name = truth.norm(row["企业名称"])
        form = FORM.search(name)
        if not form or "分公司" in name or "(" in name:
            return None
        body, region = name[:form.start()], ""
        for place in self.places(row) * 2:
            if len(place) > 1 and body.startswith(place) and len(body) >= len(place) + 4:
                region, body = region + place, body[len(place):]
        return [region, body[:2], body[2:], form[0]] if len(body) >= 4 else None

    def other(self):
        while not (parts := self.parts(self.random.choice(self.rows))):
            pass
        return parts

    def before(self, row, kinds):
        parts = self.parts(row)
        if parts is None:
            return None
        for kind in kinds.split():
            if kind == "form":
                parts[3] = {"有限公司": "有限责任公司"}.get(parts[3], "有限公司")
            elif kind == "region":
                bare = parts[0].rstrip("省市县区")
                parts[0] = self.random.choice([p for p in [*self.places(row), ""]
                                               if len(p) != 1 and p.rstrip("省市县区") != bare] or [""])
            elif kind == "industry":
                parts[2] = self.other()[2]
            elif kind == "group":
                parts[2] = parts[2][:-2] if parts[2].endswith("集团") else parts[2] + "集团"
            elif kind == "trade":
                parts[1] = self.other()[1]
        return "".join(parts)


ASKED = ("told", "slip", "untold")


def former(data, out, han, count=12_000, listed=200_000):
    rows = {}
    for row in truth.registry(data):
        rows.setdefault(truth.norm(row["企业名称"]), row)
    names = sorted(rows)
    random.Random(7).shuffle(names)
    names = names[:listed]
    renaming, damage = Renaming([rows[n] for n in names[:50_000]], 8), truth.Damage(han, 9)
    pick = random.Random(10)
    struck, told, cases = set(), {}, []
    for n, name in enumerate(names[:count]):
        kinds = pick.choices(list(RENAMING), RENAMING.values())[0]
        kind = next((k for k in ("trade", "industry") if k in kinds), "rest")
        old = renaming.before(rows[name], kinds)
        if old is None or old in rows:
            continue
        how = ASKED[n % 3]
        asked = getattr(damage, pick.choice(truth.KINDS[:5]))(old) if how == "slip" else old
        if asked is None or asked == old and how == "slip":
            continue
        gone = hashlib.sha256(name.encode()).digest()[1] % 3 == 0
        if gone:
            struck.add(name)
        elif how != "untold":
            told[name] = old
        cases.append([f"{kind}_{how}-{n}", asked, "" if gone else name])
    against = [(f"R{i}", name, told.get(name, "")) for i, name in enumerate(names) if name not in struck]
    ids = {name: number for number, name, _ in against}
    truth.write(out / "former_against.csv", ["id", "name", "former"], against)
    for part in ("tune", "report"):
        truth.write(out / f"former_{part}.csv", ["id", "name", "truth"],
                    [[c[0], c[1], ids.get(c[2], "")] for c in cases if truth.half(c[1]) == part])
