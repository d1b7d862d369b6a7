#!/usr/bin/env python3
"""Backups taken while a night is running come back as folders whose next night ends in the same digest; damaged and cut-off
archives are refused and said what of; a killed backup leaves nothing under a final name; the key is never in one."""
import random
import re
import shutil
import sqlite3
import subprocess
import tarfile
import time

from harness import Bench, Failed, arguments, check, free_port, main, stage

NIGHTS = ("2026-11-20T02:00:00Z", "2026-12-01T02:00:00Z")


def nights_of(data):
    facts = sqlite3.connect(f"{(data / 'facts.db').as_uri()}?mode=ro", uri=True)
    try:
        return facts.execute("SELECT count(*), min(finished) FROM night").fetchone()
    finally:
        facts.close()


def restore(bench, archive, data, *words, expect=(0,)):
    return bench.run("restore", archive, "--config", bench.config, "--data", data, *words, expect=expect)


def decisions(bench, data):
    listed = bench.lines("review", "list", *bench.of(data))
    item = next(r for r in listed if r["candidates"])
    firm = item["candidates"][0]
    bench.run("review", "decide", item["source"], item["key"], firm, "--same", "--by", "test",
              "--reason", "looked up", "--slot", item["slot"], *bench.of(data))
    hits = bench.lines("search", "科技", *bench.of(data), "--limit", "3")
    code = next(h["code"] for h in hits[1:] if h.get("code"))
    bench.run("pool", "suppress", code, "--reason", "asked for", "--by", "test", *bench.of(data))
    return code


