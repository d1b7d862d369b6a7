#!/usr/bin/env python3
"""`tanmiao match` as people use it: lists in whatever form they come, against a list and against the store; the answer as
JSON lines, as CSV and as a workbook. With ../shared/data beside the project also short names of listed firms, of which only
counts are printed."""
import csv
import io
import json
import os
import pathlib
import random
import subprocess
import xml.etree.ElementTree as ElementTree
import zipfile

import sheets
from bad_input import credit_code as code
from harness import ROOT, Bench, arguments, check, main

DATA = ROOT.parent / "shared" / "data"
OURS = ["匹配企业", "匹配代码", "匹配编号", "概率", "判定", "依据"]
FIRMS = [("A1", "滨州嵩岳纺织有限公司", code(1)), ("A2", "山东岱宗化工股份有限公司", code(2)), ("A3", "滨州渤瀚铝业有限公司", ""),
         ("A4", "博兴县麒麟新材料科技有限公司", code(4)), ("A5", "山东未来智能装备集团有限公司", code(5))]


def write(path, rows, encoding="utf-8"):
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def read(path):
    return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))


def distractors(count, seed=1):
    chance = random.Random(seed)
    characters = "华瑞恒盛泰隆昌达兴旺诚信宏博远卓越鼎丰益康宁祥和润泽源汇通联创佳美嘉欣荣辉耀金银铜宝玉海川云峰松"
    regions, kinds = ["滨州", "山东", "济南", "青岛", "淄博"], ["纺织", "化工", "机械", "食品", "新材料", "铝业", "生物科技"]
    names = set()
    while len(names) < count:
        names.add(chance.choice(regions) + "".join(chance.sample(characters, chance.choice((2, 3)))) +
                  chance.choice(kinds) + chance.choice(("有限公司", "股份有限公司", "厂")))
    return [(f"D{n}", name, "") for n, name in enumerate(sorted(names))]


def firms(bench):
    rows = [("编号", "企业名称", "统一社会信用代码"), *FIRMS, *distractors(1000)]
    return write(bench.folder / "名录.csv", rows)


def match(bench, names, against, *words, **more):
    return bench.lines("match", "--names", names, "--against", against, *words, **more)


def shapes(bench, against):
    """Every line has what the pages and scripts of others read."""
    names = write(bench.folder / "names.csv", [("编号", "企业名称"), ("N1", "滨州嵩岳纺织有限公司"), ("N2", "岱宗化工"),
                                               ("N3", "滨州渤翰铝业有限公司"), ("N4", "江苏无此一家酒店"), ("N5", "末来智能装备")])
    answers = match(bench, names, against)
    check([a["name"] for a in answers] == [{"id": r[0], "name": r[1]} for r in read(names)[1:]], "an answer for every name, in order")
    for a in answers:
        check(set(a) == {"name", "best", "probability", "bits", "decision", "why", "others"}, "keys " + a["name"]["name"])
        check(a["decision"] in ("link", "review", "no") and 0 <= a["probability"] <= 1, f"decision {a['decision']} at {a['probability']}")
        if a["best"] is None:
            check(a["bits"] is None and a["probability"] == 0 and a["why"] == [] == a["others"] and a["decision"] == "no", "nobody")
            continue
        check({"id", "name"} <= set(a["best"]) <= {"id", "name", "code"}, "the best firm has id and name")
        check(abs(a["probability"] - 1 / (1 + 2 ** -a["bits"])) < 2e-3, f"bits {a['bits']} are the odds of {a['probability']}")
        check(all(set(f) == {"field", "level", "bits", "text"} for f in a["why"]) and a["why"], "why: factors with their bits")
        told = [a] + a["others"]
        check(all(x["probability"] >= y["probability"] and x["bits"] >= y["bits"] for x, y in zip(told, told[1:])), "the best first")
        check(sum(x["probability"] for x in told) <= 1 + 1e-5, "probabilities of one name sum to one at most")
    best = {a["name"]["id"]: (a["best"] or {}).get("id") for a in answers}
    check((best["N1"], best["N2"], best["N3"], best["N5"]) == ("A1", "A2", "A3", "A5"), f"whole, short and mistyped names: {best}")
    check(answers[0]["decision"] == "link" and answers[0]["best"]["code"] == code(1), "the same name is linked, with its code")
    check(answers[3]["decision"] != "link", "a firm that the list has not is not linked")
    check(not any("others" in a and a["others"] for a in match(bench, names, against, "--others", "0")), "--others 0 tells the best alone")
    return names, answers


