#!/usr/bin/env bash
# Builds shop.wasm, its next version shop-next.wasm, rates.wasm and vault.wasm, which are committed: nothing has to be built to use the example.
#
# usage: build.sh JCO      JCO: the folder of @bytecodealliance/jco 1.10.2 from npm; only its preview 1 adapter is used
# Needs wasm-tools and the Debian packages clang, lld-14, wasi-libc and libclang-rt-14-dev-wasm32.
set -eu
here=$(cd "$(dirname "$0")" && pwd) adapter=$1/lib/wasi_snapshot_preview1.reactor.wasm
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
# Linked without an -O of its own: clang would have wasm-opt inline everything into one function, and the evidence would be dull.
build() {  # build NAME FLAGS…
  local name=$1; shift
  clang-14 --target=wasm32-wasi -Os -Wall "$@" -c -o "$tmp/shop.o" "$here/shop.c"
  clang-14 --target=wasm32-wasi -mexec-model=reactor -Wl,--strip-debug -o "$tmp/core.wasm" "$tmp/shop.o"
  wasm-tools component embed "$here/wit" --world shop "$tmp/core.wasm" -o "$tmp/embedded.wasm"
  wasm-tools component new "$tmp/embedded.wasm" --adapt "wasi_snapshot_preview1=$adapter" -o "$here/$name.wasm"
}
build shop
build shop-next -DNEXT
for name in rates vault; do
  clang-14 --target=wasm32 -Oz -ffreestanding -fno-builtin -nostdlib -Wall -Wl,--no-entry -Wl,--strip-debug -Wl,-z,stack-size=4096 \
    -o "$tmp/core.wasm" "$here/$name.c"
  wasm-tools component embed "$here/wit" --all-features --world $name "$tmp/core.wasm" -o "$tmp/embedded.wasm"
  wasm-tools component new "$tmp/embedded.wasm" -o "$here/$name.wasm"
done
