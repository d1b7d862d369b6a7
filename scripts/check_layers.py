#!/usr/bin/env python3
"""Holds the includes to the arrows and walls of ARCHITECTURE.md. Names file and line of each breach.

Usage: check_layers.py [ROOT]; exit 1 when there is a breach.
"""
import os
import pathlib
import re
import sys

FOLDERS = {
    "core": set(),
    "tabular": {"core"},
    "store": {"core"},
    "crawler": {"tabular", "store", "core"},
    "linkage": {"tabular", "store", "core"},
    "indexer": {"store", "core"},
    "miner": {"indexer", "tabular", "store", "core"},
    "pool": {"tabular", "store", "core"},
    "server": {"pool", "linkage", "miner", "indexer", "tabular", "store", "core"},
}
EVERYTHING = set(FOLDERS)
TOP = {"apps", "tests", "bench", "fuzz"}

# library: (pattern of its headers, folders that may include it). Tests may look through every wall.
WALLS = {
    "libcurl": (r"curl/", {"crawler"}),
    "SQLite": (r"sqlite3(ext)?\.h$", {"store"}),
    "zstd": (r"zstd(_errors)?\.h$|zdict\.h$", {"store"}),
    "libpq": (r"(postgresql/)?libpq", {"store"}),
    "Xapian": (r"xapian(\.h$|/)", {"indexer"}),
    "XGBoost": (r"xgboost/", {"miner"}),
    "libxlsxwriter": (r"xlsxwriter(\.h$|/)", {"tabular"}),
    "orcus": (r"orcus/|ixion/", {"tabular"}),
    "freexl": (r"freexl\.h$", {"tabular"}),
    "Boost.Asio": (r"boost/(asio|beast)(\.hpp$|/)", {"crawler", "server", "apps/demo_city"}),
    "poppler": (r"poppler", {"apps/tanmiao_pdf"}),
    "qpdf": (r"qpdf/", {"apps/tanmiao_pdf"}),
    "simdjson": (r"simdjson", {"crawler"}),
    "RE2": (r"re2/", {"core", "crawler", "linkage", "miner"}),
}
# Heavy or walled headers that a header of ours never includes: their types stay in .cc files.
NOT_IN_HEADERS = re.compile(
    r"boost/(asio|beast|json)(\.hpp$|/)|curl/|sqlite3(ext)?\.h$|(postgresql/)?libpq|zstd\.h$|xapian|xgboost/|toml\+\+"
    r"|spdlog|xlsxwriter|orcus/|ixion/|freexl\.h$|re2/|simdjson|libxml/|pugixml|tbb/|archive\.h$|CLI/")
# Headers a folder keeps for its own .cc files may hold the folder's library; only the folder may include them.
PRIVATE_HEADERS = {"crawler", "server", "store", "indexer", "tabular", "apps", "tests", "bench", "fuzz"}

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')
SQL = re.compile(r'"\s*(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+TABLE)\s')
SUFFIXES = {".h", ".hh", ".hpp", ".hxx", ".cc", ".cpp", ".cxx", ".c", ".inc", ".ipp", ".def"}
HEADERS = {".h", ".hh", ".hpp", ".hxx"}


def layer_of(path):
    parts = path.parts
    return parts[0] if parts[0] in FOLDERS or parts[0] in TOP else None


def allowed_by_wall(path, folders):
    text = path.as_posix()
    return any(text.startswith(folder + "/") for folder in folders) or path.parts[0] in {"tests", "bench", "fuzz"}


def ours(root, path, header):
    """The file of the project that an include means, from the root or beside the file; None: a library's."""
    beside = pathlib.Path(os.path.normpath(path.parent / header))
    for candidate in (pathlib.Path(header), beside):
        if candidate.parts[0] in EVERYTHING | TOP and (root / candidate).is_file():
            return candidate
    return None


def includes(root, path):
    """(line number, text of the line, header or None) of every line that matters."""
    with open(root / path, encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            match = INCLUDE.match(line)
            if match or '"' in line:
                yield number, line, match.group(1) if match else None


def breaches_of_file(root, path, walled_headers):
    folder = layer_of(path)
    if folder is None:
        yield 1, f"{path.parts[0]}/ is no folder of the architecture"
        return
    may = EVERYTHING | {folder} if folder in TOP else FOLDERS[folder] | {folder}
    free = folder in {"tests", "bench", "fuzz"}
    for number, line, header in includes(root, path):
        if header is None:
            if folder != "store" and not free and SQL.search(line):
                yield number, "SQL belongs to store/"
            continue
        target = ours(root, path, header)
        if target is not None:
            of = target.parts[0]
            if of in TOP and of != folder and not free:
                yield number, f"nothing includes {of}/ ({header})"
            if of in FOLDERS and of not in may:
                yield number, f"{folder}/ may not include {of}/ ({header})"
            if of != folder and target.as_posix() in walled_headers and not free:
                yield number, f"{header} shows a type of {walled_headers[target.as_posix()]}: it is private to {of}/"
            continue
        for library, (pattern, folders) in WALLS.items():
            if re.match(pattern, header) and not allowed_by_wall(path, folders):
                yield number, f"{library} belongs to {', '.join(sorted(folders))} ({header})"
        if path.suffix in HEADERS and folder not in PRIVATE_HEADERS and NOT_IN_HEADERS.match(header):
            yield number, f"heavy or walled header in a header ({header})"


def sources(root):
    for top in sorted(p for p in root.iterdir() if p.is_dir()):
        if top.name.startswith(".") or top.name.startswith("build"):
            continue
        for path in sorted(top.rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                yield path.relative_to(root)


def find_walled_headers(root):
    """Our headers that include a walled or heavy library, themselves or through another of ours: path -> what."""
    found, through = {}, {}
    for path in sources(root):
        if path.suffix not in HEADERS or layer_of(path) not in FOLDERS:
            continue
        for _, _, header in includes(root, path):
            if header is None:
                continue
            target = ours(root, path, header)
            if target is not None:
                through.setdefault(target.as_posix(), []).append(path.as_posix())
            elif NOT_IN_HEADERS.match(header):
                found[path.as_posix()] = header
    waiting = list(found)
    while waiting:
        inner = waiting.pop()
        for outer in through.get(inner, []):
            if outer not in found:
                found[outer] = found[inner]
                waiting.append(outer)
    return found


def main(argv):
    root = pathlib.Path(argv[1] if len(argv) > 1 else pathlib.Path(__file__).resolve().parent.parent)
    walled = find_walled_headers(root)
    count = 0
    for path in sources(root):
        for line, what in breaches_of_file(root, path, walled):
            print(f"{path}:{line}: {what}")
            count += 1
    if count:
        print(f"{count} breach{'es' if count > 1 else ''} of the arrows and walls of ARCHITECTURE.md")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