def columns(bench, against):
    """Headings as offices have them, titles above, no ids, other charsets: the same answers."""
    body = [("岱宗化工", "某镇"), ("滨州嵩岳纺织", "某街道")]
    plain = write(bench.folder / "plain.csv", [("企业名称", "备注"), *body])
    expected = [(a["best"]["id"], a["bits"]) for a in match(bench, plain, against)]
    check([a["name"]["id"] for a in match(bench, plain, against)] == ["1", "2"], "without a column of ids the row's number is told")
    titled = write(bench.folder / "titled.csv", [("二〇二六年度名单", ""), ("", ""), ("（内部）", ""), ("单位名称", "备注"), *body])
    gb = write(bench.folder / "gb.csv", [("公司名称", "备注"), *body], "gb18030")
    marked = write(bench.folder / "bom.csv", [("名称", "备注"), *body], "utf-8-sig")
    wide = write(bench.folder / "wide.csv", [("序号", "申请人", "备注"), ("7", "岱宗 化工　", ""), ("8", "濱州嵩岳紡織", "")])
    for path in (titled, gb, marked, wide):
        answers = match(bench, path, against)
        check([(a["best"]["id"], a["bits"]) for a in answers] == expected, f"{path.name}: the same answers")
    check([a["name"]["id"] for a in answers] == ["7", "8"], "序号 is an id")
    english = write(bench.folder / "en.csv", [("id", "name"), ("x", "岱宗化工")])
    check(match(bench, english, against)[0]["name"]["id"] == "x", "English headings too")
    listed = write(bench.folder / "former.csv", [("编号", "企业名称", "曾用名"), ("B1", "滨州嵩岳新材料有限公司", "滨州鸾翔纺织有限公司；滨州鸾翔有限公司"),
                                                 *((i, n, "") for i, n, _ in distractors(200))])
    asked = write(bench.folder / "asked.csv", [("企业名称",), ("滨州鸾翔纺织有限公司",)])
    check(match(bench, asked, listed)[0]["best"]["id"] == "B1", "a former name leads to the firm")
    one_code_twice(bench)


def one_code_twice(bench):
    """Rows of one valid code are one firm: two of them do not halve each other, and each name leads to it."""
    twice = write(bench.folder / "twice.csv", [("编号", "企业名称", "统一社会信用代码"), *FIRMS, ("A1", FIRMS[0][1], code(1)),
                                               ("A9", "滨州鸾翔纺织有限公司", code(1)), *distractors(200)])
    names = write(bench.folder / "twice_asked.csv", [("企业名称",), (FIRMS[0][1],), ("滨州鸾翔纺织有限公司",)])
    for answer in match(bench, names, twice):
        check((answer["best"]["id"], answer["decision"]) == ("A1", "link") and answer["probability"] > .95,
              f"a firm that stands there twice is one: {answer['probability']} {answer['others']}")


