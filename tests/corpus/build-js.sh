#!/usr/bin/env bash
# Builds the JavaScript programs of js/ with componentize-js: 11 MB each, so they are not kept here. `./dev corpus` calls it.
#
# usage: build-js.sh OUT TOOLS [NAME…]     TOOLS: a folder whose node_modules holds @bytecodealliance/componentize-js (0.18.4, which
# jco 1.10.2 brings along) and, for the bundled variants, esbuild and terser; without these two they are left out
#
# Each program in these variants:
#   plain    as it stands                        bundle  its modules made one by esbuild
#   min      bundled and minified by esbuild     terser  bundled by esbuild, mangled and compressed by terser
#   qjs      as it stands, by componentize-qjs, where it is in TOOLS; not those that want what QuickJS does not have, or serve HTTP
# Those in js/libraries take their settings by libraries of npm (zod, envalid, env-var, @t3-oss/env-core, joi, in TOOLS too), and are built bundled
# and minified only.
# VARIANTS in the environment names those wanted.
# What is there and newer than its source stays. OUT/truth.json is made of the comments at the top of the programs: "//= KIND KEY, KEY".
set -eu
here=$(cd "$(dirname "$0")" && pwd); mkdir -p "$1"; out=$(cd "$1" && pwd); tools=$(cd "$2" && pwd)/node_modules; shift 2
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
mkdir -p "$tmp/wit"; cp -r "$here/js/wit/." "$tmp/wit/"
for name in config keyvalue messaging; do cp -r "$here/wit/deps/$name" "$tmp/wit/deps/"; done

world_of() {
  case $1 in outgoing) echo requests ;; handler | router-limit) echo serving ;; resource) echo resources ;; *) echo app ;; esac
}

componentize() {  # componentize FOLDER FILE WORLD OUT
  (cd "$1" && node "$tools/@bytecodealliance/componentize-js/src/cli.js" "$2" --wit "$tmp/wit" --world-name "$3" -o "$4" >"$tmp/log" 2>&1) ||
    { cat "$tmp/log" >&2; return 1; }
}

componentize_qjs() {  # componentize_qjs NAME OUT
  node "$tools/componentize-qjs/cli.mjs" --wit "$tmp/wit" --world "$(world_of "$1")" --module-root "$here/js" --js "$here/js/$1.js" -o "$2" >"$tmp/log" 2>&1 ||
    { cat "$tmp/log" >&2; return 1; }
}

build() {  # build NAME VARIANT
  local to=$out/js-$1-$2.wasm source=$here/js/$1.js folder=$tmp/$1-$2
  if [ ! -f "$source" ]; then
    source=$here/js/libraries/$1.js
    case $2 in plain | terser | qjs) return 0 ;; esac
  fi
  [ ! "$to" -nt "$source" ] || return 0
  if [ "$2" = qjs ]; then
    case $1 in fetch | downleveled-limit | middleware | outgoing | handler | router-limit) return 0 ;; esac
    [ -d "$tools/componentize-qjs" ] || return 0
    componentize_qjs "$1" "$to" || { echo "build-js.sh: $1 qjs could not be built" >&2; return 1; }
    return 0
  fi
  mkdir -p "$folder"
  case $2 in
    plain) cp "$source" "$folder/app.js"; [ ! -d "$here/js/$1" ] || cp -r "$here/js/$1" "$folder/" ;;
    *)
      [ -x "$tools/.bin/esbuild" ] || return 0
      [ "$2" != terser ] || [ -x "$tools/.bin/terser" ] || return 0
      local minify=; [ "$2" != min ] || minify=--minify
      NODE_PATH=$tools "$tools/.bin/esbuild" "$source" --bundle --format=esm --external:wasi:* --external:wasmcloud:* $minify --log-level=error \
        --outfile="$folder/app.js"
      [ "$2" != terser ] || "$tools/.bin/terser" "$folder/app.js" --module --compress passes=2 --mangle -o "$folder/app.js" ;;
  esac
  componentize "$folder" app.js "$(world_of "$1")" "$to" || { echo "build-js.sh: $1 $2 could not be built" >&2; return 1; }
}

status=0
[ $# -gt 0 ] || set -- $(cd "$here/js" && ls ./*.js libraries/*.js | sed 's|.*/||; s|\.js$||')
for name in "$@"; do
  for variant in ${VARIANTS:-plain bundle min terser qjs}; do build "$name" "$variant" || status=1; done
done
python3 - "$here/js" "$out/truth.json" <<'PY'
import json, pathlib, re, sys
truth = {}
folder = pathlib.Path(sys.argv[1])
for path in sorted([*folder.glob("*.js"), *folder.glob("libraries/*.js")]):
    entry = truth["js-" + path.stem] = {"complete": {}}
    for kind, keys in re.findall(r"^//= (\S+) (.+)$", path.read_text(), re.M):
        entry[kind] = entry.get(kind, []) + keys.split(", ")
        entry["complete"][kind] = False
pathlib.Path(sys.argv[2]).write_text(json.dumps(truth, indent=1) + "\n")
PY
exit $status
