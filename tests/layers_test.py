#!/usr/bin/env python3
"""check_layers.py finds one breach of every kind, each in a small tree of its own, and nothing in a sound one."""
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOUND = {
    "core/date.h": "#pragma once\n",
    "store/facts.h": '#include "core/date.h"\n',
    "store/sqlite.h": "#include <sqlite3.h>\n",
    "store/facts.cc": '#include "store/sqlite.h"\nconst char* a = "SELECT a FROM b";\n',
    "miner/mine.cc": '#include "store/facts.h"\n#include <re2/re2.h>\n',
    "tests/store/a_test.cc": '#include "store/sqlite.h"\n#include <sqlite3.h>\n',
}
BREACHES = {
    "an arrow": {"core/a.cc": '#include "store/facts.h"\n'},
    "an arrow, angled": {"core/a.cc": "#include <store/facts.h>\n"},
    "an arrow, relative": {"store/b.cc": '#include "../miner/a.h"\n', "miner/a.h": ""},
    "an arrow into apps": {"server/a.cc": '#include "apps/x.h"\n', "apps/x.h": ""},
    "libcurl": {"store/a.cc": "#include <curl/curl.h>\n"},
    "SQLite": {"miner/a.cc": "#include <sqlite3.h>\n"},
    "SQLite, quoted": {"miner/a.cc": '#include "sqlite3.h"\n'},
    "libpq": {"apps/a.cc": "#include <libpq-fe.h>\n"},
    "Xapian": {"server/a.cc": '#include "xapian.h"\n'},
    "XGBoost": {"apps/a.cc": "#include <xgboost/c_api.h>\n"},
    "spreadsheets": {"pool/a.cc": "#include <xlsxwriter.h>\n"},
    "Asio": {"pool/a.cc": "#include <boost/asio.hpp>\n"},
    "RE2": {"pool/a.cc": "#include <re2/re2.h>\n"},
    "zstd": {"server/a.cc": "#include <zstd.h>\n"},
    "a private header": {"miner/a.cc": '#include "store/sqlite.h"\n'},
    "a private header through another": {"store/x.h": '#include "sqlite.h"\n', "miner/a.cc": '#include "store/x.h"\n'},
    "a walled header in core": {"core/a.h": "#include <re2/re2.h>\n"},
    "SQL outside store": {"pool/a.cc": 'const char* q = "SELECT a FROM b";\n'},
    "a folder of no layer": {"helpers/a.cc": "\n"},
    "another ending": {"core/a.hh": '#include "store/facts.h"\n'},
}


def breaches(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        done = subprocess.run([sys.executable, ROOT / "scripts/check_layers.py", folder], capture_output=True, text=True)
        return done.returncode, done.stdout


def main():
    code, said = breaches(SOUND)
    if code or said:
        sys.exit(f"FAILED: a sound tree: {said}")
    for name, files in BREACHES.items():
        code, said = breaches({**SOUND, **files})
        where = [file for file in files if said.startswith(file + ":")]
        if code != 1 or not where:
            sys.exit(f"FAILED: {name} was not found: {said!r}")
        print("ok:", name, "-", said.splitlines()[0])


if __name__ == "__main__":
    main()
