#!/usr/bin/env bash
# Builds the C and C++ programs of this folder. Not needed to use them: built/ holds the results.
#
# usage: build.sh OUT TOOLS [PART…]     parts: c cpp abi composed
# TOOLS is a folder with
#   node_modules/@bytecodealliance/jco  version 1.10.2 from npm; only its preview 1 adapters are used
#   proxy.wasm                          artefacts/wasi_snapshot_preview1.proxy.wasm of the crate wasi-preview1-component-adapter-provider
#   sysroot-wasm32-wasip1, -wasip2      wasi-libc at tag wasi-sdk-30, built as build-rust.sh builds it
# Needs wasm-tools 1.262 and the Debian packages clang-19 lld-19 clang-14 lld-14 wasi-libc libclang-rt-{14,19}-dev-wasm32.
#
# clang optimizes what it has linked with Binaryen's wasm-opt where that is installed, as it was here: getenv is inlined where one
# call is left of it.
#
# Each program of c/ in these variants (m: a core module, no component):
#   O0-named     clang 19, Debian's wasi-libc (2022), names kept; a component by the command adapter
#   O2-stripped  the same, optimized, no names             O1-m   -O1, names kept          Oz-m   -Oz with link-time optimization
#   Os-old-m     clang 14, -Os, no names                   O2-new clang 19, wasi-libc of 2026, no names; a component
#   O2-p2        the same for wasm32-wasip2: no adapter    O3-opt-m  -O3, then Binaryen's wasm-opt -O3
set -eu
here=$(cd "$(dirname "$0")" && pwd); mkdir -p "$1"; out=$(cd "$1" && pwd) tools=$(cd "$2" && pwd); shift 2
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
jco=$tools/node_modules/@bytecodealliance/jco/lib/wasi_snapshot_preview1
strip='-Wl,--strip-all' keep='-Wl,--strip-debug'
old() { clang-19 --target=wasm32-wasi "$@"; }
older() { clang-14 --target=wasm32-wasi "$@"; }
rt() { echo "$(clang-19 -print-resource-dir)/lib/wasi/libclang_rt.builtins-wasm32.a"; }
new() {  # new TARGET ARGUMENTS…: against the newer libc, whose folders Debian's clang does not know
  local t=$1 s=$tools/sysroot-$1; shift
  clang-19 --target=$t --sysroot="$s" -isystem "$s/include/$t" -nodefaultlibs "$@" -L"$s/lib/$t" -lc "$(rt)"
}
world() { wasm-tools component embed "$here/wit" --world "$1" "$2" -o "$3"; }

component() {  # component NAME MODULE OUT [ADAPTER]: a library's world says what it exports
  local to=$3 m=$2
  if [ "$1" = library ]; then world library "$m" "$tmp/e"; m=$tmp/e; fi
  wasm-tools component new "$m" ${4:+--adapt "wasi_snapshot_preview1=$4"} -o "$to"
}
bare() { component "$1" "$2" "$tmp/c" "${4:-}"; wasm-tools strip -a "$tmp/c" -o "$3"; }  # the same without names

