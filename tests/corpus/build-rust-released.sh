#!/usr/bin/env bash
# Builds some of the Rust programs of rust/ as people do: by toolchains as they are released, with the standard library as it comes with them (opt
# 3, its own wasi-libc; for wasm32-wasip2 position independent). Not needed to use them: built/ holds the results.
#
# usage: build-rust-released.sh OUT TOOLS
# TOOLS as in build.sh; rustup has 1.75 with wasm32-wasi, 1.82 and 1.95 with wasm32-wasip1 and wasm32-wasip2.
#
# Variants: VERSION-size (opt z, lto, abort, no names; a component by the adapter), VERSION-p2 (the same for wasip2; of host opt 3), VERSION-release
# (opt 3), VERSION-debug (opt 0, no names).
set -eu
here=$(cd "$(dirname "$0")" && pwd); mkdir -p "$1"; out=$(cd "$1" && pwd) tools=$(cd "$2" && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cp -rp "$here/rust" "$work/src"; cp -rp "$here/wit" "$work/wit"; cd "$work/src"
without() {
  local name; for name in "$@"; do rm -r "$name"; sed -i -e "s/\"$name\", //" -e "s/, \"$name\"\]/]/" Cargo.toml; done
}
without bindings options
jco=$tools/node_modules/@bytecodealliance/jco/lib/wasi_snapshot_preview1

# build VERSION TARGET PROFILE VARIANT PROGRAM...
build() {
  local version=$1 target=$2 profile=$3 variant=$4 name; shift 4
  rm -f Cargo.lock  # older versions cannot read it
  CARGO_TARGET_DIR=$work/$version cargo "+$version" build -q --profile "$profile" --target "$target" "${@/#/-prs-}"
  local dir=$work/$version/$target/${profile/#dev/debug} bin to adapter
  for name in "$@"; do
    for bin in "$dir/rs-$name".wasm "$dir/rs-$name"-*.wasm "$dir/rs_$name".wasm; do
      [ -f "$bin" ] || continue
      to=$out/$(basename "$bin" .wasm | tr _ -)-${version%.*}-$variant.wasm adapter=command
      case $bin in */rs_*) adapter=reactor ;; esac
      if [ "$target" != wasm32-wasip2 ]; then
        wasm-tools component new "$bin" --adapt "wasi_snapshot_preview1=$jco.$adapter.wasm" -o "$work/new.wasm"; bin=$work/new.wasm
      fi
      wasm-tools strip -a "$bin" -o "$to"
    done
  done
}
build 1.95.0 wasm32-wasip2 size p2 tiers services
build 1.95.0 wasm32-wasip1 size size tiers
build 1.95.0 wasm32-wasip2 release p2 host
# What needs crates needs newer versions of everything.
without tiers services host
build 1.95.0 wasm32-wasip1 size size direct lazy
build 1.95.0 wasm32-wasip1 release release split
build 1.95.0 wasm32-wasip1 release release altered divided
build 1.95.0 wasm32-wasip1 dev debug altered settled divided
build 1.95.0 wasm32-wasip2 size p2 vars named prefix
build 1.82.0 wasm32-wasip2 size p2 direct second
build 1.75.0 wasm32-wasi size size direct owned
