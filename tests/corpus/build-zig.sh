#!/usr/bin/env bash
# Builds the Zig programs of zig/. Not needed to use them: built/ holds the small results.
#
# usage: build-zig.sh OUT TOOLS [NAME…]
# TOOLS is a folder with zig-15 and zig-17, the packages ziglang 0.15.2 and 0.17.1 of PyPI unpacked (zig-15/zig is the compiler), and
# node_modules as in build.sh. Without names all programs are built.
#
# Variants: small15-m and small17-m (ReleaseSmall, no names; core modules), small17 (a component by the command adapter), fast15-m and safe15-m
# (ReleaseFast, ReleaseSafe) are those in built/. With ALL=1 also debug, safe and fast, of both versions, of which debug keeps names and all are large.
set -eu
here=$(cd "$(dirname "$0")" && pwd); mkdir -p "$1"; out=$(cd "$1" && pwd) tools=$(cd "$2" && pwd); shift 2
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
adapter=$tools/node_modules/@bytecodealliance/jco/lib/wasi_snapshot_preview1.command.wasm
build() {  # build VERSION MODE PROGRAM OUT FLAGS…
  local zig=$tools/zig-$1/zig mode=$2 program=$3 to=$4; shift 4
  [ "$program" != libc ] || set -- "$@" -lc
  (cd "$tmp" && "$zig" build-exe -target wasm32-wasi -O"$mode" -femit-bin="$to" "$@" "$here/zig/$program.zig"); rm -f "$to.o"
}
for f in ${@:-$(cd "$here/zig" && ls ./*.zig)}; do
  name=$(basename "$f" .zig)
  [ "$name" != shape ] || continue
  case $name in taken | dropped) build 15 ReleaseFast "$name" "$out/zig-$name-fast15-m.wasm" -fstrip ;; esac
  case $name in narrow) build 15 ReleaseSafe "$name" "$out/zig-$name-safe15-m.wasm" -fstrip ;; esac
  case $name in twice | again | narrow) build 15 ReleaseFast "$name" "$out/zig-$name-fast15-m.wasm" -fstrip; continue ;; esac
  for version in 15 17; do
    [ "$name$version" != owned17 ] || continue  # what it asks through is gone
    build $version ReleaseSmall "$name" "$out/zig-$name-small$version-m.wasm" -fstrip
    [ -n "${ALL:-}" ] || continue
    build $version Debug "$name" "$out/zig-$name-debug$version-m.wasm" -fno-strip
    build $version ReleaseSafe "$name" "$out/zig-$name-safe$version-m.wasm" -fstrip
    build $version ReleaseFast "$name" "$out/zig-$name-fast$version-m.wasm" -fstrip
  done
  case $name in constants | helper | single | everything | required)
    wasm-tools component new "$out/zig-$name-small17-m.wasm" --adapt "wasi_snapshot_preview1=$adapter" -o "$tmp/c"
    wasm-tools strip -a "$tmp/c" -o "$out/zig-$name-small17.wasm"
    rm "$out/zig-$name-small17-m.wasm" ;;
  esac
done
