#!/usr/bin/env python3
"""Makes config/reference/han.csv: readings and shapes of the characters that Chinese firm names are written with.

Source: Unihan of Debian's package unicode-data (Unicode 15). Characters: those of GB 2312 (kGB0) and of the table of
general standard characters of 2013 (kTGH). A row: character, readings in pinyin without tones (most usual first; ü is
v), four-corner code, Cangjie code.

    scripts/han_table.py [--unihan /usr/share/unicode] > config/reference/han.csv
"""
import argparse
import bz2
import csv
import pathlib
import sys
import unicodedata

FILES = {
    "Unihan_OtherMappings": {"kGB0"},
    "Unihan_Readings": {"kMandarin", "kHanyuPinlu", "kTGHZ2013"},
    "Unihan_DictionaryLikeData": {"kFourCornerCode", "kCangjie"},
    "Unihan_IRGSources": set(),
}


def read(folder):
    """{code point: {property: value}} of the properties that are used, and the set of characters to keep."""
    table, keep = {}, set()
    for name, wanted in FILES.items():
        with bz2.open(folder / f"{name}.txt.bz2", "rt", encoding="utf-8") as lines:
            for line in lines:
                if not line.startswith("U+"):
                    continue
                point, prop, value = line.rstrip("\n").split("\t")
                if prop in ("kGB0", "kTGHZ2013"):
                    keep.add(int(point[2:], 16))
                if prop in wanted:
                    table.setdefault(int(point[2:], 16), {})[prop] = value
    return table, keep


def toneless(syllable):
    plain = unicodedata.normalize("NFD", syllable.lower().replace("ü", "v"))
    return "".join(c for c in plain if c.isascii() and c.isalpha())


def readings(entry):
    found = []
    found += [part.split("(")[0] for part in entry.get("kHanyuPinlu", "").split()]
    found += entry.get("kMandarin", "").split()[:1]
    found += [s for part in entry.get("kTGHZ2013", "").split() for s in part.split(":")[1].split(",")]
    return list(dict.fromkeys(toneless(s) for s in found if s))


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--unihan", type=pathlib.Path, default=pathlib.Path("/usr/share/unicode"))
    table, keep = read(options.parse_args().unihan)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["char", "readings", "four_corner", "cangjie"])
    for point in sorted(keep):
        entry = table.get(point, {})
        if point > 0xFFFF or not readings(entry):
            continue
        four = entry.get("kFourCornerCode", "").split()[:1]
        cangjie = entry.get("kCangjie", "").split()[:1]
        out.writerow([chr(point), " ".join(readings(entry)), *(four or [""]), *(cangjie or [""])])


if __name__ == "__main__":
    main()
