#!/usr/bin/env bash
# Builds built/, which is committed: nothing has to be built to run the tests.
#
# usage: build.sh [PART…]     parts: c providers rust
# Preview 1 adapters come from crates.io, one of a wasmtime release for each version of WASI; the adapter of 0.2.9, which no release of
# the crate has, is that of 0.2.6 with the version in the names of its imports rewritten: nothing but documentation changed between them
# in what it imports.
# Needs wasm-tools, cargo and the Debian packages clang-19, lld-19, wasi-libc and libclang-rt-19-dev-wasm32; `rust` a rustc ($RUSTC) with
# std for wasm32-wasip1.
set -eu
here=$(cd "$(dirname "$0")" && pwd) out=$here/built versions='0.2.0 0.2.3 0.2.6 0.2.9 0.2.12'
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
export PATH=$here/../../.peers/bin:$PATH

adapters() {  # $tmp/adapter-VERSION.wasm
  local release
  for release in 0.2.0=24.0.13 0.2.3=34.0.2 0.2.6=44.0.3 0.2.12=50.0.1; do
    mkdir -p "$tmp/crate/src"; : > "$tmp/crate/src/lib.rs"; rm -f "$tmp/crate/Cargo.lock"
    printf '[package]\nname = "adapters"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n%s = "=%s"\n' \
      wasi-preview1-component-adapter-provider "${release#*=}" > "$tmp/crate/Cargo.toml"
    (cd "$tmp/crate" && cargo fetch -q)
    cp "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/wasi-preview1-component-adapter-provider-"${release#*=}"/artefacts/wasi_snapshot_preview1.command.wasm \
      "$tmp/adapter-${release%%=*}.wasm"
  done
  LC_ALL=C sed 's/@0\.2\.6/@0.2.9/g' "$tmp/adapter-0.2.6.wasm" > "$tmp/adapter-0.2.9.wasm"
}
wit() {  # wit VERSION: the worlds with that version of WASI
  [ -d "$tmp/wit-$1" ] || { cp -r "$here/wit" "$tmp/wit-$1"; sed -i "s/@0\.2\.6/@$1/g" "$tmp/wit-$1"/*.wit "$tmp/wit-$1"/deps/*/*.wit; }
  echo "$tmp/wit-$1"
}
component() {  # component MODULE WORLD VERSION OUT
  if [ "$2" != - ]; then
    wasm-tools component embed --all-features "$(wit "$3")" --world "$2" "$1" -o "$tmp/embedded.wasm"
  else
    cp "$1" "$tmp/embedded.wasm"
  fi
  wasm-tools component new "$tmp/embedded.wasm" --adapt "wasi_snapshot_preview1=$tmp/adapter-$3.wasm" -o "$tmp/new.wasm"
  wasm-tools strip -a "$tmp/new.wasm" -o "$4"
}
app() {  # app NAME SOURCE WORLD VERSION FLAGS…
  local name=$1 source=$2 world=$3 version=$4; shift 4
  clang-19 --target=wasm32-wasi -Oz -Wall -Wextra -Wno-unused-parameter -Wl,--strip-all "-DWASI=\"$version\"" "$@" -o "$tmp/core.wasm" "$here/c/$source.c"
  component "$tmp/core.wasm" "$world" "$version" "$out/$name.wasm"
}
free() {  # free NAME FLAGS… -o OUT: a core module without a libc
  local source=$1; shift
  clang-19 --target=wasm32 -Oz -ffreestanding -fno-builtin -nostdlib -Wall -Wextra -Wl,--no-entry -Wl,--strip-all -Wl,-z,stack-size=4096 "$@" "$source"
}
embedded() {  # embedded WORLD VERSION OUT: of $tmp/core.wasm, which needs no adapter
  wasm-tools component embed --all-features "$(wit "$2")" --world "$1" "$tmp/core.wasm" -o "$tmp/embedded.wasm"
  wasm-tools component new "$tmp/embedded.wasm" -o "$tmp/new.wasm"
  wasm-tools strip -a "$tmp/new.wasm" -o "$3"
}
build_c() {
  local v name
  for v in $versions; do
    for name in env args stdio files; do app "c-$name-$v" "$name" - "$v"; done
    app "c-http-$v" http http "$v"
  done
  for name in secretive exit clocks ticks; do app "c-$name" "$name" - 0.2.6; done
  app c-tree tree tree 0.2.6
  for name in random sockets keyvalue stores blobstore messaging logging; do app "c-$name" "$name" "$name" 0.2.6; done
  app c-config config config 0.2.6 '-DCONFIG="wasi:config/store@0.2.0-rc.1"'
  app c-consumer consumer config 0.2.6
  app c-config-draft config config-draft 0.2.6 '-DCONFIG="wasi:config/runtime@0.2.0-draft"'
  app c-secrets1 secrets secrets1 0.2.6 '-DSECRETS(of)="wasmcloud:secrets/"#of"@1.0.0"'
  app c-secrets2 secrets secrets2 0.2.6 '-DSECRETS(of)="wasmcloud:secrets/"#of"@2.1.0"' -DASYNC
  app c-labelled labelled labelled 0.2.6
  app c-shapes shapes shapes 0.2.6
  app c-bare shapes bare 0.2.6 -DBARE
  for name in together sleepers; do
    free "$here/c/$name.c" -mbulk-memory -o "$tmp/core.wasm"
    embedded $name 0.2.6 "$out/c-$name.wasm"
  done
}
provider() {  # provider NAME SOURCE FLAGS…; NAME-VERSION is of that version of WASI
  local name=$1 source=$2 version=0.2.6; shift 2
  case $name in *-0.*) version=${name##*-} ;; esac
  free "$here/providers/$source.c" "-DWASI=\"$version\"" "$@" -o "$tmp/core.wasm"
  embedded "provides-${name%%-*}" "$version" "$out/provides-$name.wasm"
}
build_providers() {
  local name
  for name in config keyvalue blobstore messaging logging settings shapes; do provider $name $name; done
  provider meeting meeting -mbulk-memory
  provider secrets1 secrets '-DVERSION="1.0.0"'
  provider secrets2 secrets '-DVERSION="2.1.0"'
  for name in database-pass api-token; do provider "secret-$name" secret "-DKEY=\"$name\"" ; done
  for name in 0.2.3 0.2.6 0.2.9; do provider "relay-$name" relay; done
  wasm-tools parse "$here/providers/bare.wat" | wasm-tools strip -a -o "$out/provides-bare.wasm"
}
rust() {  # rust SOURCE
  "${RUSTC:-rustc}" --edition 2021 --target wasm32-wasip1 -C opt-level=z -C lto -C panic=abort -C strip=symbols \
    "--remap-path-prefix=$here=." "$here/rust/$1.rs" -o "$tmp/$1.wasm"
}
build_rust() {
  local v
  rust app
  for v in $versions; do
    component "$tmp/app.wasm" - "$v" "$out/rs-app-$v.wasm"
    sed "s/VERSION/$v/" "$here/rust/imports.rs.in" > "$tmp/imports.rs"
    BED_OUT=$tmp rust http
    component "$tmp/http.wasm" http "$v" "$out/rs-http-$v.wasm"
  done
}
mkdir -p "$out"
adapters
for part in ${@:-c providers rust}; do "build_$part"; done
