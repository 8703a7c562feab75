#!/usr/bin/env python3
"""The static directives of the component suites, each script with the features that it was written for.

All must be as asserted but for EXCEPTIONS, which docs/conformance.md explains; an exception that is none any more fails, too.
"""

import collections
import os
import pathlib
import re
import subprocess
import sys

import suites

# Features of a suite's scripts, and of those that assert that something is off (their first line says so in the sources).
FEATURES = {
    "json-component-model": ("official", {}),
    "json-wasm-tools": (
        "all",
        {
            "async/futures": "default",
            "async/streams": "default",
            "import": "default",
            "memory64": "default",
            "options": "default",
            "resources": "default",
        },
    ),
    "json-wasmtime": ("all", {"implements-disabled": "default,-cm-implements"}),
}

# What wasmtime does not implement is valid all the same.
EXCEPTIONS = {
    ("json-wasmtime", "import", 2),
    ("json-wasmtime", "restrictions", 2),
    ("json-wasmtime", "restrictions", 6),
    ("json-wasmtime", "restrictions", 10),
    ("json-wasmtime", "restrictions", 17),
    ("json-wasmtime", "simple", 25),
    ("json-wasmtime", "simple", 31),
}


def run(features, scripts):
    runner = pathlib.Path(__file__).resolve().parent / "run"
    environment = os.environ | {"TIDEWAITER_BUILD": str(suites.build_folder())}
    command = [runner, "--static", "--allow-skip", "--features", features, *scripts]
    return subprocess.run(command, stdout=subprocess.PIPE, env=environment, text=True, errors="replace").stdout


def judge_suite(name, folder):
    usual, others = FEATURES[name]
    groups = collections.defaultdict(list)
    for path in sorted(folder.rglob("script.json")):
        script = "/".join(path.parent.relative_to(folder).parts[2:])  # below json/SUITE/
        groups[others.get(script, usual)].append(path)
    passed, skipped, failures = 0, 0, {}
    for features, scripts in groups.items():
        out = run(features, scripts)
        for match in re.finditer(r"^FAILED (.*?)/script\.json:(\d+): (.*)$", out, re.M):
            script = "/".join(pathlib.Path(match[1]).relative_to(folder).parts[2:])
            failures[name, script, int(match[2])] = match[3]
        passed += int(re.search(r"^all +(\d+)", out, re.M)[1])
        skipped += int(re.search(r"^all +\d+ +\d+ +(\d+)", out, re.M)[1])
    expected = {exception for exception in EXCEPTIONS if exception[0] == name}
    for where in sorted(failures.keys() - expected):
        print(f"FAIL {where[0]} {where[1]}:{where[2]}: {failures[where]}")
    for where in sorted(expected - failures.keys()):
        print(f"FAIL {where[0]} {where[1]}:{where[2]}: is an exception no more")
    print(f"{name}: {passed} as asserted, {len(failures)} not ({len(expected)} of them expected), {skipped} skipped", flush=True)
    return failures.keys() ^ expected


def main():
    folders = {name: suites.suite(name) for name in FEATURES}
    missing = [name for name, folder in folders.items() if folder is None]
    for name in missing:
        print(f"skipped: {suites.shared_folder() / 'conformance' / name}.tar.xz is not there")
    wrong = [judge_suite(name, folder) for name, folder in folders.items() if folder]
    if any(wrong):
        return 1
    return suites.SKIP if missing else 0


sys.exit(main())
