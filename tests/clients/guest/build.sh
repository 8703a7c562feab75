#!/usr/bin/env bash
# Builds ferry-run.wasm, ferry-http.wasm and logbook.wasm, which are committed: nothing has to be built to run the tests.
#
# usage: build.sh JCO      JCO: the folder of @bytecodealliance/jco 1.10.2 from npm; only its preview 1 adapters are used
# Needs wasm-tools and the Debian packages clang, lld-14, wasi-libc and libclang-rt-14-dev-wasm32.
set -eu
here=$(cd "$(dirname "$0")" && pwd) adapters=$1/lib/wasi_snapshot_preview1
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
build() {  # build NAME ADAPTER FLAGS…
  local name=$1 adapter=$2; shift 2
  clang-14 --target=wasm32-wasi -Os -Wall -Wl,--strip-debug "$@" -o "$tmp/core.wasm" "$here/ferry.c"
  wasm-tools component embed "$here/wit" --world "$name" "$tmp/core.wasm" -o "$tmp/embedded.wasm"
  wasm-tools component new "$tmp/embedded.wasm" --adapt "wasi_snapshot_preview1=$adapters.$adapter.wasm" -o "$here/$name.wasm"
}
clang-14 --target=wasm32-wasi -Os -Wall -Wl,--strip-debug -o "$tmp/core.wasm" "$here/logbook.c"
wasm-tools component new "$tmp/core.wasm" --adapt "wasi_snapshot_preview1=$adapters.command.wasm" -o "$here/logbook.wasm"
build ferry-run command
build ferry-http reactor -mexec-model=reactor -DHTTP
