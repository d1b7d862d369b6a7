#!/usr/bin/env python3
"""`tanmiao rank` as people use it: registers with columns in any order, packed or not, with rows that cannot be read; the table it writes,
the object it prints, the model card. With ../shared/data beside the project also a real city, of which only counts are printed."""
import csv
import gzip
import io
import json
import random

from bad_input import credit_code as code
from harness import ROOT, Bench, arguments, check, main

CHANGCHUN = ROOT.parent / "shared" / "data" / "changchun"
HEAD = ["企业名称", "统一社会信用代码", "注册日期", "企业类型", "注册资金", "经营范围", "所在省份", "地区", "注册地址"]
CHARACTERS = "华瑞恒盛泰隆昌达兴旺诚信宏博远卓越鼎丰益康宁祥和润泽源汇通联"


def firm(chance, number, tech):
    kinds = ["软件", "智能装备", "光电科技", "生物技术"] if tech else ["商贸", "餐饮管理", "建材", "物业服务"]
    items = ["传感器研发", "工业软件开发", "激光器件制造"] if tech else ["日用百货零售", "餐饮服务", "建筑材料销售"]
    name = "滨州" + "".join(CHARACTERS[number // 30 ** i % 30] for i in range(3)) + chance.choice(kinds) + "有限公司"
    return [name, code(number), f"20{chance.randrange(10, 24)}-0{chance.randrange(1, 10)}-15", "有限责任公司",
            chance.choice(["N/A", "100(万元人民币)", "1,000(万元人民币)", "500万元"]), "；".join(chance.sample(items, 2)) + "；会议服务",
            "山东", "滨州", chance.choice(["高新区创业路", "渤海路"]) + f"{chance.randrange(900)}号"]


def register(first, count, seed=1):
    chance = random.Random(seed)
    return [firm(chance, first + n, n % 8 == 0) for n in range(count)]


def write(path, rows, packed=False):
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    data = text.getvalue().encode()
    path.write_bytes(gzip.compress(data) if packed else data)
    return path


def read(path):
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def listed(rows, every=3):
    return [r[0] for n, r in enumerate(rows) if n % 8 == 0 and n % (8 * every) != 0]


def whole_way(bench):
    known, others = register(1, 600), register(5000, 300, 2)
    train = write(bench.folder / "登记.csv.gz", [HEAD, *known], packed=True)
    turned = [8, 5, 0, 3, 1, 4, 2]  # another order of columns, without some
    score = write(bench.folder / "另一区.csv", [[HEAD[i] for i in turned], *[[r[i] for i in turned] for r in others]])
    names = listed(known)
    labels = write(bench.folder / "名单.csv", [["序号", "企业名称", "备注"], *[[n, name, ""] for n, name in enumerate(names)],
                                             [999, "滨州无此一家软件有限公司", ""]])
    out, card = bench.folder / "scores.csv", bench.folder / "card.md"
    answer = bench.json("rank", "--train", train, "--labels", labels, "--score", score, "-o", out, "--model-card", card)
    schema = json.loads((ROOT / "docs/schema/rank.json").read_text())
    check(set(answer) == set(schema["required"]) == set(schema["properties"]), "the object has the members of its schema")
    check(answer["method"] == "learned" and answer["listed_in_train"] == len(names) and answer["listed_by_name"] == 1,
          f"{len(names)} listed firms found, one known by name")
    check(answer["scores"] == str(out) and answer["model_card"] == str(card), "it says where the files are")
    rows = read(out)
    check(list(rows[0]) == ["code", "name", "probability", "rank"] and len(rows) == 300, "code, name, probability, rank of each firm")
    check([int(r["rank"]) for r in rows] == list(range(1, 301)), "ranks from 1")
    probabilities = [float(r["probability"]) for r in rows]
    check(probabilities == sorted(probabilities, reverse=True) and 0 <= probabilities[-1] <= probabilities[0] <= 1, "probabilities fall")
    tech = {r[0] for n, r in enumerate(others) if n % 8 == 0}
    top = sum(r["name"] in tech for r in rows[:len(tech)])
    check(top >= 0.9 * len(tech), f"{top} of {len(tech)} firms of the kind among the first {len(tech)}")
    check("## Limits" in card.read_text() and str(len(names)) in card.read_text(), "the card has figures and limits")
    return train, labels, score, out


def same_bytes(bench, train, labels, score, out):
    first = out.read_bytes()
    rows = list(csv.reader(gzip.decompress(train.read_bytes()).decode().splitlines()))
    head, body = rows[0], rows[1:]
    random.Random(5).shuffle(body)
    mixed = write(bench.folder / "mixed.csv", [head, *body])
    for threads in (1, 3):
        bench.run("rank", "--train", mixed, "--labels", labels, "--score", score, "-o", out, "--threads", threads)
        check(out.read_bytes() == first, f"rows in another order, {threads} threads: the same bytes")


def same_file(bench, train, labels):
    out = bench.folder / "own.csv"
    answer = bench.json("rank", "--train", train, "--labels", labels, "--score", train, "-o", out)
    check(answer["score_rows"] == answer["held_out"] == len(read(out)), "a register that is ranked itself: every score is held out")


def bad_rows(bench, labels):
    rows = register(1, 400)
    rows[10][0] = ""
    rows[20].append("one cell too many")
    rows[30][4] = "很多钱"
    rows[40][2] = "2019-02-31"
    rows[50][1] = "91371600MA3XXXXX0X"
    rows[60][0] = "滨" * 100_000
    train, rejects, out = bench.folder / "bad.csv", bench.folder / "rejects.csv", bench.folder / "bad_scores.csv"
    write(train, [["企业登记信息"], HEAD, *rows])
    done = bench.run("rank", "--train", train, "--labels", labels, "--score", train, "-o", out, "--rejects", rejects)
    check(f"{train}:13, 企业名称: the row has no name; left out" in done.stderr, "file, line and column of a row without a name")
    check(f"{train}:23: " in done.stderr and "shifted" in done.stderr, "a row with too many cells is left out")
    told = list(csv.DictReader(rejects.read_text(encoding="utf-8-sig").splitlines()))
    check([(t["column"], t["left_out"]) for t in told] ==
          [("企业名称", "1"), ("", "1"), ("注册资金", "0"), ("注册日期", "0"), ("统一社会信用代码", "0"), ("企业名称", "1")], "all six in --rejects")
    check("the name has 100000 characters: expected at most 200" in done.stderr, "a name beyond all names is no name")
    check(len(read(out)) == 397, "the rest is ranked")


def what_does_not_go(bench, train, score):
    nobody = write(bench.folder / "empty.csv", [["企业名称"]])
    out = bench.folder / "none.csv"
    answer = bench.json("rank", "--train", train, "--labels", nobody, "--score", score, "-o", out)
    check(answer["method"] == "scorecard" and not answer["calibrated"] and answer["why"], "no labels: the scorecard, and it says so")
    check(len(read(out)) == 300, "and all firms have a rank")
    done = bench.run("rank", "--train", train, "--labels", nobody, "--score", score, "-o", out)
    check("assumes that 1.00 % of all firms" in done.stderr and "measures nothing" in done.stderr, "what the probabilities rest on is said")
    check(answer["held_out"] == 0 and answer["figures"] == [] and answer["assumed_share"] == 0.01, "nothing was learnt, held out or measured")
    answer = bench.json("rank", "--train", score, "--labels", score, "--score", score, "-o", out)
    check(answer["figures"] == [], "all are listed: no figures")
    for prior in ("0", "1", "nan", "1.5"):
        done = bench.run("rank", "--train", train, "--labels", nobody, "--score", score, "-o", out, "--class-prior", prior, expect=(2,))
        check("--class-prior" in done.stderr, f"a class prior of {prior} is refused")
    zero = bench.folder / "zero.csv"
    zero.write_bytes(b"")
    for empty in (nobody, zero):
        done = bench.run("rank", "--train", empty, "--labels", nobody, "--score", empty, "-o", out, expect=(1,))
        check(empty.name in done.stderr, f"{empty.name}: a register without firms is named, always with the same code")
    other = write(bench.folder / "other.csv", [["a", "b"], ["1", "2"]])
    done = bench.run("rank", "--train", other, "--labels", nobody, "--score", score, "-o", out, expect=(1,))
    check("企业名称" in done.stderr and str(other) in done.stderr, "a file without names says which headings would do")
    done = bench.run("rank", "--train", bench.folder / "missing.csv", "--labels", nobody, "--score", score, "-o", out, expect=(1,))
    check("missing.csv" in done.stderr, "a file that is not there is named")


def swapped_columns(bench, train, labels, score):
    """Codes under the heading of names would rank by nothing, and say so in passing: refused. A few bad cells are remarks."""
    rows, out = register(1, 60), bench.folder / "swapped_scores.csv"
    two = [[r[0], r[1]] for r in rows]
    bad_code = [[name, "无" if n < 40 else code_] for n, (name, code_) in enumerate(two)]
    for told, body in (("60 of 60 names (企业名称) are credit codes, and 60 of 60 codes (统一社会信用代码) are none", [[c, n] for n, c in two]),
                       ("31 of 60 names (企业名称) are none", [[str(n) if n < 31 else name, c] for n, (name, c) in enumerate(two)])):
        wrong = write(bench.folder / "swapped.csv", [HEAD[:2], *body])
        for given in (("--train", train, "--labels", wrong, "--score", score), ("--train", wrong, "--labels", labels, "--score", score),
                      ("--train", train, "--labels", labels, "--score", wrong)):
            done = bench.run("rank", *given, "-o", out, expect=(2,))
            check(told in done.stderr and str(wrong) in done.stderr and not out.exists(), f"{given[given.index(wrong) - 1]}: {told}: refused")
    for body in (bad_code, [["" if n < 5 else name, c] for n, (name, c) in enumerate(two)]):
        few = write(bench.folder / "few.csv", [HEAD[:2], *body])
        bench.run("rank", "--train", train, "--labels", few, "--score", score, "-o", out)
        check(len(read(out)) == 300, "cells that are bad beside names that are good stay remarks")


def inputs_are_kept(bench, train, labels, score):
    """No output may be one of the files that are read, under whatever name it is given, nor another output."""
    kept = {path: path.read_bytes() for path in (train, labels, score)}
    link, hard = bench.folder / "link.csv", bench.folder / "hard.csv"
    link.symlink_to(train)
    hard.hardlink_to(labels)
    given = ["rank", "--train", train, "--labels", labels, "--score", score]
    out = bench.folder / "kept.csv"
    for outputs, told in ((["-o", train], "-o and --train"), (["-o", bench.folder / "x" / ".." / train.name], "-o and --train"),
                          (["-o", link], "-o and --train"), (["-o", hard], "-o and --labels"),
                          (["-o", out, "--model-card", score], "--model-card and --score"),
                          (["-o", out, "--rejects", out], "--rejects and -o")):
        done = bench.run(*given, *outputs, expect=(2,))
        check(f"{told} are the same file" in done.stderr, f"{told}: refused")
    check(all(path.read_bytes() == bytes_ for path, bytes_ in kept.items()) and not out.exists(), "nothing was written")


def real_city(bench):
    if not (CHANGCHUN / "registry.csv.gz").exists():
        print("skipped: no ../shared/data/changchun")
        return
    out = bench.folder / "changchun.csv"
    answer = bench.json("rank", "--train", CHANGCHUN / "registry.csv.gz", "--labels", CHANGCHUN / "tech_sme_list.csv",
                        "--score", CHANGCHUN / "registry.csv.gz", "-o", out)
    blend = next(f for f in answer["figures"] if f["part"] == "blend")
    card = next(f for f in answer["figures"] if f["part"] == "scorecard")
    check(answer["listed_in_train"] == 95 and answer["listed_by_name"] == 1256, "95 listed firms in the register, 1,256 by name")
    check(blend["top_5_percent"] > card["top_5_percent"] and blend["average_precision"] > card["average_precision"],
          f"held out: {blend['top_5_percent']:.2f} of the listed in the top 5 %, AP {blend['average_precision']:.3f}")
    expected, found = sum(b["expected"] for b in answer["calibration"]), sum(b["listed"] for b in answer["calibration"])
    check(abs(expected - found) < 3, f"probabilities sum to {expected:.1f}, {found} are listed")


def run(options):
    with Bench(options, "rank") as bench:
        train, labels, score, out = whole_way(bench)
        same_bytes(bench, train, labels, score, out)
        same_file(bench, train, labels)
        bad_rows(bench, labels)
        what_does_not_go(bench, train, score)
        swapped_columns(bench, train, labels, score)
        inputs_are_kept(bench, train, labels, score)
        real_city(bench)


if __name__ == "__main__":
    main(run, arguments(__doc__))
