#!/usr/bin/env python3
"""Help, and mistakes on the command line answered with the nearest right word; nothing on stdout but what was asked."""
from harness import Bench, arguments, check, main

COMMANDS = ("run crawl link index mine parse rank backtest search similar saved match explain export source replay rejects archive review pool "
            "serve check "
            "demo").split()
MISTAKES = [
    (["serch", "x"], "did you mean 'search'"),
    (["run", "--jsn"], "是否应为“--json”"),
    (["source", "aprove", "x"], "是否应为“approve”"),
    (["source", "approve", "gleif", "--by", "", "--reason", "x"], "不能空白，应写明由谁决定"),
    (["source", "approve", "gleif", "--by", "x", "--reason", " \u3000 "], "不能空白，应写明理由"),
    (["source", "suspend", "gleif", "--by", "x"], "缺少 --reason"),
    (["archive", "remove", "http://h/", "--by", "x", "--reason", ""], "不能空白，应写明理由"),
    (["check", "accept", "--by", "\t", "--reason", "x"], "不能空白，应写明由谁决定"),
    (["review", "decide", "a", "b", "c", "--same", "--by", "x"], "--reason"),
    (["pool", "suppress", "x", "--by", "x", "--reason", "\u200b"], "不能空白，应写明理由"),
    (["crawl", "--accept", "x", "--reason", "y"], "--accept 须与 --by 同用"),
    (["export", "--fromat", "csv"], "did you mean '--format'"),
    (["export", "--format", "xlsx", "-o", "a.csv"], "--format is xlsx, the file's name ends with .csv"),
    (["source"], "subcommand"),
    (["search", "--limit", "0", "x"], "limit"),
    (["saved", "put", "a", "b", "--reason", " "], "不能空白，应写明理由"),
    (["rejects", "list", "registry-fles"], "是否应为“registry-files”"),
    (["archive", "prune", "--older-than", "soon"], "90d"),
    (["check", "robots", "--agent", "a", "--url", "/", "no/such/file"], "no such file"),
    (["mine", "--as-of", "2015-02-30"], "--as-of"),
]


def body(options):
    with Bench(options, "words") as bench:
        for command in COMMANDS:
            told = bench.run(command, "--help").stdout
            check("Example:" in told, f"{command} --help has an example")
        for words, expected in MISTAKES:
            extra = ["--data", str(bench.folder / "none")] if words[0] == "mine" else []
            done = bench.run(*words, *extra, expect=(2,))
            check(expected in done.stderr, f"{' '.join(words)}: says {expected!r}")
            check(done.stdout == "", "and nothing on stdout")
        for command in ("search", "similar", "explain", "export", "serve"):
            extra = ["x"] if command in ("explain", "similar") else []
            done = bench.run(command, *extra, "--data", bench.folder / "none", expect=(1,))
            check("tanmiao run" in done.stderr, f"{command} without data says what to do")
        robots = bench.folder / "robots.txt"
        robots.write_bytes(b"User-agent: *\r\nDisallow: /\r\n\r\nUser-agent: seedbot/1\r\nDisallow: /closed # no\r\n")
        for agent, url, allowed, line, group in (("SeedBot/2.0", "http://h.test/open", True, None, "seedbot/1"),
                                                 ("seedbot", "http://h.test/closed/a", False, 5, "seedbot/1"),
                                                 ("otherbot", "/open", False, 2, "*"), ("", "", False, 2, "*")):
            told = bench.json("check", "robots", "--agent", agent, "--url", url, robots, expect=(0 if allowed else 1,))
            check((told["allowed"], told["line"], told["group"]) == (allowed, line, group), f"robots: {agent!r} {url!r}: {told}")
        ids = bench.lines("check", "ids", "91371600MA3", expect=(1,))
        check(ids[0]["kind"] is None and ids[0]["why"], "a wrong code is told why")


if __name__ == "__main__":
    main(body, arguments(__doc__))
