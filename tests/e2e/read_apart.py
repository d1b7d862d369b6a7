#!/usr/bin/env python3
"""Files of an inbox are read in a process of their own: one that crashes its reader, hangs it or takes more memory than it
may costs that file only. The reader is killed, stopped and starved from outside while it has the file open."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
import zipfile

from harness import CLOCK, ROOT, Bench, arguments, check, main, stage

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HEADINGS = "企业名称,统一社会信用代码,注册日期,注册地址\n"
SOURCE = """id = "register"
title = "登记"
publisher = "测试"
kind = "folder"
inbox = "inbox"
terms = "测试"
basis = "测试"
complete = "part"
[contract]
most_rejected = 0.5
[[page]]
role = "file"
files = ["*.csv"]
reader = "csv"
kind = "firm"
key = ["credit_code"]
required = ["firm_name", "credit_code"]
[page.columns]
firm_name = "企业名称"
credit_code = "统一社会信用代码"
established = "注册日期"
address = "注册地址"
[[page]]
role = "whole"
files = ["*.json"]
reader = "json"
rows = "data"
kind = "firm"
key = ["credit_code"]
required = ["firm_name", "credit_code"]
[page.columns]
firm_name = "name"
credit_code = "code"
"""


def code(n):
    """A credit code whose two checks hold, of an invented firm."""
    body = f"{n:08d}"
    check_of = (11 - sum((3, 7, 9, 10, 5, 8, 4, 2)[i] * ORGANISATION.index(c) for i, c in enumerate(body)) % 11) % 11
    text = "91371600" + body + ("X" if check_of == 10 else str(check_of))
    return text + SIGNS[-sum(pow(3, i, 31) * SIGNS.index(c) for i, c in enumerate(text)) % 31]


def rows(first, count):
    return HEADINGS + "".join(f"测试第{n}号科技有限公司,{code(n)},2020-01-{n % 28 + 1:02d},山东省滨州市滨城区第{n}号\n"
                              for n in range(first, first + count))


class Apart(Bench):
    def prepare(self, name, reader=""):
        self.base = self.folder / name
        self.inbox = self.base / "inbox"
        self.inbox.mkdir(parents=True)
        (self.base / "sources").mkdir()
        (self.base / "sources" / "register.toml").write_text(SOURCE, encoding="utf-8")
        self.config = self.base / "tanmiao.toml"
        self.config.write_text(f'[city]\ncode = 371600\nreference = {json.dumps(str(ROOT / "config/reference"))}\n'
                               f'[crawl]\nsources = "sources"\nbase = "."\n{reader}', encoding="utf-8")
        self.data = self.base / "data"

    def put(self, name, text):
        (self.inbox / name).write_text(text, encoding="utf-8")

    def crawl(self, expect=(0, 3)):
        return stage(self.json("crawl", *self.of(self.data), expect=expect), "crawl")["sources"][0]

    def crawl_while(self, name, do):
        """Crawls, and does something to each reader that has the file open."""
        process = subprocess.Popen(self.command("crawl", *self.of(self.data), "--json"), cwd=ROOT, env=self.environment,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.processes.append(process)
        hit = set()
        while process.poll() is None:
            for reader in readers_of(process.pid):
                if reader not in hit and has_open(reader, self.inbox / name):
                    hit.add(reader)
                    do(reader)
            time.sleep(0.002)
        check(len(hit) > 0, f"the reader of {name} was met while it read it")
        check(process.returncode in (0, 3), f"and the crawl ended as always: {process.returncode}")
        return stage(json.loads(process.stdout.read()), "crawl")["sources"][0]


def readers_of(pid):
    try:
        return [int(p) for p in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def times_open(pid, path):
    try:
        opened = sum(str(path) in os.readlink(f) for f in pathlib.Path(f"/proc/{pid}/fd").iterdir())
        return opened + (str(path) in pathlib.Path(f"/proc/{pid}/maps").read_text())
    except OSError:
        return 0


def has_open(pid, path):
    """Not before it runs the reader's program: until then it holds what its parent had open, which finds out what the file's bytes are."""
    try:
        return os.readlink(f"/proc/{pid}/exe").endswith("/tanmiao-read") and any(str(path) in os.readlink(f) for f in pathlib.Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False


def told(source):
    return source["new"], source["gone"], source["rejected"]


def crashes(bench):
    bench.prepare("crash")
    bench.put("a.csv", rows(1, 10))
    bench.put("b.csv", rows(1000, 60_000))
    bench.put("c.csv", rows(500, 10))
    source = bench.crawl_while("b.csv", lambda pid: os.kill(pid, signal.SIGSEGV))
    check(told(source) == (20, 0, 0), "a reader that crashes costs its file: the two others are published")
    check("b.csv" in source["why"] and "信号 11" in source["why"], source["why"])
    check(len(source["lost_files"]) == 1 and "b.csv（" in source["lost_files"][0], "which is listed with the reason")
    again = bench.crawl()
    check(told(again) == (60_000, 0, 0), "the next night reads it")
    bench.put("b.csv", rows(1000, 50_000))
    source = bench.crawl_while("b.csv", lambda pid: os.kill(pid, signal.SIGKILL))
    check(told(source) == (0, 0, 0), "a new delivery that kills its reader takes nothing away from what the last one said")


def hangs(bench):
    bench.prepare("hang", "[crawl.reader]\nsilence_s = 2\n")
    bench.put("a.csv", rows(1, 10))
    bench.put("b.csv", rows(1000, 60_000))
    source = bench.crawl_while("b.csv", lambda pid: os.kill(pid, signal.SIGSTOP))
    check(told(source) == (10, 0, 0) and "没有进展" in source["why"], source["why"])


def takes_too_much(bench):
    bench.prepare("memory", "[crawl.reader]\nmemory_mb = 200\n")
    bench.put("a.csv", rows(1, 10))
    bench.put("b.json", json.dumps({"data": [{"name": f"测试第{n}号科技有限公司", "code": code(n), "more": list(range(100))}
                                             for n in range(2000, 42_000)]}))
    source = bench.crawl()
    check(told(source) == (10, 0, 0) and "内存超过 200 MiB" in source["why"], source["why"])


def within_an_archive(bench):
    bench.prepare("archive")
    with zipfile.ZipFile(bench.inbox / "d.zip", "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("1.csv", rows(1, 10))
        out.writestr("2.csv", rows(1000, 120_000))
        out.writestr("3.csv", rows(500, 10))
    bench.put("e.csv", rows(700, 10))

    def once_in_the_second(pid):
        """Which is so large that it lies in a file; its reader opens that file a second time, or maps it."""
        while alive(pid):
            if times_open(pid, "tanmiao_unpack_") > 1:
                return os.kill(pid, signal.SIGSEGV)
            time.sleep(0.001)
    source = bench.crawl_while("d.zip", once_in_the_second)
    check(told(source) == (30, 0, 0), "of an archive the member is lost that was read, the others are published")
    check("d.zip!2.csv（" in source["lost_files"][0] and "信号 11" in source["lost_files"][0], "and named")
    check(told(bench.crawl()) == (120_000, 0, 0), "the next night reads it")


def the_same(bench):
    """Where the program is missing, files are read in the crawl's own process: the same comes out."""
    digests = []
    for alone in (False, True):
        bench.prepare("alone" if alone else "beside")
        bench.put("a.csv", rows(1, 3000) + "缺列,1\n")
        with zipfile.ZipFile(bench.inbox / "d.zip", "w") as out:
            out.writestr("2.csv", rows(5000, 1000))
            out.writestr("3.csv", "不是表头\n")
        before = bench.programs
        if alone:
            bench.programs = bench.folder / "programs"
            bench.programs.mkdir()
            shutil.copy(before / "tanmiao", bench.programs)
        done = bench.run("crawl", *bench.of(bench.data), "--clock", CLOCK, expect=(3,))
        check(("tanmiao-read" in done.stderr) == alone, "a crawl says whether files are read apart")
        digests.append(bench.digest(bench.data))
        bench.programs = before
    check(digests[0] == digests[1], "read apart or not: the same digest")


def body(options):
    with Apart(options, "apart") as bench:
        crashes(bench)
        hangs(bench)
        takes_too_much(bench)
        within_an_archive(bench)
        the_same(bench)


if __name__ == "__main__":
    main(body, arguments(__doc__))
