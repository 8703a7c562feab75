#!/usr/bin/env bash
# Builds the Rust programs of rust/. Not needed to use them: built/ holds the results.
#
# usage: build-rust.sh OUT TC TOOLS
# TC is a folder with Debian's rustc-web 1.96 unpacked (usr/) whose sysroot has std for wasm32-wasip1 and wasm32-wasip2, built once
# from rust-web-src with -Zbuild-std against wasi-libc wasi-sdk-30; TOOLS as in build.sh; cargo is a rustup nightly's.
#
# Variants: size (opt z, lto, abort, no names; a component by the adapter), p2 (wasip2, opt 3, no names), and of some programs
# release-m (a core module, opt 3, names kept) and debug (opt 0; a component). wit-bindgen comes from crates.io.
set -eu
here=$(cd "$(dirname "$0")" && pwd); mkdir -p "$1"; out=$(cd "$1" && pwd) tc=$(cd "$2" && pwd) tools=$(cd "$3" && pwd)
export LD_LIBRARY_PATH=$tc/usr/lib/x86_64-linux-gnu RUSTC=$tc/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$tc/target-own
cargo=$(dirname "$(rustup which --toolchain nightly rustc)")/cargo
src=$CARGO_TARGET_DIR/src; mkdir -p "$src"; cp -rp "$here/rust/." "$src/"; cd "$src"
export RUSTFLAGS="--remap-path-prefix=$src=. --remap-path-prefix=$tc/usr/lib/rustlib/src/rust=/rustc --remap-path-prefix=$tc/usr/src/rustc-1.96.0=/rustc"
for crates in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*; do RUSTFLAGS+=" --remap-path-prefix=$crates=/crates"; done
jco=$tools/node_modules/@bytecodealliance/jco/lib/wasi_snapshot_preview1
new() { wasm-tools component new "$1" --adapt "wasi_snapshot_preview1=$jco.$3.wasm" -o "$2.n"; wasm-tools strip -a "$2.n" -o "$2"; rm "$2.n"; }

for build in release:wasm32-wasip1 size:wasm32-wasip1 dev:wasm32-wasip1 release:wasm32-wasip2; do
  "$cargo" build -q --profile "${build%:*}" --target "${build#*:}"
done
for bin in "$CARGO_TARGET_DIR"/wasm32-wasip2/release/rs-*.wasm; do
  name=$(basename "$bin" .wasm) p1=$CARGO_TARGET_DIR/wasm32-wasip1
  new "$p1/size/$name.wasm" "$out/$name-size.wasm" command
  wasm-tools strip -a "$bin" -o "$out/$name-p2.wasm"
  case $name in rs-direct | rs-indirect | rs-long | rs-owned) wasm-tools strip --delete '^\.debug' "$p1/release/$name.wasm" -o "$out/$name-release-m.wasm" ;; esac
  case $name in rs-direct | rs-indirect | rs-second | rs-boxed) new "$p1/debug/$name.wasm" "$out/$name-debug.wasm" command ;; esac
done
new "$CARGO_TARGET_DIR/wasm32-wasip1/size/rs_bindings.wasm" "$out/rs-bindings-size.wasm" reactor
new "$CARGO_TARGET_DIR/wasm32-wasip1/debug/rs_bindings.wasm" "$out/rs-bindings-debug.wasm" reactor
wasm-tools strip -a "$CARGO_TARGET_DIR/wasm32-wasip2/release/rs_bindings.wasm" -o "$out/rs-bindings-p2.wasm"
