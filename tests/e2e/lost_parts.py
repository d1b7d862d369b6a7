#!/usr/bin/env python3
"""What comes back when a part of the data folder is lost, and what does not: what README.md says of keeping it."""
import json
import shutil

from harness import Bench, arguments, check, main, stage

FIRST, SECOND, THIRD = (f"2026-11-{day}T02:00:00Z" for day in (20, 21, 22))


def archive(data):
    return {p.relative_to(data).as_posix(): p.read_bytes() for p in sorted((data / "captures").rglob("*.warc.gz*"))}


def firms(bench, data):
    return bench.lines("search", *bench.of(data), "--limit", 10000)[0]["total"]


def derived(bench, data):
    """Columns, index and runs follow from facts and people: a night makes the live ones again, to the byte."""
    bench.night(data, clock=SECOND)
    before = bench.digest(data)
    for lost in (["columns"], ["index"], ["runs"], ["columns", "index", "runs"]):
        for name in lost:
            shutil.rmtree(data / name)
        bench.night(data, clock=SECOND)
        check(bench.digest(data) == before, f"without {' and '.join(lost)} a night makes the same again")
        bench.run("check", *bench.of(data))


def facts(bench, data):
    """Facts do not follow from the captures, but for the last page of each address (archive_replay.py): sites and files are read again, as they are now."""
    had, known, archived = firms(bench, data), bench.digest(data), archive(data)
    check(len(archived) > 3, f"{len(archived)} segments of what came")
    for path in data.glob("facts.db*"):
        path.unlink()
    report = bench.night(data, clock=THIRD)
    kept = archive(data)
    check({name + ".unknown": bytes_ for name, bytes_ in archived.items()}.items() <= kept.items(),
          "what was archived is set aside whole, none of it is removed")
    check(firms(bench, data) == had, f"{had} firms come again from sites and files")
    check(all(s["outcome"] != "not_approved" for s in stage(report, "crawl")["sources"] if s["id"] != "demo-unapproved"),
          "under the approvals of people.db")
    check(bench.digest(data)["store"] != known["store"], "but with other days on which things were first seen")
    bench.run("check", *bench.of(data))


def inbox(bench, data):
    """A file of the inbox is the office's: its hash is kept, not a copy."""
    folder = bench.folder / "inbox"
    folder.mkdir()
    text = "企业名称\n滨州演示存档实业有限公司\n"
    (folder / "名录.csv").write_text(text, encoding="utf-8")
    (bench.folder / "city" / "sources" / "files.toml").write_text(
        f'id = "files"\ntitle = "f"\npublisher = "p"\nkind = "folder"\ninbox = {json.dumps(str(folder))}\nterms = "t"\n'
        'basis = "b"\n[[page]]\nreader = "csv"\nkind = "firm"\nkey = ["firm_name"]\nrequired = ["firm_name"]\n'
        '[page.columns]\nfirm_name = "企业名称"\n', encoding="utf-8")
    bench.night(data, clock=THIRD.replace("-22T", "-23T"))
    check(bench.lines("search", "存档实业", *bench.of(data))[0]["total"] == 1, "a firm of a file of the inbox")
    copies = [p for p in data.rglob("*") if p.is_file() and text.encode() in p.read_bytes()]
    check(not copies and not (data / "captures" / "files").exists(), "no copy of the file lies in the data folder")


def body(options):
    with Bench(options, "lost") as bench:
        bench.make_city(firms=60, patents=60)
        city = bench.serve_city()
        data = bench.folder / "data"
        bench.night(data, clock=FIRST)
        bench.approve(data)
        derived(bench, data)
        facts(bench, data)
        inbox(bench, data)
        bench.stop(city)


if __name__ == "__main__":
    main(body, arguments(__doc__))