def workbooks(bench, against):
    """A workbook comes back with its own columns first and unchanged, ours behind them."""
    theirs = ["序号", "企业名称", "统一社会信用代码", "联系电话", "备注"]
    rows = [["1", "岱宗化工", "", "0543-0000001", "=1+1"], ["2", "滨州嵩岳纺织有限公司", code(1), "05430000002", "+甲"],
            ["3", "江苏无此一家酒店", "", "", ""], ["4", "", "", "", "无名"]]
    source = write(bench.folder / "名单.csv", [theirs, *rows])
    out, again = bench.folder / "名单-匹配.xlsx", bench.folder / "again.csv"
    bench.run("match", "--names", source, "--against", against, "-o", out)
    table = sheets.rows_of(out, "匹配结果")
    filled = [[table[n].get(c, "") for c in range(len(theirs) + len(OURS))] for n in sorted(table)]
    check(filled[0] == theirs + OURS, "columns of the list first, ours behind: " + ",".join(filled[0]))
    check([r[:len(theirs)] for r in filled[1:]] == rows, "their cells are unchanged, rows without a name too")
    of = dict(zip(OURS, zip(*(r[len(theirs):] for r in filled[1:]))))
    check(of["匹配企业"][:2] == ("山东岱宗化工股份有限公司", "滨州嵩岳纺织有限公司"), "the firms")
    check(of["匹配代码"][:2] == (code(2), code(1)) and len(of["匹配代码"][0]) == 18, "codes keep their 18 characters")
    check(set(of["判定"]) <= {"匹配", "待核", "未匹配"} and of["判定"][3] == "未匹配", "decisions in Chinese")
    check(of["匹配企业"][3] == "" and of["依据"][0] != "", "a row without a name names no firm; a match says why")
    read_by_openpyxl(out, [theirs + OURS, *filled[1:]], code_column=len(theirs) + 1)
    # What was written is a list like any other: in again, out as CSV.
    bench.run("match", "--names", out, "--against", against, "-o", again)
    back = read(again)
    safe = [["'" + c if c[:1] in ("=", "+") else c for c in r] for r in rows]  # as every CSV of ours: no cell is a formula
    check(back[0] == theirs + OURS + OURS and [r[:len(theirs)] for r in back[1:]] == safe,
          "the workbook is read again, and CSV holds the same cells")
    check([r[-6:-3] for r in back[1:3]] == [r[5:8] for r in filled[1:3]], "with the same firms")
    both = bench.lines("match", "--names", source, "--against", against, "-o", bench.folder / "both.csv")
    check(len(both) == 4 or len(both) == 3, "--json beside -o writes lines as well")


def read_by_openpyxl(path, rows, code_column):
    """By another reader than ours, where there is one."""
    script = ("import json, sys, openpyxl\n"
              "sheet = openpyxl.load_workbook(sys.argv[1])['匹配结果']\n"
              "print(json.dumps([[[c.value, c.data_type] for c in r] for r in sheet.iter_rows()]))")
    for python in ("/usr/bin/python3", "python3"):
        done = subprocess.run([python, "-c", script, str(path)], capture_output=True, text=True,
                              env=dict(os.environ, PYTHONIOENCODING="utf-8")) if python[0] != "/" or os.path.exists(python) else None
        if done is None or done.returncode != 0:
            continue
        cells = json.loads(done.stdout)
        plain = [["" if v is None else v for v, _ in r] for r in cells]
        check([[str(v) for v in r[:5]] for r in plain] == [r[:5] for r in rows], "openpyxl reads their cells as they were")
        check(all(kind in ("s", "n") for r in cells for _, kind in r), "and no formula")
        check(all(isinstance(r[code_column], str) for r in plain), "codes are texts")
        check(all(isinstance(r[8], (int, float)) for r in plain[1:3]), "and probabilities numbers")
        return
    print("openpyxl is not there: its reading is left out")


def thresholds(bench, names, against, answers):
    keep = [(a["best"], a["probability"], a["bits"], a["why"], a["others"]) for a in answers]
    seen = {}
    for threshold in ("0", "0.5", "0.95", "0.999999", "1"):
        other = match(bench, names, against, "--threshold", threshold)
        check([(a["best"], a["probability"], a["bits"], a["why"], a["others"]) for a in other] == keep,
              f"--threshold {threshold} changes no probability")
        seen[threshold] = sum(a["decision"] == "link" for a in other)
    check(seen["0"] == sum(a["best"] is not None for a in answers) > seen["1"] and seen["0.5"] >= seen["0.95"] >= seen["0.999999"],
          f"but the decisions: {seen}")
    for bad in ("1.5", "-0.1", "much"):
        check(bench.run("match", "--names", names, "--against", against, "--threshold", bad, expect=(2,)).stdout == "",
              f"--threshold {bad} is refused")


