#!/usr/bin/env python3
"""A disk that fills up: nights and exports on small file systems (tmpfs), from one on which the store cannot even be made
to one that lacks a few pages at the very end; and a crawl that stops at its floor before that. Each ends with exit 1 and one line that names the place and the reason;
nothing is half published; with room made, the same command goes on and ends like a night that nobody disturbed.
--each N: nights that fill the disk in each stage."""
import collections
import json
import os
import shutil
import subprocess
import sys
import threading
import time
import zipfile

from harness import Bench, arguments, check, main, skip

REASON = "No space left on device"
STAGES = ("crawl", "link", "index", "mine")
NEXT_CLOCK = "2026-12-01T02:00:00Z"
PLENTY = 512 << 10  # KiB
PAGE = 4            # KiB: what a tmpfs gives out
WAYS = (["--format", "xlsx"], ["--format", "csv"], ["--format", "jsonl"])


class Disk:
    """A file system in memory of so many KiB."""

    def __init__(self, folder, kib):
        self.folder = folder
        folder.mkdir()
        self.mount("mount", "-t", "tmpfs", "-o", f"size={kib}k", "tanmiao-test", folder)

    @staticmethod
    def mount(*words):
        subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)
        self.folder.rmdir()

    def resize(self, kib):
        # With the device named, mount does not add the options it finds, some of which a name space may not set.
        self.mount("mount", "-o", f"remount,size={kib}k", "tanmiao-test", self.folder)

    def used(self):
        state = os.statvfs(self.folder)
        return (state.f_blocks - state.f_bfree) * state.f_frsize >> 10


def on_own_mounts():
    """Mounting takes root. Others become root of a name space of their own, where the system lets them."""
    if os.geteuid() == 0:
        return
    inner = ["unshare", "--user", "--map-root-user", "--mount"]
    if shutil.which("unshare") and subprocess.run([*inner, "true"], capture_output=True).returncode == 0:
        os.execvp(inner[0], [*inner, sys.executable, *sys.argv])
    skip("a small file system cannot be mounted here: neither root nor user name spaces")


def stage_of(data):
    for name, folder in (("mine", "runs"), ("index", "index"), ("link", "columns")):
        if (data / folder).is_dir() and any((data / folder).iterdir()):
            return name
    return "crawl"


def watched(disk, data, body):
    """Runs `body`; what the disk held at most, by stage."""
    most, ended = collections.Counter(), threading.Event()

    def watch():
        while not ended.is_set():
            name = stage_of(data)
            most[name] = max(most[name], disk.used())
            time.sleep(0.001)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        body()
    finally:
        ended.set()
        watcher.join()
    return most


def one_clear_line(done, places, reasons=(REASON,)):
    told = [line for line in done.stderr.splitlines() if line.startswith("tanmiao: ")]
    check(done.returncode == 1 and len(told) == 1 and any(reason in told[0] for reason in reasons) and any(str(p) in told[0] for p in places),
          f"exit {done.returncode}, one line: {' / '.join(told) or done.stderr.strip()}")


def looked_at_while_full(bench, data):
    """Commands that read do so or say why not."""
    for words in (["check"], ["search", "科技"], ["source", "list"]):
        done = bench.run(*words, *bench.of(data), expect=None)
        if done.returncode not in (0, 1) or (done.returncode == 1 and len(done.stderr.splitlines()) != 1):
            check(False, f"{words[0]} on the full disk: exit {done.returncode}: {done.stderr}")


