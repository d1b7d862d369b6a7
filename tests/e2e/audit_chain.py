#!/usr/bin/env python3
"""What people did stands in a chain: a row of people.db that somebody changed, removed or put in behind the program's back is
found by check, which names the entry and ends with 1."""
import shutil
import sqlite3

from harness import Bench, arguments, check, main

TAMPERINGS = (
    ("another reason", "UPDATE audit SET detail = replace(detail, 'terms read', 'terms unread') WHERE number = 2", 2),
    ("another one who did it", "UPDATE audit SET by = 'somebody' WHERE number = 1", 1),
    ("another day", "UPDATE audit SET at = at - 86400 WHERE number = 3", 3),
    ("one entry less", "DELETE FROM audit WHERE number = 2", 2),
    ("two entries exchanged", "UPDATE audit SET number = 9999 WHERE number = 2; UPDATE audit SET number = 2 WHERE number = 3;"
                              "UPDATE audit SET number = 3 WHERE number = 9999", 2),
    ("an entry with a hash of its own", "INSERT INTO audit(number, at, by, action, subject, detail, hash) SELECT "
                                        "max(number) + 1, max(at), 'x', 'firm.suppress', 'y', '{}', max(hash) FROM audit", None),
)


def body(options):
    with Bench(options, "audit") as bench:
        bench.make_city(firms=60, patents=60)
        data = bench.folder / "data"
        bench.serve_city()
        for source in ("demo-registry", "demo-patents", "demo-science"):
            bench.run("source", "approve", source, "--by", "office", "--reason", "terms read", *bench.of(data))
        bench.night(data)
        check(bench.json("check", *bench.of(data))["sound"], "what was written by the program is sound")
        kept = bench.folder / "people.db"
        with sqlite3.connect(data / "people.db") as live, sqlite3.connect(kept) as copy:
            live.backup(copy)
        for what, script, entry in TAMPERINGS:
            for end in ("", "-wal", "-shm"):
                (data / f"people.db{end}").unlink(missing_ok=True)
            shutil.copy(kept, data / "people.db")
            people = sqlite3.connect(data / "people.db")
            last = people.execute("SELECT max(number) FROM audit").fetchone()[0]
            people.executescript(script)
            people.commit()
            people.close()
            told = bench.json("check", *bench.of(data), expect=(1,))
            wanted = f"audit entry {entry or last + 1} "
            check(not told["sound"] and len(told["damage"]) == 1 and wanted in told["damage"][0],
                  f"{what}: {told['damage'][0]}")
            refused = bench.run("backup", *bench.of(data), "-o", bench.folder / "b.tar.zst", expect=(1,))
            check(wanted in refused.stderr and not (bench.folder / "b.tar.zst").exists(), "and is not backed up as sound")


if __name__ == "__main__":
    main(body, arguments(__doc__))