def codes(bench, against):
    rows = [("编号", "企业名称", "信用代码"),
            ("1", "与名录全不相同的名称", code(2)),           # the code decides
            ("2", "滨州嵩岳纺织有限公司", code(99)),          # another valid code: another firm
            ("3", "滨州嵩岳纺织有限公司", code(1)[:-1] + "0"),  # not valid: the name decides
            ("4", "滨州渤瀚铝业有限公司", code(77)),          # the list knows no code of this one
            ("5", "滨州嵩岳纺织有限公司", code(1).lower())]
    answers = {a["name"]["id"]: a for a in match(bench, write(bench.folder / "codes.csv", rows), against)}
    one = answers["1"]
    check(one["best"]["id"] == "A2" and one["why"][0]["field"] == "code", "the code decides")
    check(one["decision"] == "review" and any(f["level"] == "name_differs" for f in one["why"]),
          "and where the name is quite another a person looks")
    check((answers["2"]["best"] or {}).get("id") != "A1" and answers["2"]["decision"] != "link" and
          all(o["id"] != "A1" for o in answers["2"]["others"]), "two valid codes that differ are never linked")
    check(answers["3"]["best"]["id"] == "A1" and answers["3"]["decision"] == "link", "a code with a wrong digit is none")
    check(any(f["level"] == "invalid" and code(1)[:-1] + "0" in f["text"] for f in answers["3"]["why"]), "and is told")
    check(answers["4"]["best"]["id"] == "A3", "a firm without a code may be the one")
    check(answers["5"]["best"]["id"] == "A1" and answers["5"]["why"][0]["field"] == "code", "letters of either case")
    rows = [("编号", "企业名称", "信用代码"), ("1", "", code(2)), ("2", "", ""), ("3", "", code(88)), ("4", "岱宗化工", "")]
    answers = match(bench, write(bench.folder / "nameless.csv", rows), against)
    check([(a["name"]["id"], a["name"]["name"], (a["best"] or {}).get("id"), a["decision"]) for a in answers] ==
          [("1", "", "A2", "link"), ("3", "", None, "no"), ("4", "岱宗化工", "A2", answers[2]["decision"])],
          f"a code tells without a name, a row of neither is passed over: {answers}")


def read_once(bench, against):
    """Names from a pipe."""
    rows = "企业名称\n滨州嵩岳纺织有限公司\n滨州渤瀚铝业有限公司\n"
    words = bench.command("match", "--names", "/dev/stdin", "--against", against, "--json")
    done = subprocess.run(words, cwd=ROOT, env=bench.environment, input=rows, capture_output=True, text=True, check=False)
    check(done.returncode == 0, f"exit {done.returncode}: {done.stderr}")
    check([json.loads(line)["best"]["id"] for line in done.stdout.splitlines()] == ["A1", "A3"], "each name of the pipe is answered")


def refused(bench, names, against):
    none = write(bench.folder / "none.csv", [("姓氏", "数"), ("甲", "1")])
    for words in (("--names", none, "--against", against), ("--names", names, "--against", none)):
        done = bench.run("match", *words, expect=(1, 2))
        check("none.csv" in done.stderr and "企业名称" in done.stderr and "单位名称" in done.stderr and done.stdout == "",
              "a table without names says which headings would do")
    done = bench.run("match", "--names", names, "--against", against, "-o", bench.folder / "o.txt", expect=(2,))
    check(".xlsx or .csv" in done.stderr and not (bench.folder / "o.txt").exists(), "another output is refused and not made")
    for words in (("--names", bench.folder / "no.csv", "--against", against), ("--names", names, "--against", bench.folder / "no.csv")):
        done = bench.run("match", *words, expect=(1, 2))
        check("no.csv" in done.stderr and done.stdout == "", "a missing file is named")
    before = pathlib.Path(names).read_bytes()
    for same in (names, bench.folder / "." / pathlib.Path(names).name):
        done = bench.run("match", "--names", names, "--against", against, "-o", same, expect=(2,))
        check("one of the lists" in done.stderr and pathlib.Path(names).read_bytes() == before, "a list is not written over")
    fake = bench.folder / "fake.xlsx"
    fake.write_text("企业名称\n", encoding="utf-8")
    check("no workbook" in bench.run("match", "--names", fake, "--against", against, expect=(1, 2)).stderr,
          "a workbook by its name alone is told as that")
    empty = bench.folder / "empty.csv"
    empty.write_bytes(b"")
    check("empty.csv" in bench.run("match", "--names", empty, "--against", against, expect=(1, 2)).stderr, "an empty file is told")
    check("--names" in bench.run("match", expect=(2,)).stderr, "--names is asked for")
    data = bench.folder / "nothing"
    check("tanmiao run" in bench.run("match", "--names", names, "--data", data, expect=(1,)).stderr, "without data it says what to do")
    bad = bench.folder / "bad.csv"
    bad.write_text('企业名称,备注\n岱宗化工,a\n"滨州"渤瀚,"b\n滨州嵩岳纺织有限公司,c\n', encoding="utf-8")
    done = bench.run("match", "--names", bad, "--against", against, "--json")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    check([a["best"]["id"] for a in found] == ["A2", "A1"] and found[1]["name"]["id"] == "3", "a row that cannot be read costs itself alone")
    check("bad.csv:3" in done.stderr and "1 rows could not be read" in done.stderr, "and is told with its line")
    header = write(bench.folder / "header.csv", [("企业名称", "备注")])
    check(bench.run("match", "--names", header, "--against", against, "--json").stdout == "", "a list of no rows gives no lines")
    check(match(bench, names, header)[0]["best"] is None, "and in one of no rows nobody is found")