class Nights:
    """Nights from one beginning on disks of different sizes."""

    def __init__(self, bench, beginning, clock):
        self.bench, self.beginning, self.clock = bench, beginning, clock
        self.seen = {}  # KiB -> stage that met the full disk, or "done"
        with Disk(bench.folder / "calm", PLENTY) as disk:
            data = self.begin(disk)
            self.least = disk.used() + PAGE
            self.most = watched(disk, data, lambda: bench.night(data, clock=clock))
            self.wanted = bench.digest(data)
            self.rows = self.listed(data)
        print("at most, KiB:", dict(self.most), "from", self.least, flush=True)

    def begin(self, disk):
        return shutil.copytree(self.beginning, disk.folder / "data 数据")

    def listed(self, data):
        out = self.bench.folder / "list.jsonl"
        done = self.bench.run("export", *self.bench.of(data), "--format", "jsonl", "-o", out, expect=(0, 1))
        return out.read_text(encoding="utf-8") if done.returncode == 0 else None

    def night(self, kib):
        kib -= kib % PAGE
        if kib in self.seen:
            return self.seen[kib]
        bench = self.bench
        with Disk(bench.folder / "small", PLENTY) as disk:
            data = self.begin(disk)
            before = bench.digest(data)
            listed = self.listed(data)
            disk.resize(max(kib, disk.used()))
            run = ("run", *bench.of(data), "--clock", self.clock, "--json")
            done = bench.run(*run, expect=None)
            if done.returncode in (0, 3):
                where = "done"
                disk.resize(PLENTY)
            else:
                one_clear_line(done, [data])
                error = json.loads(done.stdout)["error"] if done.stdout else {"code": "disk_full", "stage": "open"}
                check(error["code"] == "disk_full", f"{kib} KiB: met in the stage {error['stage']}")
                where = error["stage"]
                looked_at_while_full(bench, data)
                disk.resize(PLENTY)
                check(bench.json("check", *bench.of(data))["sound"], "with room again the folder is sound")
                now, told = bench.digest(data), self.listed(data)
                # Where the report alone found no room, all of the night is live already.
                whole = [(before, listed), (self.wanted, self.rows)]
                check(any(all(now[part] == live[part] for part in ("index", "columns", "runs")) and told == rows for live, rows in whole),
                      "what was live before is live still, or the night is in whole")
                bench.json(*run[:-1], expect=(0, 3))
            check(bench.digest(data) == self.wanted and self.listed(data) == self.rows,
                  f"{kib} KiB: the digest and the list of an undisturbed night")
        self.seen[kib] = where
        return where

    def between(self, number, each):
        """Sizes that should fill up in this stage: above what the stages before it took at most. There may be none: the
        index takes twice its size while it is compacted."""
        low = max([self.least, *(self.most[name] for name in STAGES[:number])])
        high = self.most[STAGES[number]]
        return [low + (high - low) * (2 * i + 1) // (2 * each) for i in range(each)] if high > low else []


def first_nights(bench, each):
    beginning = bench.folder / "approved"
    bench.approve(beginning)
    nights = Nights(bench, beginning, "2026-11-20T02:00:00Z")
    for number, _ in enumerate(STAGES):
        for kib in nights.between(number, each):
            nights.night(kib)
    check(len(set(nights.seen.values()) - {"done"}) > 1, f"disks of so many KiB were full in the stage: {nights.seen}")
    return nights


def parts_full(bench, nights):
    """Each part of the data folder on a disk of its own, so that every stage meets its end."""
    for part, name, kib in (("captures", "crawl", 16), ("columns", "link", 64), ("index", "index", 64), ("runs", "mine", 8)):
        data = shutil.copytree(nights.beginning, bench.folder / part)
        (data / part).rmdir()
        with Disk(data / part, kib) as disk:
            run = ("run", *bench.of(data), "--clock", nights.clock, "--json")
            done = bench.run(*run, expect=None)
            one_clear_line(done, [data / part])
            check(json.loads(done.stdout)["error"]["stage"] == name, f"{part} full: met in the stage {name}")
            disk.resize(PLENTY)
            check(bench.json("check", *bench.of(data))["sound"], "with room again the folder is sound")
            bench.json(*run[:-1], expect=(0, 3))
            check(bench.digest(data) == nights.wanted, f"{part}: the digest of an undisturbed night")


def too_small_to_begin(bench):
    for kib in (8, 32, 96):
        with Disk(bench.folder / "tiny", kib) as disk:
            data = disk.folder / "data"
            done = bench.run("run", *bench.of(data), "--json", expect=None)
            one_clear_line(done, [data])
            disk.resize(PLENTY)
            bench.json("run", *bench.of(data), expect=(0, 3))
            check(bench.json("check", *bench.of(data))["sound"], f"{kib} KiB: with room made it begins")


def later_nights(bench, beginning):
    nights = Nights(bench, beginning, NEXT_CLOCK)
    grown = max(nights.most.values()) - nights.least
    for share in (1, 30, 60, 90):
        nights.night(nights.least + grown * share // 100)
    check(any(where != "done" for where in nights.seen.values()), f"later night: {nights.seen}")


def floor(bench, calm):
    """A crawl that meets the floor of [crawl] least_free_gb: it stops before the disk has less left, keeps what came and goes on from there; where the
    floor is met from the outset nobody is asked for anything."""
    least = 32 << 20
    plain, bench.config = bench.config, bench.folder / "floor.toml"
    bench.config.write_text(plain.read_text(encoding="utf-8").replace("least_free_gb = 0", f"least_free_gb = {least / 1e9}") + "[report]\nfree_gb = 0\n", encoding="utf-8")
    stops = (least + least // 16) >> 10  # KiB
    asked = Asked(bench)

    def stopped(disk, data, what):
        done = bench.run("run", *bench.of(data), "--clock", calm.clock, "--json", expect=None)
        one_clear_line(done, [data], reasons=("低于停止抓取的 0.04 GB",))
        report = json.loads(done.stdout)
        check(report["error"]["code"] == "disk_full" and report["error"]["stage"] == "crawl" and not report["stages"], f"{what}: it ends in the crawl")
        check(any(t["what"] == "disk" and t["urgent"] for t in report["todo"]), "that the disk is nearly full is a thing to do, whatever [report] free_gb says")
        state = os.statvfs(disk.folder)
        left = state.f_bavail * state.f_frsize
        check(left >= least, f"{left >> 10} KiB are left, {least >> 10} should be")
        check(bench.json("check", *bench.of(data))["sound"], "the folder is sound")

    try:
        with Disk(bench.folder / "floor", PLENTY) as disk:
            data = calm.begin(disk)
            disk.resize(disk.used() + stops - PAGE)
            stopped(disk, data, "below the floor")
            check(asked.take() == [], "nobody is asked for anything")
            grows = calm.most["crawl"] - calm.least
            disk.resize(disk.used() + stops + grows // 2)
            stopped(disk, data, "at the floor")
            first = asked.take()
            check(any(target != "/robots.txt" for _, target in first), f"after {len(first)} requests")
            disk.resize(disk.used() + stops + PLENTY)
            bench.json("run", *bench.of(data), "--clock", calm.clock, expect=(0, 3))
            rest = asked.take()
            twice = {page for page in first if page in rest}
            hosts = [port for port, _ in twice]  # of each at most the one that was on its way
            check(rest and len(hosts) == len(set(hosts)), f"with room made it asks for the other {len(rest)}, again for {sorted(twice)}")
            check(bench.digest(data) == calm.wanted and calm.listed(data) == calm.rows, "the digest and the list of an undisturbed night")
    finally:
        bench.config = plain


class Asked:
    """What the server answered well since it was asked last: (port, target)."""

    def __init__(self, bench):
        self.path = bench.folder / "requests.log"
        self.take()

    def take(self):
        rows = [line.split(" ", 4) for line in self.path.read_text(encoding="utf-8").splitlines()]
        self.path.write_text("")
        return [(int(port), target) for _, _, port, status, target in rows if status != "503"]


def exports(bench, data):
    """Onto a full disk; and with the disk of temporary files full, which the workbook needs."""
    for way in WAYS:
        with Disk(bench.folder / "out", 16) as disk:
            done = bench.run("export", *bench.of(data), *way, "-o", disk.folder / "list", expect=None)
            one_clear_line(done, [disk.folder])
            check(not any(disk.folder.iterdir()), f"{way[1]}: no half file stays")
    with Disk(bench.folder / "out", 64) as disk:
        done = bench.run("export", *bench.of(data), "--by", "unit", "-o", disk.folder, expect=None)
        one_clear_line(done, [disk.folder])
        check(not list(disk.folder.glob("*.new")), "by unit: no half file stays")
    whole = bench.folder / "whole.xlsx"
    bench.run("export", *bench.of(data), "-o", whole)
    seen = collections.Counter()
    for kib in (4, 32, 64, 128, 192, 256, 320, 384, 440, 512, 1024, PLENTY):
        with Disk(bench.folder / "temporary", kib) as disk:
            bench.environment["TMPDIR"] = str(disk.folder)
            done = bench.run("export", *bench.of(data), "-o", bench.folder / "list.xlsx", expect=None)
            del bench.environment["TMPDIR"]
        seen[done.returncode] += 1
        if done.returncode == 1:
            one_clear_line(done, [bench.folder / "list.xlsx"], reasons=("(TMPDIR): " + REASON, "(TMPDIR) lost a part"))
            check(not list(bench.folder.glob("list.xlsx*")), "no half workbook stays")
        else:
            check(same_members(bench.folder / "list.xlsx", whole), f"temporary files on {kib} KiB: the whole workbook")
            (bench.folder / "list.xlsx").unlink()
    check(seen[0] > 0 and seen[1] > 0 and sum(seen.values()) == seen[0] + seen[1], f"exit codes {dict(seen)}")


def same_members(one, other):
    """Of two zips: what was given to the workbook, whatever its times are."""
    with zipfile.ZipFile(one) as a, zipfile.ZipFile(other) as b:
        return a.namelist() == b.namelist() and all(a.read(name) == b.read(name) for name in a.namelist())


def body(options):
    on_own_mounts()
    with Bench(options, "full") as bench:
        try:
            with Disk(bench.folder / "probe", 64):
                pass
        except (OSError, subprocess.CalledProcessError) as error:
            skip(f"a small file system cannot be mounted here: {getattr(error, 'stderr', error)}")
        bench.make_city(firms=120, patents=240)
        city = bench.serve_city(log=bench.folder / "requests.log")
        too_small_to_begin(bench)
        nights = first_nights(bench, options.each)
        parts_full(bench, nights)
        floor(bench, nights)
        whole = bench.folder / "whole"
        shutil.copytree(bench.folder / "approved", whole)
        bench.night(whole)
        exports(bench, whole)
        bench.stop(city)
        bench.serve_city(day=12)
        later_nights(bench, whole)


if __name__ == "__main__":
    main(body, arguments(__doc__, each=1))
