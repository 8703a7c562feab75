#!/usr/bin/env bash
# Builds the Python programs of py/ with componentize-py. Results have 18 MB each and are not kept: `score.py OUT` judges them.
#
# usage: build-py.sh OUT TOOLS [PROGRAM…]     `./dev corpus` calls it
# COMPONENTIZE_PY is the program to build with (else one of PyPI is installed into OUT/.tool-VERSION); VERSION which one, 0.25.1 if not
# given. Results are called py-PROGRAM.wasm, or py-PROGRAM-VERSION.wasm where VERSION is given. 0.17.2 is the last with CPython 3.12; it
# writes other bindings, and builds only the programs without imports. What is there and newer than its source stays.
set -eu
here=$(cd "$(dirname "$0")" && pwd); mkdir -p "$1"; out=$(cd "$1" && pwd); shift 2
version=${VERSION:-0.25.1} suffix=${VERSION:+-$VERSION} tool=$out/.tool-$version
if [ -z "${COMPONENTIZE_PY:-}" ]; then
  [ -x "$tool/bin/componentize-py" ] || { python3 -m venv "$tool" && "$tool/bin/pip" install -q "componentize-py==$version"; }
  COMPONENTIZE_PY=$tool/bin/componentize-py
fi
[ $# -gt 0 ] || set -- $(cd "$here/py" && ls *.py | sed 's/\.py$//')
wit=$(mktemp -d); trap 'rm -rf "$wit"' EXIT
mkdir "$wit/deps"; cp -r "$here/wit/deps/." "$here/py/wit/deps/." "$wit/deps/"; cp "$here"/py/wit/*.wit "$wit/"

failed=0
for program in "$@"; do
  [ ! "$out/py-$program$suffix.wasm" -nt "$here/py/$program.py" ] || continue
  world=$(sed -n 's/^# world: //p;1q' "$here/py/$program.py")
  if ! (cd "$here/py" && PYTHONDONTWRITEBYTECODE=1 "$COMPONENTIZE_PY" -d "$wit" -w "${world:-plain}" componentize "$program" -o "$out/py-$program$suffix.wasm") >"$wit/log" 2>&1; then
    echo "build-py.sh: $program: $(grep -m3 -vE '^( |$|Stack)' "$wit/log" | tr '\n' ' ')" >&2
    failed=1
  fi
done
exit $failed
