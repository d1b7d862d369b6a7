#!/usr/bin/env python3
"""Without network: a store replayed over itself, and one made of the archive alone, equal that of the live crawl."""
import re
import shutil

from harness import Bench, arguments, check, main

CLOCK = "2026-11-21T02:00:00Z"


def totals(bench, data):
    return bench.run("check", "--dump", *bench.of(data)).stdout


def network_sources(data):
    return sorted(p.name for p in (data / "captures").iterdir() if p.is_dir())


def body(options):
    with Bench(options, "replay") as bench:
        bench.make_city(firms=80, patents=80)
        city = bench.serve_city()
        data = bench.folder / "data"
        bench.run("crawl", *bench.of(data), "--clock", "2026-11-20T02:00:00Z", expect=(0, 3))
        bench.approve(data)
        bench.run("crawl", *bench.of(data), "--clock", CLOCK, expect=(0, 3))
        bench.stop(city)
        live = bench.digest(data)["store"]
        sources = network_sources(data)
        check(len(sources) > 2, f"the sites are gone; archived: {', '.join(sources)}")
        other = alone(bench, data, sources)
        check(bench.digest(other)["store"] == live, "a store made of the archive alone has the digest of the live crawl")
        check(totals(bench, other) == totals(bench, data), "line by line")
        bench.run("check", *bench.of(other))
        for source in sources:
            read = bench.json("replay", source, *bench.of(data), "--since", "2026-01-01")
            check(outcome(read) == "unchanged", f"{source}: replayed over itself it is unchanged")
        check(bench.digest(data)["store"] == live, "after a replay of all the digest is that of the live crawl")
        changed(bench, data, sources, live)


def outcome(report):
    return report["stages"][0]["sources"][0]["outcome"]


def alone(bench, data, sources):
    """Facts lost, archive and people.db kept: what was fetched is read again out of the archive."""
    other = bench.folder / "other"
    other.mkdir(mode=0o700)
    shutil.copytree(data / "captures", other / "captures")
    shutil.copy2(data / "people.db", other / "people.db")
    for source in sources:
        bench.json("replay", source, "--from-archive", *bench.of(other), "--clock", CLOCK, expect=(0, 3))
    return other


def changed(bench, data, sources, live):
    """That replay reads at all: with another description the records are others, with the old one they are as before."""
    # Of a source whose addresses are a column; others have addresses in their links.
    source = next(s for s in sources if re.search(r'^address = "tr', file_of(bench, s).read_text(encoding="utf-8"), re.M))
    text = file_of(bench, source).read_text(encoding="utf-8")
    file_of(bench, source).write_text(re.sub(r"^address = .*\n", "", text, flags=re.M), encoding="utf-8")
    bench.json("replay", source, *bench.of(data), expect=(0, 3))
    check(bench.digest(data)["store"] != live, f"{source} without its addresses is another store")
    file_of(bench, source).write_text(text, encoding="utf-8")


def file_of(bench, source):
    for path in (bench.folder / "city" / "sources").glob("*.toml"):
        if re.search(rf'^id = "{source}"', path.read_text(encoding="utf-8"), re.M):
            return path
    raise KeyError(source)


if __name__ == "__main__":
    main(body, arguments(__doc__))