def order(bench, against):
    """Names that the list has as they stand say nothing of the others, wherever they stand."""
    listed = [r for r in read(against)[1:]][:400]
    absent = [(f"X{n}", name) for n, (_, name, _) in enumerate(distractors(300, seed=7))]
    answers = []
    for rows in ([(r[0], r[1]) for r in listed] + absent, absent + [(r[0], r[1]) for r in listed]):
        table = write(bench.folder / "order.csv", [("编号", "企业名称"), *rows])
        answers.append({a["name"]["id"]: a for a in match(bench, table, against, "--no-one-to-one")})
    check(answers[0] == answers[1], f"{len(answers[0])} names in two orders: the same answers")


def other_names(bench, against):
    """A former name, another sheet, a heading of one's own."""
    rows = [("编号", "被调查者", "曾用名"), ("1", "滨州无人识得新材料有限公司", "滨州嵩岳纺织有限公司")]
    table = write(bench.folder / "former.csv", rows)
    check("企业名称" in bench.run("match", "--names", table, "--against", against, expect=(1, 2)).stderr, "an unusual heading")
    found = match(bench, table, against, "--column", "被调查者")[0]
    check(found["best"]["id"] == "A1" and found["decision"] == "link", "is named, and the former name leads to the firm")
    sheets.small_book(bench.folder / "sheets.xlsx", {"说明": [["填表说明"]], "名单": [["编号", "申报单位"], ["1", "滨州嵩岳纺织有限公司"]],
                                              "汇总": [["共 1 家"]]})
    done = bench.run("match", "--names", bench.folder / "sheets.xlsx", "--against", against, "--json")
    check(json.loads(done.stdout)["best"]["id"] == "A1" and "说明" in done.stderr and "汇总" in done.stderr,
          "the sheet with names is found, the others are told")


