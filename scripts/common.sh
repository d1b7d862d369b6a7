# Shared by the scripts: where the project is, and a build with its progress. Sourced, not run.
# Paths may hold blanks and Chinese characters: everything is quoted.
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root" || exit 1

say() { printf '== %s\n' "$*" >&2; }

# configure PRESET [-D...]: again only when the options differ from those of last time.
configure() {
  local preset="$1" stamp
  shift
  stamp="build/$preset/.options"
  if [ ! -f "build/$preset/build.ninja" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$*" ]; then
    say "configuring build/$preset"
    local log="build/$preset.configure.log"
    mkdir -p build
    cmake --preset "$preset" "$@" >"$log" 2>&1 || { cat "$log" >&2; return 1; }
    printf '%s' "$*" >"$stamp"
  fi
}

# build PRESET TARGETS...: ninja shows its own counter.
build() {
  local preset="$1"
  shift
  say "building build/$preset"
  NINJA_STATUS='[%f/%t %es] ' cmake --build "build/$preset" --parallel "$(nproc)" ${1:+--target "$@"} >&2
}

# Temporary folders of tests lie in memory where 8 GiB of it are free: they wait for the disk more than for anything else.
# What a killed process leaves behind is the same; tests of a full disk make one of their own.
temp_in_memory() {
  local free
  free="$(df --output=avail -k /dev/shm 2>/dev/null | tail -1)"
  if [ -z "${TMPDIR:-}" ] && [ "${free:-0}" -gt $((8 * 1024 * 1024)) ]; then
    TMPDIR="$(mktemp -d /dev/shm/tanmiao-tests-XXXXXX)"
    chmod 755 "$TMPDIR"  # servers of tests run under users of their own
    export TMPDIR
    # shellcheck disable=SC2064  # today's folder
    trap "rm -rf '$TMPDIR'" EXIT
  fi
}