def while_a_night_runs(bench, data, archives):
    """Backups one after the other, beside a night and beside people who write; gives those from within the night."""
    night = subprocess.Popen(bench.command("run", *bench.of(data), "--clock", NIGHTS[1], "--json"), env=bench.environment,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    bench.processes.append(night)
    within = []
    for number in range(40):
        if night.poll() is not None:
            break
        archive = archives / f"night-{number}.tar.zst"
        bench.run("backup", *bench.of(data), "-o", archive, *(["--with-captures"] if number % 2 else []))
        within.append(archive)
    night.wait(300)
    check(night.returncode in (0, 3), "the night ends as if nobody had made a backup")
    check(within, f"{len(within)} backups were made while it ran")
    return within


def come_back(bench, within, wanted, code):
    unfinished = 0
    for archive in within:
        data = bench.folder / ("back-" + archive.name.split(".")[0])
        restore(bench, archive, data)
        count, finished = nights_of(data)
        unfinished += count == 2 and finished == 0
        check(bench.json("check", *bench.of(data))["sound"], f"{archive.name}: restored and sound")
        bench.night(data, clock=NIGHTS[1])
        got = bench.digest(data)
        check(got == wanted, f"{archive.name}: the next night gives the same digest" +
              ("" if got == wanted else f" {got} != {wanted}"))
        check(code not in bench.run("search", code, *bench.of(data), "--json").stdout.split("\n", 1)[-1],
              "what people decided came along")
        shutil.rmtree(data)
    check(unfinished > 0, f"{unfinished} of {len(within)} hold a night in the midst of its work")


def with_everything(bench, data, wanted):
    chinese = data / "rejects/名录.csv"  # names of sources and files are the office's
    chinese.write_text("x", encoding="utf-8")
    (data / "models").mkdir(exist_ok=True)
    (data / "models/kept.toml").write_text("id = 'kept'", encoding="utf-8")
    archive = bench.folder / "all.tar.zst"
    bench.environment["LC_ALL"] = "C"
    said = bench.json("backup", *bench.of(data), "-o", archive, "--with-captures", "--with-inbox", "--with-live")
    check(said["live"] and said["bytes"] == archive.stat().st_size, "a backup with all that there is")
    check(archive.stat().st_mode & 0o077 == 0, "nobody else may read it")
    back, extras = bench.folder / "all back", bench.folder / "extras"
    restore(bench, archive, back, "--extras", extras)
    bench.environment["LC_ALL"] = "C.UTF-8"
    check(bench.digest(back) == wanted, "comes back with the same digest, without a night")
    check(bench.json("check", *bench.of(back))["sound"], "captures and all")
    replayed = bench.json("replay", "demo-registry", *bench.of(back))
    check(stage(replayed, "crawl")["sources"][0]["outcome"] in ("unchanged", "published"), "captures can be read again")
    check((extras / "config/tanmiao.toml").read_bytes() == bench.config.read_bytes() and
          (extras / "config/rules/scorecard.toml").is_file(), "configuration is unpacked where it was asked for")
    check(not list(back.glob("config")) and (back / "reports/000001.json").is_file(), "and reports are with the data")
    check((back / "rejects/名录.csv").read_text() == "x", "Chinese names come back in the locale of a service, too")
    check((back / "models/kept.toml").read_text() == "id = 'kept'", "the scorecard in use comes back: one that was refused is not the first again")
    chinese.unlink()
    with_plain_tar(bench, archive)
    return archive


def with_plain_tar(bench, archive):
    if not shutil.which("zstd"):
        print("no zstd here: not looked into with other programs")
        return None
    plain = bench.folder / "plain.tar"
    subprocess.run(["zstd", "-q", "-d", "-f", str(archive), "-o", str(plain)], check=True)
    key = next((bench.folder / "state").rglob("person.key")).read_text().strip()
    check(len(key) >= 16 and key.encode() not in plain.read_bytes(), "the key of persons' names is not in it")
    with tarfile.open(plain) as tar:
        names = tar.getnames()
    check(names[-1] == "manifest.json" and "people.db" in names, "any system unpacks it")
    evil = bench.folder / "evil.tar"
    with tarfile.open(evil, "w", format=tarfile.PAX_FORMAT) as tar:
        tar.add(bench.config, arcname="rejects/../../../evil.txt")
    subprocess.run(["zstd", "-q", "-f", str(evil)], check=True)
    refused = restore(bench, str(evil) + ".zst", bench.folder / "evil back", expect=None)
    check(refused.returncode == 1 and not (bench.folder.parent / "evil.txt").exists(),
          "names that lead out of the folder are refused")


def damaged(bench, archive, seed):
    whole = archive.read_bytes()
    chance = random.Random(seed)
    copy = bench.folder / "damaged.tar.zst"
    refused = same = 0
    for number in range(24):
        bytes_ = bytearray(whole)
        bytes_[chance.randrange(len(bytes_))] ^= 1 << chance.randrange(8)
        copy.write_bytes(bytes_)
        data = bench.folder / "of damaged"
        done = restore(bench, copy, data, expect=None)
        if done.returncode == 0:  # only where nothing of a file is: padding
            same += 1
            shutil.rmtree(data)
            continue
        refused += 1
        if not (done.returncode == 1 and re.search(r"damaged|cut off", done.stderr) and not data.exists() and
                not list(bench.folder.glob("of damaged*"))):
            raise Failed(f"bit {number}: exit {done.returncode}, {done.stderr}")
    check(refused >= 20, f"one wrong bit: {refused} of 24 refused, {same} lay in padding; the last said: "
          + done.stderr.strip().splitlines()[-1][-120:])
    for part in (0, 1, 100, len(whole) // 3, len(whole) // 2, len(whole) - 1000, len(whole) - 1):
        copy.write_bytes(whole[:part])
        done = restore(bench, copy, bench.folder / "of cut", expect=None)
        if done.returncode != 1 or (bench.folder / "of cut").exists() or "damaged or cut off" not in done.stderr and \
                "cut off" not in done.stderr:
            raise Failed(f"cut at {part}: exit {done.returncode}, {done.stderr}")
    check(True, "cut off at seven places: refused each time")


def killed(bench, data, seed):
    folder = bench.folder / "kept"
    began = time.monotonic()
    bench.run("backup", *bench.of(data), "--to", folder, "--with-captures")
    whole = time.monotonic() - began
    chance = random.Random(seed)
    left = 0
    for _ in range(12):
        process = subprocess.Popen(bench.command("backup", *bench.of(data), "--to", folder, "--with-captures"),
                                   env=bench.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, whole))
        process.kill()
        process.wait()
        left += len(list(folder.glob("*.part")))
        time.sleep(1.1)  # names have seconds
    check(left > 0, f"{left} kills left a half-written archive under another name")
    for number, archive in enumerate(sorted(folder.glob("*.tar.zst"))):
        back = bench.folder / f"kept-{number}"
        restore(bench, archive, back)
        shutil.rmtree(back)
    check(True, "whatever bears a final name is whole")
    stranger = folder / "tanmiao-notes.txt"
    stranger.write_text("mine")
    said = bench.json("backup", *bench.of(data), "--to", folder, "--keep", "2")
    there = sorted(p.name for p in folder.iterdir())
    check(len(there) == 3 and stranger.name in there and said["file"].rsplit("/", 1)[-1] in there,
          f"the next one removes what was left, --keep leaves two, and nothing else is touched: {there}")


def refusals(bench, data, archive):
    done = restore(bench, archive, data, expect=(2,))
    check("--force" in done.stderr, "a folder that holds something is not written over")
    said = bench.run("backup", *bench.of(data), "-o", data / "inside.tar.zst", expect=(2,))
    check("outside the data folder" in said.stderr, "a backup within the data is none")
    bench.run("backup", *bench.of(data), expect=(2,))
    other = bench.folder / "other"
    restore(bench, archive, other)
    before = nights_of(other)
    (other / "marked").write_text("before")
    forced = restore(bench, archive, other, "--force")
    aside = list(bench.folder.glob("other.before-*"))
    check(len(aside) == 1 and (aside[0] / "marked").exists() and nights_of(other) == before and
          str(aside[0]) in forced.stderr, "--force moves the old folder aside and says where")
    writer = bench.start(bench.command("run", *bench.of(other), "--clock", "2026-12-05T02:00:00Z", "--json"))
    lock = other / "lock"
    while writer.poll() is None and str(writer.pid) not in (lock.read_text() if lock.exists() else ""):
        time.sleep(0.005)
    done = restore(bench, archive, other, "--force", expect=(1,))
    check("held by process" in done.stderr, "not under a night that is running: " + done.stderr.strip()[-80:])
    writer.wait(300)
    check(writer.returncode in (0, 3), "which ends undisturbed")


def keys(bench, data, archive):
    apart = bench.folder / "safe"
    apart.mkdir()
    bench.run("backup", *bench.of(data), "-o", bench.folder / "x.tar.zst", "--key-to", bench.folder / "key", expect=(2,))
    bench.run("backup", *bench.of(data), "-o", bench.folder / "x.tar.zst", "--key-to", apart / "key")
    key = next((bench.folder / "state").rglob("person.key"))
    check((apart / "key").read_bytes() == key.read_bytes() and (apart / "key").stat().st_mode & 0o077 == 0,
          "the key is copied apart from the archive")
    said = bench.json("restore", archive, "--config", bench.config, "--data", bench.folder / "k1")
    check(said["person_key"] == "same", "the key of this machine is that of the backup")
    here = dict(bench.environment)
    for state, word in (("new state", "missing"), ("other state", "other")):
        bench.environment["XDG_STATE_HOME"] = str(bench.folder / state)
        if word == "other":
            (bench.folder / state / "tanmiao").mkdir(parents=True)
            (bench.folder / state / "tanmiao/person.key").write_text("f" * 64)
        done = bench.run("restore", archive, "--config", bench.config, "--data", bench.folder / f"key {word}", "--json")
        check(f'"person_key":"{word}"' in done.stdout and "attention" in done.stderr, f"{word} key: a person is told")
    bench.environment = here


def told_in_report(bench, data):
    report = bench.night(data, clock="2026-12-01T04:00:00Z")
    check("file" in report["backup"] and not [t for t in report["todo"] if t["what"] == "backup"],
          "the run report knows the last backup")


def body(options):
    with Bench(options, "backup") as bench:
        bench.make_city(firms=900, patents=2500)
        data = bench.folder / "data 数据"
        city = bench.serve_city()
        bench.approve(data)
        bench.night(data, clock=NIGHTS[0])
        code = decisions(bench, data)
        bench.stop(city)
        bench.serve_city(day=12)
        archives = bench.folder / "archives"
        archives.mkdir()
        within = while_a_night_runs(bench, data, archives)
        wanted = bench.digest(data)
        come_back(bench, within[:6], wanted, code)
        archive = with_everything(bench, data, wanted)
        damaged(bench, archive, options.seed)
        killed(bench, data, options.seed)
        refusals(bench, data, archive)
        keys(bench, data, archive)
        told_in_report(bench, data)


if __name__ == "__main__":
    main(body, arguments(__doc__, seed=5))