def lives(bench):
    """Of two firms of one name the one that lives, bears it today, or bore it on the day that is asked for."""
    name = "滨州嵩岳纺织有限公司"
    rows = [("编号", "企业名称", "曾用名", "登记状态", "成立日期", "注销日期"), ("L1", name, "", "注销", "1999-01-01", "2010-05-01"),
            ("L2", name, "", "存续", "2012-03-01", ""), ("L3", "山东岱宗化工股份有限公司", "", "吊销，未注销", "2001-01-01", ""),
            ("L4", "滨州渤瀚铝业有限公司", "", "存续", "2001-01-01", ""), ("L5", "滨州无人识得铝业有限公司", "滨州渤瀚铝业有限公司", "存续", "1998-01-01", ""),
            *((i, n, "", "存续", "", "") for i, n, _ in distractors(300))]
    listed = write(bench.folder / "lives.csv", rows)
    asked = write(bench.folder / "alive.csv", [("编号", "企业名称", "日期"), ("1", name, ""), ("2", name, "2005-06-01"), ("3", name, "2020-06-01"),
                                             ("4", "山东岱宗化工股份有限公司", ""), ("5", "滨州渤瀚铝业有限公司", "")])
    found = {a["name"]["id"]: a for a in match(bench, asked, listed, "--no-one-to-one")}
    check([found[n]["best"]["id"] for n in "12345"] == ["L2", "L1", "L2", "L3", "L4"], "who is meant: the living one, that of the day, the present bearer")
    check([found[n]["decision"] for n in "12345"] == ["link"] * 5, "and a namesake that is gone makes no tie")
    check(all(0.95 <= found[n]["probability"] < 0.999 for n in "15") and found["1"]["others"][0]["id"] == "L1",
          "the probability stays one, and the other is told")
    why = {n: [f["text"] for f in found[n]["why"] if f["field"] == "life"] for n in found}
    check(any("已注销或吊销" in t and "1 家" in t for t in why["1"]), "the reason is told: " + "".join(why["1"]))
    check(any("已注销或吊销" in t for t in why["4"]), "a best that is gone says so")
    check(any("曾用名" in t for t in why["5"]), "so does one that bears the name before a former bearer")
    out = bench.folder / "lives-out.csv"
    bench.run("match", "--names", asked, "--against", listed, "--no-one-to-one", "-o", out)
    check("另有 1 家用过同一名称" in read(out)[1][-1], "in the table too")


def typed_by_hand(bench, against):
    """Numbers, labels, quotes, names of before and now, several names in one cell."""
    one, two, three = "滨州嵩岳纺织有限公司", "山东岱宗化工股份有限公司", "滨州渤瀚铝业有限公司"
    cells = [("1、" + one, "A1"), ("（3）" + one, "A1"), ("企业名称：" + two, "A2"), ("《" + three + "》。", "A3"), ("单位: “岱宗化工”；", "A2"),
             ("江苏无此一家酒店（现名" + one + "）", "A1"), ("江苏无此一家酒店更名为" + two, "A2"), (three + "（曾用名：江苏无此一家酒店）", "A3"),
             ("滨州嵩岳\n纺织有限公司", "A1"), (one + "（已注销）", "A1"), ("★" + two, "A2"), (three + "（" + code(77) + "）", "A3")]
    several = [one + "、" + two, one + "；" + two, one + "/" + two, one + "\n" + two, one + "和" + two, one + "（牵头）" + two, one + " " + two,
               one + ";" + two, "1、" + one + "\n2、江苏无此一家酒店有限公司"]
    names = write(bench.folder / "typed.csv", [("企业名称",), *((c,) for c, _ in cells), *((c,) for c in several)])
    found = match(bench, names, against, "--no-one-to-one")
    check([a["name"]["name"] for a in found] == [c for c, _ in cells] + several, "the names are told as they were typed")
    for (cell, firm), a in zip(cells, found):
        check(a["best"]["id"] == firm and a["decision"] == "link", f"{cell!r}: {a['best']} {a['decision']}")
    check(any(f["field"] == "typed" and one in f["text"] for f in found[0]["why"]), "what was taken for the name is told")
    for cell, a in zip(several, found[len(cells):]):
        check(a["best"] is None and a["decision"] == "review" and a["why"][0]["field"] == "several", f"{cell!r} is nobody's: {a['why']}")
        check([o["part"] for o in a["others"]][0] == one and a["others"][0]["id"] == "A1" and a["others"][0]["decision"] == "link",
              "each part has its own firm")
    check(found[-1]["others"][1]["decision"] != "link", "a part that the list has not is not linked")
    out = bench.folder / "typed-out.csv"
    bench.run("match", "--names", names, "--against", against, "-o", out)
    row = read_cells(out)[len(cells) + 1]
    check(row[1] == one + "；" + two and row[2] == code(1) + "；" + code(2) and row[5] == "待核" and "2 个名称" in row[6], f"in the table: {row}")
    odd = write(bench.folder / "odd.csv", [("编号", "企业名称"), ("O1", "58同城信息技术有限公司"), ("O2", "3 号煤矿有限公司"), ("O3", "同城信息技术有限公司"),
                                           ("O4", "煤矿有限公司"), *((i, n) for i, n, _ in distractors(200))])
    asked = write(bench.folder / "odd-names.csv", [("企业名称",), ("58同城信息技术有限公司",), ("3 号煤矿有限公司",)])
    check([a["best"]["id"] for a in match(bench, asked, odd)] == ["O1", "O2"], "digits that belong to a name stay")


