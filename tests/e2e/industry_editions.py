#!/usr/bin/env python3
"""Industry codes of two editions of GB/T 4754 in one register file: where a firm is found, which key industry it counts
for, and what the run report says of codes that may be read two ways."""
import json

from bad_input import credit_code
from harness import ROOT, Bench, arguments, check, main, stage

# Code, edition, industry in words; where the firm is found among industries; whether it counts for 高端铝业 (3252 铝压延加工).
FIRMS = [("C3252", "2017", "", "C3252", True), ("3262", "2011", "", "C3252", True), ("3262", "", "", "C3252", True),
         ("3252", "", "", "C3252", True), ("2033", "", "", "C203", False), ("2033", "2011", "", "C203", False),
         ("2033", "", "木楼梯制造", "C2033", False), ("8321", "", "", None, False), ("2661", "", "", "C2661", False),
         ("6513", "2011", "", None, False)]


def name_of(number):
    return f"滨州演示{'甲乙丙丁戊己庚辛壬癸'[number]}实业有限公司"


def prepare(bench):
    inbox = bench.folder / "inbox" / "registry"
    inbox.mkdir(parents=True)
    rows = ["企业名称,统一社会信用代码,注册地址,行业代码,行业分类版本,行业名称"]
    rows += [f"{name_of(i)},{credit_code(i + 1)},滨州市滨城区某路{i}号,{code},{edition},{words}"
             for i, (code, edition, words, *_) in enumerate(FIRMS)]
    (inbox / "名录.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    quote = json.dumps
    bench.config = bench.folder / "tanmiao.toml"
    bench.config.write_text(
        f'[city]\ncode = 371600\nname = "演示"\nreference = {quote(str(ROOT / "config/reference"))}\n[crawl]\n'
        f'sources = [{quote(str(ROOT / "config/sources/registry-files.toml"))}]\nbase = {quote(str(bench.folder))}\n'
        f'[mine]\nrules = {quote(str(ROOT / "config"))}\n', encoding="utf-8")


def body(options):
    with Bench(options, "editions") as bench:
        prepare(bench)
        data = bench.folder / "data"
        of = bench.of(data)
        report = bench.json("run", *of)
        words = stage(report, "crawl")["sources"][0]["unknown_words"]
        check(any(w.startswith("行业代码版本：未注明") and w.endswith("×2") for w in words),
              f"the report counts the codes that may be read two ways: {words}")
        check(any("6513（2011 版没有此代码）" in w for w in words), "and names the one that its edition does not have")
        for place in sorted({f[3] for f in FIRMS if f[3]}):
            hits = bench.lines("search", *of, "--filter", f"industry={place}")
            found = {h["name"] for h in hits[1:]}
            wanted = {name_of(i) for i, f in enumerate(FIRMS) if f[3] and f[3].startswith(place)}
            check(found == wanted, f"industry={place} finds {len(found)} firms, as the newer edition has them")
        exported = bench.folder / "list.jsonl"
        bench.run("export", *of, "--format", "jsonl", "-o", exported)
        rows = {r["name"]: r for r in map(json.loads, exported.read_text(encoding="utf-8").splitlines())}
        for i, (code, edition, _, _, aluminium) in enumerate(FIRMS):
            check(("高端铝业" in json.dumps(rows[name_of(i)], ensure_ascii=False)) == aluminium,
                  f"{code} of {edition or 'no edition'} {'counts' if aluminium else 'does not count'} for aluminium")


if __name__ == "__main__":
    main(body, arguments(__doc__))