build_c() {
  local f name model adapter to
  for f in "$here"/c/*.c; do
    name=$(basename "$f" .c) model='' adapter=$jco.command.wasm to=$out/c-$(basename "$f" .c)
    [ "$name" = library ] && model=-mexec-model=reactor adapter=$jco.reactor.wasm
    [ "$name" = bare ] && model='-nostdlib -Wl,--no-entry'
    old -O0 $keep $model -o "$tmp/m" "$f"; component "$name" "$tmp/m" "$to-O0-named.wasm" "$adapter"
    old -O2 $strip $model -o "$tmp/m" "$f"; bare "$name" "$tmp/m" "$to-O2-stripped.wasm" "$adapter"
    old -O1 $keep $model -o "$to-O1-m.wasm" "$f"
    old -Oz -flto $strip $model -o "$to-Oz-m.wasm" "$f"
    older -Os $strip $model -o "$to-Os-old-m.wasm" "$f"
    old -O3 $strip $model -o "$tmp/m" "$f"; wasm-opt -O3 --enable-bulk-memory --enable-sign-ext "$tmp/m" -o "$to-O3-opt-m.wasm" 2>/dev/null
    [ "$name" = bare ] && continue
    new wasm32-wasip1 -O2 $strip $model -o "$tmp/m" "$f"; bare "$name" "$tmp/m" "$to-O2-new.wasm" "$adapter"
    new wasm32-wasip2 -O2 $strip $model -fuse-ld=lld -o "$tmp/m" "$f"; bare "$name" "$tmp/m" "$to-O2-p2.wasm"
  done
  # The proxy adapter has no environment at all: nothing asks outside, so nothing is needed.
  old -O2 $strip -mexec-model=reactor -o "$tmp/m" "$here/c/library.c"
  component library "$tmp/m" "$out/c-proxied-O2.wasm" "$tools/proxy.wasm"
  # All memory at once, as programs with threads are given it.
  old -O2 $strip -Wl,--initial-memory=2147483648 -o "$out/c-getopt-large-m.wasm" "$here/c/getopt.c"
}
build_cpp() {  # core modules without names, against Debian's libc++-19-dev-wasm32 and libc++abi-19-dev-wasm32
  local f o
  for f in "$here"/cpp/*.cpp; do
    for o in O0 O2; do
      case $o-$(basename "$f" .cpp) in O0-joined | O0-required | O0-registered) continue ;; esac  # that much of the library makes a difference when it is optimized
      clang++-19 --target=wasm32-wasi -std=c++20 -fno-exceptions -$o $strip -o "$out/cpp-$(basename "$f" .cpp)-$o-m.wasm" "$f"
    done
  done
}
abi() {  # abi WORLD SOURCE OUT FLAGS…
  local world=$1 source=$2 to=$3; shift 3
  old -mexec-model=reactor "$@" -o "$tmp/m" "$source"
  world "$world" "$tmp/m" "$tmp/e"; wasm-tools component new "$tmp/e" --adapt "wasi_snapshot_preview1=$jco.reactor.wasm" -o "$to"
}
build_abi() {
  local f name
  for f in "$here"/abi/*.c; do
    name=$(basename "$f" .c)
    abi "$name" "$f" "$out/abi-$name-O0-named.wasm" -O0 $keep
    abi "$name" "$f" "$out/abi-$name-O2.wasm" -O2 $keep
    abi "$name" "$f" "$tmp/s" -Os $strip; wasm-tools strip -a "$tmp/s" -o "$out/abi-$name-Os-stripped.wasm"
  done
  # The program of examples/settings, everything inlined into one function.
  old -Os -mexec-model=reactor $keep -o "$tmp/m" "$here/../../examples/settings/settings.c"
  wasm-tools component embed "$here/../../examples/settings/wit" "$tmp/m" -o "$tmp/e"
  wasm-tools component new "$tmp/e" --adapt "wasi_snapshot_preview1=$jco.reactor.wasm" -o "$out/settings-inlined.wasm"
  # What early 2026 wrote for a labelled import: the interface inside the name.
  wasm-tools print "$out/abi-secrets-labelled-O2.wasm" |
    sed -E 's/"([a-z-]+)" \(implements "([^"]*)"\)( \(external-id "[^"]*"\))?/"[implements=<\2>]\1"/' > "$tmp/early.wat"
  wasm-tools parse "$tmp/early.wat" -o "$out/abi-secrets-early-O2.wasm"
}
build_composed() {  # what joins them says on standard error that it has a successor
  local o
  for o in O0 O2; do
    for f in provider:provider reader:plain depth:depth-lib app:depth-app; do
      abi "${f#*:}" "$here/composed/${f%:*}.c" "$tmp/${f%:*}.wasm" -$o $keep
    done
    wasm-tools compose "$tmp/reader.wasm" -d "$tmp/provider.wasm" -o "$out/composed-virtual-$o.wasm" 2>/dev/null
    wasm-tools compose "$tmp/depth.wasm" -d "$tmp/provider.wasm" -o "$tmp/deep.wasm" 2>/dev/null
    wasm-tools compose "$tmp/app.wasm" -d "$tmp/deep.wasm" -o "$out/composed-half-$o.wasm" 2>/dev/null
    wasm-tools compose "$tmp/app.wasm" -d "$tmp/depth.wasm" -o "$out/composed-both-$o.wasm" 2>/dev/null
  done
  # What others built, behind one that sets a variable.
  abi relay "$here/composed/relay.c" "$tmp/relay.wasm" -O2 $strip
  for f in relayed:c-overwritten-O2-stripped set:rs-envy-size; do
    wasm-tools compose "$here/built/${f#*:}.wasm" -d "$tmp/relay.wasm" -o "$out/composed-${f%:*}-O2.wasm" 2>/dev/null
  done
}
for part in ${@:-c cpp abi composed}; do build_$part; done