def read_cells(path):
    with open(path, encoding="utf-8-sig", newline="") as lines:
        return list(csv.reader(lines))


def kinds_of_cells(bench, against):
    """In the workbook numbers are numbers, days are days, and what begins with zeros or is long is text."""
    head = ["企业名称", "金额", "日期", "邮编", "电话", "代码", "版本"]
    rows = [["岱宗化工", "1234.5", "2026-03-01", "010020", "13800000000", code(2), "1.10"], ["嵩岳纺织", "-7", "2026年", "256600", "0543-1", "", "x"]]
    out, again = bench.folder / "kinds.xlsx", bench.folder / "kinds2.xlsx"
    bench.run("match", "--names", write(bench.folder / "kinds.csv", [head, *rows]), "--against", against, "-o", out)
    bench.run("match", "--names", out, "--against", against, "-o", again)
    for path in (out, again):
        types = [[stored_type(path, r, c) for c in range(len(head))] for r in (2, 3)]
        check(types == [["s", "n", "d", "s", "n", "s", "s"], ["s", "n", "s", "n", "s", "", "s"]], f"{path.name}: {types}")
        table = sheets.rows_of(path, "匹配结果")
        check(table[2][3] == "010020" and table[2][1] == "1234.5" and table[2][5] == code(2), "with all their digits")


def stored_type(path, row, column):
    """s: a text, n: a number, d: a number in a format of days, "": nothing."""
    with zipfile.ZipFile(path) as book:
        root = ElementTree.fromstring(book.read(sheets.part_of(book, "匹配结果")))
        styles = ElementTree.fromstring(book.read("xl/styles.xml"))
    formats = {f.get("numFmtId"): f.get("formatCode") for f in styles.iter(sheets.NS + "numFmt")}
    used = [formats.get(x.get("numFmtId"), "") for x in styles.find(sheets.NS + "cellXfs")]
    for cell in root.iter(sheets.NS + "c"):
        if cell.get("r") != f"{sheets.column_name(column)}{row}":
            continue
        if cell.find(sheets.NS + "v") is None and cell.find(sheets.NS + "is") is None:
            return ""
        if cell.get("t") in ("s", "inlineStr", "str"):
            return "s"
        return "d" if "yy" in used[int(cell.get("s", 0))] else "n"
    return ""


def threads(bench, names, against):
    many = write(bench.folder / "many.csv", [("企业名称",), *((n[2:] if i % 3 else n[:-4],) for i, (_, n, _) in enumerate(distractors(1500, 2)))])
    said = [bench.run("match", "--names", many, "--against", against, "--json", "--threads", n).stdout for n in ("1", "2", "8")]
    check(said[0] == said[1] == said[2] and len(said[0].splitlines()) == 1500, "the same bytes on 1, 2 and 8 threads")
    tables = []
    for n in ("1", "8"):
        bench.run("match", "--names", many, "--against", against, "--threads", n, "-o", bench.folder / f"t{n}.csv")
        tables.append((bench.folder / f"t{n}.csv").read_bytes())
    check(tables[0] == tables[1], "in a table too")


def among_distractors(bench):
    """Whether a name is found does not hang on what else the list has."""
    wanted = [("编号", "企业名称"), ("W1", "岱宗化工股份有限公司"), ("W2", "渤瀚铝业"), ("W3", "麒麟新材料科技"), ("W4", "山东末来智能装备集团有限公司")]
    names = write(bench.folder / "wanted.csv", wanted)
    for count in (0, 1000):
        path = write(bench.folder / f"with{count}.csv", [("编号", "企业名称", "代码"), *FIRMS, *distractors(count, 3)])
        found = [a["best"]["id"] for a in match(bench, names, path)]
        check(found == ["A2", "A3", "A4", "A5"], f"among {count} others: {found}")


