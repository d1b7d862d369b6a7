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
    ("the last entry less", "DELETE FROM audit WHERE number = (SELECT max(number) FROM audit)", "last"),
    ("the last entry less, and the note of the end", "DELETE FROM audit WHERE number = (SELECT max(number) FROM audit);"
     "UPDATE audit_head SET number = (SELECT max(number) FROM audit), hash = (SELECT hash FROM audit ORDER BY number DESC LIMIT 1)",
     "last"),
    ("another decision", "UPDATE source_approval SET state = 3 WHERE id = 1", None),
    ("an entry with a hash of its own", "INSERT INTO audit(number, at, by, action, subject, detail, hash) SELECT "
                                        "max(number) + 1, max(at), 'x', 'firm.suppress', 'y', '{}', max(hash) FROM audit", None),
)


def body(options):
    with Bench(options, "audit") as bench:
        bench.make_city(firms=60, patents=60)
        data = bench.folder / "data"
        bench.serve_city()
        older = bench.folder / "older.db"
        for source in ("demo-registry", "demo-patents", "demo-science"):
            if source == "demo-science":
                with sqlite3.connect(data / "people.db") as live, sqlite3.connect(older) as copy:
                    live.backup(copy)
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
            wanted = f"audit entry {last if entry == 'last' else entry or last + 1} "
            if what == "another decision":  # the row that says so now, and the entry that said otherwise
                wanted = "a row of source_approval does not stand in the audit"
            check(not told["sound"] and wanted in told["damage"][0], f"{what}: {told['damage'][0]}")
            refused = bench.run("backup", *bench.of(data), "-o", bench.folder / "b.tar.zst", expect=(1,))
            check(wanted in refused.stderr and not (bench.folder / "b.tar.zst").exists(), "and is not backed up as sound")
        # The night that follows says so, and keeps what was noted until somebody answers for it.
        for end in ("", "-wal", "-shm"):
            (data / f"people.db{end}").unlink(missing_ok=True)
        shutil.copy(older, data / "people.db")  # sound in itself, but a decision that was made is not in it
        for _ in range(2):
            report = bench.night(data)
            check(any(one["what"] == "audit" and one["urgent"] for one in report["todo"]), "the run report says it too")
        check(bench.json("check", *bench.of(data), expect=(1,))["damage"], "a night does not cover it up")
        bench.run("check", "accept", "--by", "office", "--reason", "people.db put back", *bench.of(data))
        check(bench.json("check", *bench.of(data))["sound"], "after it was accepted")
        check(not any(one["what"] == "audit" for one in bench.night(data)["todo"]), "it is told no more")


if __name__ == "__main__":
    main(body, arguments(__doc__))
