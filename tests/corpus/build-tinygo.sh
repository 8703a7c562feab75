#!/usr/bin/env bash
# Builds the programs of tinygo/ with TinyGo. What is in built/ was made by 0.37.0, Go 1.24 and LLVM 19.
#
# usage: build-tinygo.sh OUT [NAME…]     TINYGO in the environment names the compiler (`tinygo`); TINYGOROOT is where its files are
#
# Each program in some of these variants (below):
#   small-m       -target=wasip1 -no-debug (-opt=z, the precise collector, goroutines by Asyncify), a core module
#   O2-m          the same with -opt=2                      conservative-m  with -gc=conservative
#   leaking-m     with -gc=leaking -scheduler=none -panic=trap
#   component     `small-m`, made a component by `wasm-tools component new`, where ADAPTER names the command adapter of preview 1
#   p2            -target=wasip2 -no-debug; `handler` with the world below, whose export wants an argument
#
# TinyGo is in no registry as a program. It was made of the Go module github.com/tinygo-org/tinygo (from the module proxy) by
# `go build -tags llvm19`, with Debian's llvm-19-dev, libclang-19-dev, liblld-19-dev, lld-19 and clang-19. The module has no submodules. In its root
#   lib/wasi-libc           is Debian's source package wasi-libc, made by `make MALLOC_IMPL=none CC=clang-19 AR=llvm-ar-19 NM=llvm-nm-19`
#   lib/compiler-rt-builtins  is compiler-rt/lib/builtins of Debian's source package llvm-toolchain-19
#   lib/wasi-cli/wit        is what `wasm-tools component wit` says of the command adapter that the npm package @bytecodealliance/jco has, with
#                           the world named wasi:cli/command and all versions 0.2.0
#   src/net                 is empty: programs that use the network cannot be built
set -eu
here=$(cd "$(dirname "$0")" && pwd); mkdir -p "$1"; out=$(cd "$1" && pwd); shift
tinygo=${TINYGO:-tinygo}
command -v "$tinygo" >/dev/null || { echo "build-tinygo.sh: there is no $tinygo" >&2; exit 1; }
export GO111MODULE=off

compile() {  # compile NAME VARIANT FLAGS…
  local to=$out/tinygo-$1-$2.wasm source=$here/tinygo/$1; shift 2
  (cd "$source" && "$tinygo" build -no-debug "$@" -o "$to" .)
}

handler() {
  local wit; wit=$(mktemp -d)
  cp -r "$TINYGOROOT/lib/wasi-cli/wit" "$wit/wit"
  sed -e 's/^package .*/package app:hand;/' -e 's/world command/world hand/' -e '/export/d' -e 's/import \([a-z-]*\);/import wasi:cli\/\1@0.2.0;/' \
    -e '$d' "$wit/wit/command.wit" > "$wit/hand.wit"
  echo '  export handle: func(a: s32) -> s32; }' >> "$wit/hand.wit"
  mkdir -p "$wit/hand/deps/cli"
  cp -r "$wit/wit/deps" "$wit/hand"
  cp "$wit/wit/cli.wit" "$wit/hand/deps/cli/"
  mv "$wit/hand.wit" "$wit/hand/"
  compile handler p2 -target=wasip2 --wit-package "$wit/hand" --wit-world hand
  rm -r "$wit"
}

build() {  # build NAME
  [ "$1" != handler ] || { handler; return; }
  [ "$1" != behind ] || { compile behind leaking-m -target=wasip1 -gc=leaking -scheduler=none -panic=trap; return; }
  [ "$1" != palette ] || { compile palette p2 -target=wasip2; return; }
  compile "$1" small-m -target=wasip1
  case $1 in
    options|packaged) compile "$1" O2-m -target=wasip1 -opt=2 ;;
    method) compile "$1" conservative-m -target=wasip1 -gc=conservative ;;
    lines|printed) compile "$1" p2 -target=wasip2 ;;
  esac
  [ "$1" != branch ] || [ -z "${ADAPTER:-}" ] ||
    wasm-tools component new "$out/tinygo-$1-small-m.wasm" --adapt "wasi_snapshot_preview1=$ADAPTER" -o "$out/tinygo-$1-component.wasm"
}

[ $# -gt 0 ] || set -- $(cd "$here/tinygo" && ls)
for name; do build "$name"; done
