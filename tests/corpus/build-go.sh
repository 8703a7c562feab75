#!/usr/bin/env bash
# Builds the Go programs of go/ for wasip1: 2.5 MB each, so they are not kept here. `./dev corpus` calls it.
#
# usage: build-go.sh OUT TOOLS [NAME…]     TOOLS: a folder whose node_modules holds @bytecodealliance/jco, for its preview-1 adapter
#
# Each program in these variants:
#   m           as the compiler leaves it, a core module       stripped-m  without name section and debug information
#   component   made one by `wasm-tools component new`; left out where there are no wasm-tools (.peers/bin or PATH) or no adapter
# The programs in go/modules take their settings by libraries, which the compiler fetches (go.mod, go.sum).
# GO in the environment names the compiler (1.21 or later; `go`). What is there and newer than its source stays.
set -eu
here=$(cd "$(dirname "$0")" && pwd); mkdir -p "$1"; out=$(cd "$1" && pwd); tools=$(cd "$2" && pwd)/node_modules; shift 2
go=${GO:-go}
command -v "$go" >/dev/null || { echo "build-go.sh: there is no $go" >&2; exit 1; }
export GOOS=wasip1 GOARCH=wasm GOFLAGS=-buildvcs=false
adapter=$tools/@bytecodealliance/jco/lib/wasi_snapshot_preview1.command.wasm
PATH=$here/../../.peers/bin:$PATH

compile() {  # compile FOLDER OUT FLAGS…
  local folder=$1 to=$2 modules=off; shift 2
  [ ! -f "$folder/../go.mod" ] || modules=on
  [ "$to" -nt "$folder/main.go" ] || (cd "$folder" && GO111MODULE=$modules "$go" build -trimpath "$@" -o "$to" .)
}

build() {  # build NAME
  local source=$here/go/$1 to=$out/go-$1
  [ -d "$source" ] || source=$here/go/modules/$1
  compile "$source" "$to-m.wasm"
  compile "$source" "$to-stripped-m.wasm" -ldflags='-s -w'
  [ -f "$adapter" ] && command -v wasm-tools >/dev/null || return 0
  [ "$to-component.wasm" -nt "$source/main.go" ] ||
    wasm-tools component new "$to-m.wasm" --adapt "wasi_snapshot_preview1=$adapter" -o "$to-component.wasm"
}

[ $# -gt 0 ] || set -- $(cd "$here/go" && ls ./*/main.go modules/*/main.go | xargs -n1 dirname | xargs -n1 basename)
for name; do build "$name"; done
