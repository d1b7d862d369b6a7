#!/usr/bin/env python3
"""Queries by hand on the demo city, for reading: what staff type, and what comes first.

python3 bench/search_reading.py --tanmiao BUILD/apps/tanmiao --data FOLDER

FOLDER is what `tanmiao demo --data FOLDER` made: its firms are invented. Prints a table; nothing is judged here, a person reads it
(docs/measured/search_reading.md)."""
import argparse
import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
QUERIES = [
    ("铝业", "a part of a name"),
    ("壬巳辰铝业", "half a name"),
    ("山东壬巳辰铝业科技有限公司", "a name as it is written"),
    ("brand:壬巳辰", "a trade name"),
    ("91371602YY01222286", "a code"),
    ("91371602YY01", "the beginning of a code"),
    ("YY01222286", "a code in part"),
    ("lvye", "pinyin"),
    ("rensichenlvye", "pinyin of half a name"),
    ("rscly", "initials"),
    ("rensicenlvye", "pinyin with a letter left out"),
    ("壬巳晨铝业", "one character that sounds alike"),
    ("滨州壬巳晨铝业", "the same behind a place"),
    ("铝合金板", "a product"),
    ("铝合金扳", "a product with a slip"),
    ("电解铝", "a product that has other names"),
    ("about:铝箔", "a product by all that speaks of it"),
    ('"铝及铝合金"', "a phrase"),
    ("scope:研发", "in scopes alone"),
    ("patent:装置", "in titles of patents"),
    ("abstract:装置", "in abstracts of patents"),
    ("award:高新技术企业", "a recognition"),
    ("class:C22", "a class of patents"),
    ("class:合金", "a class by its title"),
    ("纺织 -家纺", "one word and not another"),
    ("纺织 | 铝业", "either of two"),
    ("（铝 OR 铜） 邹平", "brackets and a place, in full width"),
    ("博兴", "a place"),
    ("place:博兴县 铝", "a place that is meant as one"),
    ("capital:1000.. established:2018..", "ranges"),
    ("patents:5..", "so many patents"),
    ("name:科技 staff:10..50", "a name and a range"),
    ("industry:有色", "a facet that has no such value"),
    ("铝 （", "a bracket that is not closed"),
    ("龘", "what nobody has"),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tanmiao", type=pathlib.Path, default=ROOT / "build/release/apps/tanmiao")
    parser.add_argument("--data", type=pathlib.Path, required=True)
    options = parser.parse_args()
    print("| typed | what it is | firms | the first two, and where they hold it |\n|---|---|---|---|")
    for text, what in QUERIES:
        words = [options.tanmiao, "search", "--data", options.data, "--config", options.data / "tanmiao.toml", "--limit", "2", "--json", "--", text]
        done = subprocess.run(words, capture_output=True, text=True)
        typed = text.replace("|", "\\|")
        if done.returncode != 0:
            error = (done.stderr.strip() or done.stdout.strip()).splitlines()[0].replace("|", "\\|")
            print(f"| `{typed}` | {what} | | {error.removeprefix('tanmiao: ')} |")
            continue
        page, *firms = map(json.loads, done.stdout.splitlines())
        shown = [f"{firm['name']}（{firm['matched_in']}）" for firm in firms]
        taken = [f"taken for {c['as']}" for c in page["corrections"]]
        print(f"| `{typed}` | {what} | {page['total']} | {'; '.join(taken + shown)} |")


if __name__ == "__main__":
    main()
