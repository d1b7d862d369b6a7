"""What the end-to-end tests share: the programs, folders of their own, the demo city, checks that print what they saw."""
import argparse
import itertools
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

import schema

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SKIPPED = 77
CLOCK = "2026-11-20T02:00:00Z"  # of the first night; its civil day is that of the demo city


def arguments(description, **more):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--programs", default=ROOT / "build/release/apps", type=pathlib.Path)
    parser.add_argument("--keep", action="store_true", help="keep the folders")
    for name, value in more.items():
        parser.add_argument("--" + name, default=value, type=type(value))
    return parser.parse_args()


class Failed(Exception):
    pass


def check(holds, what):
    if not holds:
        raise Failed(what)
    print("ok:", what, flush=True)


def free_port():
    """A port that is free, of those that no connection is given meanwhile; where to begin differs by process and call."""
    first, ports = 12000, 20000
    for tried in range(ports):
        port = first + (os.getpid() * 16 + next(_asked) + tried) % ports
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise Failed("no port is free")


_asked = itertools.count()


class Bench:
    """A folder for a test, the program, and the processes that must not outlive it."""

    def __init__(self, options, name):
        self.programs = options.programs
        self.keep = options.keep
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"tanmiao {name} 试-"))
        self.processes = []
        self.environment = dict(os.environ, XDG_STATE_HOME=str(self.folder / "state"), LC_ALL="C.UTF-8")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        if not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def command(self, *words):
        return [str(self.programs / "tanmiao"), *map(str, words)]

    def run(self, *words, expect=(0,), timeout=600):
        done = subprocess.run(self.command(*words), cwd=ROOT, env=self.environment, capture_output=True, text=True,
                              timeout=timeout)
        if expect is not None and done.returncode not in expect:
            raise Failed(f"tanmiao {' '.join(map(str, words))}: exit {done.returncode}, expected {expect}\n"
                         f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        return done

    def json(self, *words, **more):
        answer = json.loads(self.run(*words, "--json", **more).stdout)
        if words[0] in ("run", "crawl") and "--dry-run" not in words:
            fits_schema(answer)
        return answer

    def lines(self, *words, **more):
        return [json.loads(line) for line in self.run(*words, "--json", **more).stdout.splitlines()]

    def start(self, words):
        process = subprocess.Popen(words, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True)
        self.processes.append(process)
        return process

    def stop(self, process):
        process.send_signal(signal.SIGTERM)
        process.wait(10)

    # --- the demo city
    def make_city(self, firms=300, patents=600, least_free_gb=0):
        city = self.folder / "city"
        subprocess.run([str(self.programs / "demo_city"), "make", "--out", str(city), "--firms", str(firms), "--patents",
                        str(patents), "--today", CLOCK[:10]], check=True, stdout=subprocess.DEVNULL)
        self.config = self.folder / "tanmiao.toml"
        quote = json.dumps
        self.config.write_text(
            f'[city]\ncode = 371600\nname = "演示"\nreference = {quote(str(ROOT / "config/reference"))}\n'
            f'[crawl]\ncontact = "test@localhost"\nsources = {quote(str(city / "sources"))}\nloopback_speed = true\n'
            f'least_free_gb = {least_free_gb}\n'
            f'[mine]\nrules = {quote(str(ROOT / "config"))}\n', encoding="utf-8")
        return city

    def serve_city(self, day=1, log=None, more=()):
        process = self.start([str(self.programs / "demo_city"), "serve", "--world", str(self.folder / "city"), "--day",
                              str(day)] + (["--log", str(log)] if log else []) + list(more))
        line = process.stdout.readline()
        check(line.startswith("{"), f"the demo city serves day {day}")
        return process

    def of(self, data):
        return ["--config", self.config, "--data", data]

    def approve(self, data):
        for source in self.lines("source", "list", *self.of(data)):
            if source["id"] != "demo-unapproved":
                self.run("source", "approve", source["id"], "--by", "test", "--reason", "invented data", *self.of(data))

    def night(self, data, *words, expect=(0, 3), clock=CLOCK, **more):
        return self.json("run", *self.of(data), "--clock", clock, *words, expect=expect, **more)

    def digest(self, data):
        return self.json("check", "--digest", *self.of(data))


def fits_schema(report):
    """Every run report that a test sees is what docs/schema says of run reports."""
    if wrong := schema.misfits(report, "run_report.json"):
        raise Failed("the run report is not what docs/schema/run_report.json says: " + "; ".join(wrong[:10]))


def stage(report, name):
    return next(s for s in report["stages"] if s["stage"] == name)


def main(body, *args):
    try:
        body(*args)
    except Failed as failed:
        print("FAILED:", failed, file=sys.stderr)
        sys.exit(1)


def skip(why):
    print("skipped:", why)
    sys.exit(SKIPPED)