def against_store(bench):
    bench.make_city(firms=120, patents=200)
    city = bench.serve_city()
    data = bench.folder / "data 数据"
    bench.approve(data)
    bench.night(data)
    bench.stop(city)
    hits = [h for h in bench.lines("search", *bench.of(data), "--limit", "100")[1:] if h.get("code")]
    check(len(hits) > 30, f"{len(hits)} firms of the demo city")
    names = write(bench.folder / "city.csv", [("编号", "企业名称"), *((h["code"], h["name"]) for h in hits), ("X", "江苏无此一家酒店")])
    answers = bench.lines("match", "--names", names, *bench.of(data))
    right = [a for a in answers if a["best"] and a["best"].get("code") == a["name"]["id"]]
    named = {}
    for h in hits:
        named.setdefault(h["name"], []).append(h["code"])
    alone = [a for a in answers[:-1] if len(named[a["name"]["name"]]) == 1]
    linked = sum(a["decision"] == "link" for a in alone)
    wrong = [a for a in alone if a["decision"] == "link" and a["best"].get("code") != a["name"]["id"]]
    check(linked >= 0.9 * len(alone) and not wrong, f"{linked} of {len(alone)} names of the store are linked, none to another ({len(right)} right)")
    check(answers[-1]["decision"] == "no", "a name that the store has not is not")
    firm = bench.json("match", "--names", write(bench.folder / "one.csv", [("企业名称",), (hits[0]["name"],)]), *bench.of(data))
    told = bench.json("explain", firm["best"]["id"], *bench.of(data))
    check(hits[0]["name"] in json.dumps(told, ensure_ascii=False), "the id is the firm's number")
    told = bench.run("link", "--refit-names", *bench.of(data)).stdout
    check("名称比对的模型已重新确定" in told and "新列 " in told and "按概率归入：增 " in told, "a refit says in figures what it changed")
    gone = hits[0]
    bench.run("pool", "suppress", gone["code"], "--reason", "test", "--by", "test", *bench.of(data))
    after = bench.run("match", "--names", names, *bench.of(data), "--json").stdout
    best = [json.loads(line) for line in after.splitlines()]
    check(all((a["best"] or {}).get("code") != gone["code"] for a in best) and
          all(o.get("code") != gone["code"] for a in best for o in a["others"]), "a firm taken out is in no answer")


def listed_short_names(bench):
    """A floor under what is measured at length elsewhere (docs/measured): short names of listed firms, all their full names."""
    path = DATA / "links" / "ashare_short_full.csv"
    if not path.exists():
        print("skipped: no", path)
        return
    with open(path, encoding="utf-8-sig", newline="") as lines:
        pairs = [(r["short"].strip(), r["full"].strip()) for r in csv.DictReader(lines)]
    fulls = {full: f"F{n}" for n, full in enumerate(dict.fromkeys(f for _, f in pairs))}
    truth = {}
    for short, full in pairs:
        truth.setdefault(short, set()).add(fulls[full])
    chosen = random.Random(5).sample(sorted(truth), 300)
    against = write(bench.folder / "full.csv", [("id", "name"), *((i, n) for n, i in fulls.items())])
    names = write(bench.folder / "short.csv", [("id", "name"), *enumerate(chosen)])
    answers = match(bench, names, against)
    linked = [a for a in answers if a["decision"] == "link"]
    right = sum(a["best"]["id"] in truth[a["name"]["name"]] for a in linked)
    precision, recall = right / max(len(linked), 1), right / len(chosen)
    check(precision >= 0.97 and recall >= 0.6,
          f"300 short names against {len(fulls)}: {len(linked)} linked, precision {precision:.4f}, recall {recall:.4f}")


def body(options):
    with Bench(options, "match") as bench:
        # A list is looked up with the configuration of the project.
        against = firms(bench)
        names, answers = shapes(bench, against)
        columns(bench, against)
        workbooks(bench, against)
        thresholds(bench, names, against, answers)
        codes(bench, against)
        read_once(bench, against)
        order(bench, against)
        other_names(bench, against)
        lives(bench)
        typed_by_hand(bench, against)
        kinds_of_cells(bench, against)
        refused(bench, names, against)
        threads(bench, names, against)
        among_distractors(bench)
        against_store(bench)
        listed_short_names(bench)
        if options.keep:
            print("kept:", bench.folder)


if __name__ == "__main__":
    main(body, arguments(__doc__))
