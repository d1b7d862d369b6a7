#!/usr/bin/env python3
"""A crawl of 20,000 pages of a registry from nginx over loopback, ours beside others in one run.

python3 bench/crawl.py --programs BUILD/apps [--pages 20000] [--hosts 16] [--delay 0] [--rounds 3] [--only ours,wget2-i]

Ours reads robots.txt, keeps every page in a WARC, follows the links of the lists and makes a record of each firm's
page. wget2 -r follows links; wget2 -i and curl --parallel are given all addresses; Scrapy follows links and makes the
same records; wrk asks for pages at random and drops them: the limit of the server and the wire. With --delay MS
the answers come that much later, from delay_server.cc. --pause MS keeps that between two requests to a host, for ours. Debian's packages: nginx-light wget2 curl wrk
python3-scrapy. Whatever is not installed is left out, and said.
"""
import argparse
import json
import os
import pathlib
import pwd
import random
import re
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINKS = 100  # of a list
WORDS = "研发 生产 销售 新材料 铝合金 板材 化工 设备 数控 机床 软件 技术 服务 检测 环保 节能 纺织 家纺 食品 加工 物流 电子 传感器".split()


def credit_code(number):
    """GB 32100-2015 with its check character, and GB 11714-1997 within it."""
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    unit = f"{number:08d}"
    check = 11 - sum(int(c) * w for c, w in zip(unit, (3, 7, 9, 10, 5, 8, 4, 2))) % 11
    body = "91371626" + unit + {10: "X", 11: "0"}.get(check, str(check))
    return body + signs[-sum(signs.index(c) * pow(3, i, 31) for i, c in enumerate(body)) % 31]


def page_of(number, host, rng):
    scope = "、".join(rng.choice(WORDS) + rng.choice(WORDS) for _ in range(165))
    menu = "".join(f'<li><a href="/about/{i}.html">栏目{i}</a></li>' for i in range(12))
    rows = "".join(f"<tr><th>{label}</th><td>{value}</td></tr>" for label, value in [
        ("企业名称", f"滨州演示{number:05d}号科技有限公司"), ("统一社会信用代码", credit_code(number)),
        ("成立日期", f"{rng.randrange(2000, 2025)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"),
        ("注册资本", f"{rng.randrange(50, 5000)}万元"), ("登记状态", "存续"), ("所属区县", "邹平市"), ("经营范围", scope)])
    return (f'<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>企业 {number}</title>'
            f'<link rel="stylesheet" href="/site.css"><script src="/site.js"></script></head><body><nav><ul>{menu}</ul></nav>'
            f'<h1>企业信息</h1><table class="firm">{rows}</table>'
            f'<p class="foot">{"版权所有 " * 40}</p><p><a href="/list/{host}.html">返回</a></p></body></html>')


def make_site(folder, pages, hosts):
    rng = random.Random(7)
    numbers = [list(range(h, pages, hosts)) for h in range(hosts)]
    size = 0
    for host, own in enumerate(numbers):
        root = folder / f"host{host}"
        (root / "firm").mkdir(parents=True)
        (root / "list").mkdir()
        for number in own:
            text = page_of(number, host, rng).encode()
            size += len(text)
            (root / "firm" / f"{number}.html").write_bytes(text)
        lists = [own[i:i + LINKS] for i in range(0, len(own), LINKS)]
        for place, part in enumerate(lists):
            items = "".join(f'<li><a class="firm" href="/firm/{n}.html">企业 {n}</a></li>' for n in part)
            after = f'<a class="next" href="/list/{place + 1}.html">下一页</a>' if place + 1 < len(lists) else ""
            (root / "list" / f"{place}.html").write_text(
                f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>名单</title></head><body><ul>{items}</ul>{after}'
                "</body></html>", encoding="utf-8")
        (root / "robots.txt").write_text("User-agent: *\nDisallow: /admin/\n")
    return numbers, size / pages


def free_ports(count):
    taken = [socket.socket() for _ in range(count)]
    for one in taken:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in taken]
    for one in taken:
        one.close()
    return ports


def serve(folder, ports):
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]  # more of them in the cache, and nginx answers 500
    servers = "".join(f"server {{ listen 127.0.0.1:{port}; root {folder}/host{host}; }}\n" for host, port in enumerate(ports))
    (folder / "nginx.conf").write_text(
        f"user {pwd.getpwuid(os.getuid()).pw_name}; worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
        f"worker_rlimit_nofile {files}; events {{ worker_connections 4096; }}\n"
        f"http {{ access_log off; default_type text/html; keepalive_requests 1000000; open_file_cache max={files * 3 // 4};\n"
        f"types {{ text/html html; text/plain txt; }} client_body_temp_path {folder}/t; proxy_temp_path {folder}/t;\n"
        f"fastcgi_temp_path {folder}/t; uwsgi_temp_path {folder}/t; scgi_temp_path {folder}/t;\n{servers}}}\n")
    process = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")])
    for port in ports:
        wait_for(port)
    return process


