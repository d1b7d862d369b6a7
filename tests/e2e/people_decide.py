#!/usr/bin/env python3
"""People decide whether a name is a firm: in a browser by keyboard, by command, by spreadsheet. The next night acts on it,
and what is taken back leaves it to the rules again. An invented city, in which patents and lists write names otherwise than
the register."""
import csv
import datetime
import io
import json
import shutil

import sheets
from browser import Browser, chromium
from harness import ROOT, Bench, arguments, check, main, stage
from three_days import application_no, credit_code, days_ago

TRADES = "华阳 鼎泰 博远 天工 瑞丰 金桥 恒力 东岳 海瑞 四通 明达 兴邦 齐鲁云 渤海湾 黄河口".split()
WORKS = ["机械", "化工", "食品", "轴承"]
STOCK = "山东海瑞轴承股份有限公司"  # of patents; the register knows 山东海瑞轴承有限公司
SLIP = "山东鼎太机械有限公司"  # one character off 山东鼎泰机械有限公司
SHORT = "山东博远食品"  # of a patent
LISTED = "滨州双名科技有限公司"  # two firms bear it
FOREIGN = "苏州远方电子有限公司"


def firms():
    made = [{"name": f"山东{trade}{work}有限公司", "address": "山东省滨州市滨城区某路 1 号"} for trade in TRADES for work in WORKS]
    made += [{"name": LISTED, "address": f"山东省滨州市{place}"} for place in ("博兴县锦秋街道", "惠民县孙武街道")]
    for n, firm in enumerate(made):
        firm["code"] = credit_code(n)
    return made


class Office(Bench):
    def prepare(self):
        shutil.copytree(ROOT / "config", self.folder / "config")
        self.config = self.folder / "config/tanmiao.toml"
        self.data = self.folder / "data"
        self.firms = firms()
        self.code = {f["name"]: f["code"] for f in self.firms}
        self.written = 0
        self.registry()
        self.patents([STOCK] * 3 + [SLIP] * 2 + [SHORT])
        self.announcement([[LISTED, "", "20263716000A000001"], [FOREIGN, "", "20263716000A000002"]])

    def at(self):
        return self.of(self.data)

    def registry(self):
        folder = self.folder / "inbox/registry"
        folder.mkdir(parents=True)
        lines = ["企业名称,统一社会信用代码,登记状态,成立日期,注册资本(万元),注册地址,经营范围"]
        lines += [f"{f['name']},{f['code']},存续,2010-05-06,500,{f['address']},制造、销售" for f in self.firms]
        (folder / "企业登记.csv").write_text("\n".join(lines) + "\n", encoding="gb18030")

    def patents(self, applicants):
        folder = self.folder / "inbox/patents"
        folder.mkdir(parents=True, exist_ok=True)
        self.written += 1
        with open(folder / f"专利导出{self.written}.csv", "w", encoding="utf-8-sig", newline="") as out:
            rows = csv.writer(out)
            rows.writerow(["申请号", "公开（公告）号", "专利名称", "申请人", "申请日", "公开（公告）日", "IPC分类号", "法律状态", "法律状态日"])
            for n, applicant in enumerate(applicants):
                serial = 100 * self.written + n
                rows.writerow([application_no(2023, 2, serial), f"CN2199{serial:05d}U", "一种轴承座", applicant, "2023-03-01",
                               "2023-10-10", "F16C33/00", "授权", days_ago(40)])

    def announcement(self, rows):
        path = self.folder / "inbox/lists-tech-sme/第1批.csv"
        path.parent.mkdir(parents=True)
        table = io.StringIO()
        writer = csv.writer(table)
        writer.writerow(["序号", "企业名称", "所属县区", "入库登记编号"])
        for n, row in enumerate(rows, 1):
            writer.writerow([n, *row])
        path.write_text(table.getvalue(), encoding="gb18030")

    def linked(self, clock):
        return stage(self.json("run", *self.at(), "--clock", clock, expect=(0, 3)), "link")

    def waiting(self):
        return {item["name"]: item for item in self.lines("review", "list", *self.at())}

    def decisions(self):
        return self.lines("review", "decisions", *self.at())

    def serve(self):
        process = self.start([*self.command("serve", *self.at(), "--port", "0", "--json")])
        self.url = json.loads(process.stdout.readline())["url"].rstrip("/")
        return process


if __name__ == "__main__":
    import sys
    with Office(arguments(__doc__), "people decide") as o:
        o.keep = True
        o.prepare()
        print(o.linked(days_ago(3) + "T02:00:00Z"))
        for i in o.waiting().values():
            print(i)
        print(o.folder)
