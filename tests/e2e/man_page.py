#!/usr/bin/env python3
"""The manual page names every command, sub-command and option that the program has, and no other; roff finds no fault."""
import re
import shutil
import subprocess
import sys

import harness

PAGE = harness.ROOT / "docs/man/tanmiao.1"


def words_of_help(program):
    """All commands ("source approve") and options ("--json") by asking --help, recursively."""
    commands, options = set(), set()

    def ask(path):
        text = subprocess.run([program, *path, "--help"], check=True, capture_output=True, text=True).stdout
        options.update(re.findall(r"^  +(?:-\w,)?(--[a-z-]+)", text, re.M))
        below = text.partition("Subcommands:\n")[2].partition("\n\n")[0]
        for name in re.findall(r"^  ([a-z]+) ", below, re.M):
            commands.add(" ".join([*path, name]))
            ask([*path, name])

    ask([])
    return commands, options


def text_of(page):
    text = page.read_text()
    text = re.sub(r'^\.\\".*$', "", text, flags=re.M)
    text = re.sub(r"\\f[BIR]", "", text).replace("\\-", "-").replace('"', "")
    return re.sub(r"^\.[A-Z]+ ?", "", text, flags=re.M)


def main():
    options = harness.arguments(__doc__)
    commands, switches = words_of_help(options.programs / "tanmiao")
    harness.check(len(commands) > 15 and len(switches) > 20, f"{len(commands)} commands and {len(switches)} options found")
    text = text_of(PAGE)
    lines = re.sub(r"\s+", " ", text)
    missing = sorted(c for c in commands if not re.search(rf"(^|[ \n]){c}( |$)", text, re.M))
    harness.check(not missing, f"every command is in the page (missing: {missing})")
    named = set(re.findall(r"--[a-z]+(?:-[a-z]+)*", lines))
    harness.check(named == switches, f"the page names the options there are (missing: {sorted(switches - named)},"
                                     f" no longer there: {sorted(named - switches)})")
    if shutil.which("groff"):
        said = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", "-Kutf8", str(PAGE)], capture_output=True, text=True)
        harness.check(said.returncode == 0 and not said.stderr, f"groff finds no fault {said.stderr}")


if __name__ == "__main__":
    try:
        main()
    except harness.Failed as failure:
        sys.exit(f"FAILED: {failure}")