def wait_for(port):
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise SystemExit(f"nothing listens on {port}")


def delayed(programs, folder, ports, delay):
    """The same site from delay_server."""
    program = programs.parent / "bench/delay_server"
    if not program.exists():
        raise SystemExit(f"{program} is not built: cmake --build BUILD --target delay_server")
    pairs = [f"{port}={folder}/host{host}" for host, port in enumerate(ports)]
    process = subprocess.Popen([str(program), str(delay), *pairs])
    for port in ports:
        wait_for(port)
    return process


class Peers:
    def __init__(self, folder, ports, numbers, programs, pause):
        self.folder, self.ports, self.numbers, self.programs = folder, ports, numbers, programs
        self.addresses = [f"http://127.0.0.1:{port}/firm/{n}.html" for port, own in zip(ports, numbers) for n in own]
        random.Random(3).shuffle(self.addresses)
        (folder / "urls.txt").write_text("\n".join(self.addresses) + "\n")
        (folder / "curl.txt").write_text("".join(f'url = "{a}"\noutput = "{folder}/curl/{i}.html"\n' for i, a in enumerate(self.addresses)))
        starts = [f"http://127.0.0.1:{port}/list/0.html" for port in ports]
        self.starts = starts
        (folder / "sources").mkdir()
        (folder / "sources/registry.toml").write_text(f"""id = "registry"
title = "登记"
publisher = "bench"
kind = "http"
hosts = ["127.0.0.1"]
terms = "bench"
basis = "bench"
complete = "complete"
[fetch]
start = {json.dumps(starts)}
start_role = "list"
pause = {pause / 1000}
most_requests = 1000000
[scope]
most_alike = 10000000
[[page]]
role = "list"
reader = "html"
[[page.link]]
xpath = "//a[@class='firm']/@href"
role = "firm"
[[page.link]]
xpath = "//a[@class='next']/@href"
role = "list"
[[page]]
role = "firm"
reader = "html"
kind = "firm"
rows = "//table[@class='firm']"
key = ["credit_code"]
required = ["firm_name", "credit_code"]
[page.columns]
firm_name = "tr[th='企业名称']/td"
credit_code = "tr[th='统一社会信用代码']/td"
established = "tr[th='成立日期']/td"
capital = "tr[th='注册资本']/td"
status = "tr[th='登记状态']/td"
scope = "tr[th='经营范围']/td"
""", encoding="utf-8")
        (folder / "tanmiao.toml").write_text(
            f'[city]\ncode = 371600\nname = "演示"\nreference = {json.dumps(str(ROOT / "config/reference"))}\n'
            f'[crawl]\ncontact = "bench@localhost"\nsources = {json.dumps(str(folder / "sources"))}\nloopback_speed = true\n'
            f'[mine]\nrules = {json.dumps(str(ROOT / "config"))}\n', encoding="utf-8")
        (folder / "spider.py").write_text(f"""import scrapy
class Firms(scrapy.Spider):
    name = "firms"
    start_urls = {starts!r}
    custom_settings = dict(ROBOTSTXT_OBEY=True, CONCURRENT_REQUESTS=64, CONCURRENT_REQUESTS_PER_DOMAIN=64, LOG_LEVEL="ERROR",
                           TELNETCONSOLE_ENABLED=False, DOWNLOAD_DELAY=0)
    def parse(self, response):
        for link in response.xpath("//a[@class='firm']/@href"):
            yield response.follow(link, self.firm)
        for link in response.xpath("//a[@class='next']/@href"):
            yield response.follow(link, self.parse)
    def firm(self, response):
        table = response.xpath("//table[@class='firm']")
        yield {{label: table.xpath(f"string(tr[th='{{label}}']/td)").get()
               for label in ("企业名称", "统一社会信用代码", "成立日期", "注册资本", "登记状态", "经营范围")}}
""", encoding="utf-8")

    def all(self):
        f, hosts = self.folder, len(self.ports)
        threads = str(max(16, hosts))
        return {
            "ours": (str(self.programs / "tanmiao"), self.ours),
            "wget2 -r": ("wget2", lambda out: ["wget2", "-q", "-r", "-l", "inf", "-H", "-D", "127.0.0.1", "--max-threads", threads, "-P", str(out), *self.starts]),
            "wget2 -i": ("wget2", lambda out: ["wget2", "-q", "--max-threads", threads, "-x", "-P", str(out), "-i", str(f / "urls.txt")]),
            "curl --parallel": ("curl", lambda out: ["curl", "-s", "--parallel", "--parallel-max", threads, "--create-dirs", "-K", str(f / "curl.txt")]),
            "Scrapy": ("scrapy", lambda out: ["scrapy", "runspider", str(f / "spider.py"), "-o", str(out / "firms.jsonl")]),
        }

    def ours(self, out):
        config = ["--config", str(self.folder / "tanmiao.toml"), "--data", str(out / "data")]
        subprocess.run([str(self.programs / "tanmiao"), "source", "approve", "registry", "--by", "bench", "--reason", "bench", *config],
                       cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return [str(self.programs / "tanmiao"), "crawl", *config]


def timed(words, folder):
    """Seconds, processor seconds, peak MB, exit code. By a small program of its own: a child counts as at least as large
    as the process that started it."""
    said = folder / "time.txt"
    with (folder / "out.log").open("ab") as log:
        code = subprocess.run(["time", "-q", "-f", "%e %U %S %M", "-o", str(said), *words], cwd=ROOT, stdout=log, stderr=log).returncode
    took, user, system, peak = map(float, said.read_text().split())
    return took, user + system, peak / 1024, code


def found(name, out, folder):
    """Pages that came, to see that a peer did the work."""
    if name == "ours":
        seen = 0
        for segment in (out / "data/captures/registry").glob("*.warc.gz"):
            seen += subprocess.run(["zcat", str(segment)], capture_output=True).stdout.count(b"<h1>")
        return seen
    if name == "Scrapy":
        return sum(1 for _ in (out / "firms.jsonl").open(encoding="utf-8"))
    root = folder / "curl" if name.startswith("curl") else out
    return sum(1 for p in root.rglob("*.html") if p.parent.name != "list")


def wrk(folder, ports, seconds):
    if shutil.which("wrk") is None:
        return None
    script = folder / "wrk.lua"
    script.write_text("local urls = {}\nfor line in io.lines('" + str(folder / "paths.txt") + "') do urls[#urls + 1] = line end\n"
                      "local i = 0\nrequest = function() i = i % #urls + 1; return wrk.format('GET', urls[i]) end\n")
    (folder / "paths.txt").write_text("\n".join("/firm/" + p.name for p in (folder / "host0/firm").iterdir()) + "\n")
    done = subprocess.run(["wrk", "-t1", "-c64", f"-d{seconds}s", "-s", str(script), f"http://127.0.0.1:{ports[0]}"], capture_output=True, text=True)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build/release/apps")
    parser.add_argument("--pages", type=int, default=20000)
    parser.add_argument("--hosts", type=int, default=16)
    parser.add_argument("--delay", type=int, default=0, help="milliseconds")
    parser.add_argument("--pause", type=int, default=0, help="milliseconds between two requests to a host")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--folder", default="/dev/shm", help="where site and results go: in memory, or the removal of what "
                        "was fetched takes longer than the fetching")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--serve", action="store_true", help="only make the site and serve it")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tanmiao-crawl-", dir=options.folder))
    processes = []
    try:
        numbers, mean = make_site(folder, options.pages, options.hosts)
        ports = free_ports(options.hosts)
        if options.delay or options.hosts > 200:
            processes.append(delayed(options.programs, folder, ports, options.delay))
        else:
            processes.append(serve(folder, ports))
        print(f"{options.pages} pages of {mean:.0f} bytes on {options.hosts} hosts, answers {options.delay} ms late", flush=True)
        peers = Peers(folder, ports, numbers, options.programs, options.pause)
        if options.serve:
            print(f"{folder}: {processes[0].pid}", flush=True)
            signal.pause()
        wanted = [name for name in peers.all() if not options.only or name in options.only.split(",")]
        figures = {}
        for turn in range(options.rounds):
            for name in wanted:
                program, words = peers.all()[name]
                if shutil.which(program) is None:
                    print(f"{name}: not installed, left out")
                    continue
                out = folder / f"{name.replace(' ', '')}{turn}"
                out.mkdir()
                shutil.rmtree(folder / "curl", ignore_errors=True)
                took, work, peak, code = timed(words(out), folder)
                came = found(name, out, folder)
                figures.setdefault(name, []).append((took, work, peak, came))
                print(f"  {name}: {took:.2f} s, {work:.2f} processor s, {peak:.0f} MB, {came} pages, exit {code}", flush=True)
                if not options.keep:
                    shutil.rmtree(out)
        limit = None if options.delay or options.pause else wrk(folder, ports, 5)
        print(f"\n| 1 | pages/s | of ours | processor s | peak MB |\n|---|---|---|---|---|")
        ours = statistics.median(f[0] for f in figures["ours"]) if "ours" in figures else None
        for name, rows in figures.items():
            took = statistics.median(r[0] for r in rows)
            pace = statistics.median(r[3] / r[0] for r in rows)
            share = f"{ours / took:.2f}" if ours else ""
            print(f"| {name} | {pace:,.0f} | {share} | {statistics.median(r[1] for r in rows):.2f} | {max(r[2] for r in rows):.0f} |")
        if limit:
            print(f"| wrk, nothing kept | {limit:,.0f} | | | |")
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
            process.wait(10)
        if options.keep:
            print("kept:", folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
