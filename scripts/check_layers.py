#!/usr/bin/env python3
"""Holds the includes to the arrows and walls of ARCHITECTURE.md. Names file and line of each breach.

Usage: check_layers.py [ROOT]; exit 1 when there is a breach.
"""
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
    "RE2": (r"re2/", {"core", "crawler", "linkage", "miner"}),
}
# Heavy or walled headers that a header of ours never includes: their types stay in .cc files.
NOT_IN_HEADERS = re.compile(
    r"boost/(asio|beast|json)(\.hpp$|/)|curl/|sqlite3\.h$|zstd\.h$|xapian|toml\+\+|spdlog|xlsxwriter|orcus/|libxml/|pugixml|tbb/|archive\.h$")
# Headers a folder keeps for its own .cc files may hold the folder's library; only the folder may include them.
PRIVATE_HEADERS = {"crawler", "server", "store", "indexer", "tabular", "apps", "tests", "bench", "fuzz"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
SUFFIXES = {".h", ".cc", ".hpp", ".cpp", ".inc", ".def"}


def layer_of(path):
    parts = path.parts
    return parts[0] if parts[0] in FOLDERS or parts[0] in TOP else None


def allowed_by_wall(path, folders):
    text = path.as_posix()
    return any(text.startswith(folder + "/") for folder in folders) or path.parts[0] in {"tests", "bench", "fuzz"}


def includes(root, path):
    with open(root / path, encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            match = INCLUDE.match(line)
            if match:
                yield number, match.group(1) == '"', match.group(2)


def breaches_of_file(root, path, walled_headers):
    folder = layer_of(path)
    may = EVERYTHING | {folder} if folder in TOP else FOLDERS[folder] | {folder}
    for number, quoted, header in includes(root, path):
        target = header.split("/")[0]
        if quoted and target in FOLDERS and target not in may:
            yield number, f"{folder}/ may not include {target}/ ({header})"
        if quoted and target != folder and header in walled_headers and folder not in {"tests", "bench", "fuzz"}:
            yield number, f"{header} shows a type of {walled_headers[header]}: it is private to {target}/"
        if quoted:
            continue
        for library, (pattern, folders) in WALLS.items():
            if re.match(pattern, header) and not allowed_by_wall(path, folders):
                yield number, f"{library} belongs to {', '.join(sorted(folders))} ({header})"
        if path.suffix == ".h" and folder not in PRIVATE_HEADERS and NOT_IN_HEADERS.match(header):
            yield number, f"heavy or walled header in a header ({header})"


def sources(root):
    for top in sorted(EVERYTHING | TOP):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                yield path.relative_to(root)


def find_walled_headers(root):
    """Our headers that include a walled or heavy library: path -> what."""
    found = {}
    for path in sources(root):
        if path.suffix != ".h" or layer_of(path) not in FOLDERS:
            continue
        for _, quoted, header in includes(root, path):
            if not quoted and NOT_IN_HEADERS.match(header):
                found[path.as_posix()] = header
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
