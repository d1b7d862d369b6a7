#!/usr/bin/env python3
"""The service files: systemd takes them without complaint, every command in them is one that the program has, exit 3 is no
failure, and the installer puts everything where they look for it and leaves what is there."""
import os
import re
import shutil
import stat
import subprocess

from harness import Bench, ROOT, arguments, check, main

UNITS = ROOT / "scripts/systemd"
PROGRAM = "/usr/local/bin/tanmiao"


def verified(bench):
    if not shutil.which("systemd-analyze"):
        print("no systemd-analyze here: the units were NOT verified")
        return
    folder = bench.folder / "units"
    folder.mkdir()
    for unit in UNITS.iterdir():
        text = unit.read_text(encoding="utf-8").replace(PROGRAM, str(bench.programs.resolve() / "tanmiao"))
        (folder / unit.name).write_text(text, encoding="utf-8")
    said = subprocess.run(["systemd-analyze", "verify", "--man=no", *map(str, sorted(folder.iterdir()))],
                          capture_output=True, text=True)
    complaints = [line for line in said.stderr.splitlines() if "tanmiao" in line]
    check(said.returncode == 0 and not complaints, f"systemd takes all {len(list(folder.iterdir()))} units {complaints}")
    for timer in UNITS.glob("*.timer"):
        when = re.search(r"OnCalendar=(.+)", timer.read_text()).group(1)
        asked = subprocess.run(["systemd-analyze", "calendar", when], capture_output=True, text=True)
        check(asked.returncode == 0 and "Asia/Shanghai" in when, f"{timer.name}: {when}, in Beijing time wherever it runs")


def commands(bench):
    found = {}
    for file in [*UNITS.glob("*.service"), ROOT / "scripts/tanmiao.cron"]:
        for line in re.findall(re.escape(PROGRAM) + r"([^|>\n]*)", file.read_text(encoding="utf-8")):
            words = line.split("2>&1")[0].split()
            found.setdefault(words[0], set()).update(w for w in words if w.startswith("--"))
    check(set(found) == {"run", "serve", "backup", "check"}, f"they call {sorted(found)}")
    for command, options in found.items():
        told = bench.run(command, "--help").stdout
        check(all(option in told for option in options), f"{command} has {sorted(options)}")


def installed(bench):
    dest = bench.folder / "root"
    words = [str(ROOT / "scripts/install_service"), "--program", str(bench.programs / "tanmiao"), "--dest", str(dest)]
    dry = subprocess.run([*words, "--dry-run"], capture_output=True, text=True, check=True)
    check(not dest.exists() and "tanmiao.timer" in dry.stdout, "--dry-run changes nothing")
    subprocess.run(words, capture_output=True, check=True)
    check(os.access(dest / "usr/local/bin/tanmiao", os.X_OK), "the program is installed")
    for name in ("data", "key"):
        mode = stat.S_IMODE((dest / "srv/tanmiao" / name).stat().st_mode)
        check(mode == 0o700, f"{name} is closed to others: {mode:o}")
    config = dest / "srv/tanmiao/config/tanmiao.toml"
    told = bench.run("check", "config", "--config", config).stderr
    check("配置无误" in told, "the installed configuration is sound where it lies: " + told.strip())
    config.write_text(config.read_text(encoding="utf-8") + "\n# of the office\n", encoding="utf-8")
    subprocess.run(words, capture_output=True, check=True)
    check("# of the office" in config.read_text(encoding="utf-8"), "a second time leaves the office's files alone")
    unit = (dest / "etc/systemd/system/tanmiao.service").read_text()
    check(re.search(r"^SuccessExitStatus=3$", unit, re.M) and "EXIT_STATUS" in unit, "exit 3 is no failure, and is told")
    key = re.search(r"^Environment=XDG_STATE_HOME=(\S+)$", unit, re.M).group(1)
    check(not key.startswith("/srv/tanmiao/data"), "the key lies outside the data folder")


def body(options):
    with Bench(options, "units") as bench:
        verified(bench)
        commands(bench)
        installed(bench)


if __name__ == "__main__":
    main(body, arguments(__doc__))
