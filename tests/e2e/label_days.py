#!/usr/bin/env python3
"""The day on which a recognition became a label: a cohort that came out weeks after the date on its certificates was not known
before, and is a label then; a list that was copied into the inbox years later is none of that day."""
import csv
import json

from bad_input import credit_code as code
from harness import ROOT, Bench, arguments, check, main

SOURCES = ("registry-files", "hnte-lists")


def write(path, head, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows([head, *rows])


def body(options):
    with Bench(options, "days") as bench:
        data = bench.folder / "data"
        bench.config = bench.folder / "tanmiao.toml"
        quote = json.dumps
        sources = [str(ROOT / f"config/sources/{name}.toml") for name in SOURCES]
        bench.config.write_text(f'[city]\ncode = 371600\nreference = {quote(str(ROOT / "config/reference"))}\n'
                                f'[crawl]\nsources = {quote(sources)}\nbase = {quote(str(bench.folder))}\nleast_free_gb = 0\n'
                                f'[mine]\nrules = {quote(str(ROOT / "config"))}\n', encoding="utf-8")
        names = [f"滨州{a}{b}机械有限公司" for a in "华瑞恒盛泰" for b in "隆昌达兴"]
        write(bench.folder / "inbox/registry/名录.csv", ["企业名称", "统一社会信用代码", "登记状态", "成立日期", "企业类型", "所属县区", "注册地址"],
              [[name, code(n + 1), "存续", "2015-03-02", "有限责任公司", "滨城区", f"山东省滨州市滨城区黄河五路{n + 1}号"] for n, name in enumerate(names)])
        cohort, old = names[:6], names[6:9]
        write(bench.folder / "inbox/lists-hnte/高企.csv", ["序号", "企业名称", "证书编号", "发证日期", "所属县区"],
              [[n, name, f"GR2025370{n:05}", "2025-11-01", "滨城区"] for n, name in enumerate(cohort)] +
              [[n, name, f"GR2023370{n:05}", "2023-11-29", "滨城区"] for n, name in enumerate(old)])
        bench.json("run", *bench.of(data), "--clock", "2026-11-28T03:00:00Z", expect=(0, 3))

        def tested(day):
            done = bench.run("backtest", "--as-of", day, "--label", "hnte", "--json", *bench.of(data), expect=(0, 2))
            return json.loads(done.stdout) if done.returncode == 0 else done.stderr

        for day in ("2025-10-31", "2025-11-10", "2025-11-30"):
            report = tested(day)
            check(isinstance(report, dict) and report["labelled"] == len(cohort) and report["firms"] == len(names) - len(old),
                  f"as of {day} the cohort was not out: all six come within the horizon")
        check("none of the leads" in str(tested("2025-12-05")), "as of 2025-12-05 they hold it, and nobody else got it")
        check("none of the leads" in str(tested("2024-06-30")), "those of 2023 held it, though their list was read in 2026")
        report = tested("2023-12-10")
        check(isinstance(report, dict) and report["labelled"] == len(old), "and were a label while theirs was not out")


if __name__ == "__main__":
    main(body, arguments(__doc__))
