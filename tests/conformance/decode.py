#!/usr/bin/env python3
"""Holds the decoder and the encoder against the reference suites.

What a script calls a module must decode. What it calls malformed must be refused. What it calls invalid is well-formed, so it must
decode too, and be refused later by the validator; the exceptions are told in REFUSED, each with its reason. Real components
must decode.
"""

import collections
import pathlib
import subprocess
import sys
import tempfile

import suites

SCRIPTED = ["json-component-model", "json-wasm-tools", "json-wasmtime", "json-core"]
REAL = ["fixtures-jco", "wasi-testsuite"]

# Scripts call these invalid, but already their encoding is beyond what the decoder reads: (suite, script, line) -> why.
REFUSED = {}

# What the encoder writes in fewer bytes than they have, because their numbers are longer than need be.
SHORTENED = {("json-component-model", "json/component-model/binary/binary", 145)}


# How many of each suite may give other bytes by way of their text: see decode_check.c. Those of real toolchains have long numbers, and
# their custom sections in another order than the parser writes them.
RETOLD = {
    "json-component-model": 7,
    "json-wasm-tools": 1,
    "json-wasmtime": 0,
    "json-core": 51,
    "fixtures-jco": 136,
    "wasi-testsuite": 175,
    "corpus": 55,
}

# What decodes, by the kind of command.
DECODES = {
    "module": True,
    "module_definition": True,
    "assert_invalid": True,
    "assert_unlinkable": True,
    "assert_uninstantiable": True,
    "assert_malformed": False,
}


def scripted_cases(name, folder, skipped):
    """Yields (label, kind, path, how the verdict must begin)."""
    for script, where, commands in suites.scripts(folder):
        for command in commands:
            kind = command["type"]
            if kind not in DECODES:
                continue
            file = command.get("binary_filename") or command["filename"]
            if not file.endswith(".wasm"):
                skipped["given as text: conformance.wast and conformance.text have these"] += 1
                continue
            refused = (name, script, command["line"]) in REFUSED
            text = f' "{command["text"]}"' if command.get("text") else ""
            label = f"{name} {script}:{command['line']} {kind}{text}"
            shortened = (name, script, command["line"]) in SHORTENED
            verdict = "error " if refused or not DECODES[kind] else "ok component shortened" if shortened else "ok "
            yield label, kind, where / file, verdict


def run(program, paths):
    """What the program says of each path."""
    with tempfile.NamedTemporaryFile("w", suffix=".list") as listing:
        listing.write("".join(f"{path}\n" for path in paths))
        listing.flush()
        done = subprocess.run([program, "@" + listing.name], stdout=subprocess.PIPE, text=True, errors="replace")
    if done.returncode not in (0, 1):
        sys.exit(f"{program} ended with status {done.returncode}")
    return dict(line.split("\t", 1) for line in done.stdout.splitlines())


def judge(program, name, cases, totals):
    verdicts = run(program, [case[2] for case in cases])
    passed = failed = retold = 0
    for label, kind, path, expected in cases:
        verdict = verdicts.get(str(path), "no answer")
        fine = verdict.startswith(expected) and ("shortened" in verdict) == ("shortened" in expected)
        retold += verdict.endswith(" retold")
        passed += fine
        failed += not fine
        totals[kind]["passed" if fine else "failed"] += 1
        if not fine:
            print(f"FAIL {label}\n     {path}\n     {verdict}")
    print(f"{name}: {passed} passed, {failed} failed; {retold} give other bytes by way of their text", flush=True)
    if retold > RETOLD[name]:
        print(f"FAIL {name}: more than {RETOLD[name]} give other bytes")
        failed += 1
    return failed


def main():
    program = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else None
    totals = collections.defaultdict(collections.Counter)
    skipped = collections.Counter()
    failed = 0
    jobs = []
    for name in SCRIPTED + REAL:
        folder = suites.suite(name)
        if folder is None:
            skipped[f"{name} is not there"] += 1
        elif name in SCRIPTED:
            jobs.append((name, list(scripted_cases(name, folder, skipped))))
        else:
            jobs.append((name, [(f"{name} {p.name}", "real", p, "ok ") for p in sorted(folder.rglob("*.wasm"))]))
    jobs.append(("corpus", [(f"corpus {p.name}", "real", p, "ok ") for p in suites.corpus()]))
    jobs = [job for job in jobs if job[1]]
    if not jobs:
        print("skipped: ../shared has no suites")
        return suites.SKIP
    program = program or suites.program("decode_check")
    for name, cases in jobs:
        failed += judge(program, name, cases, totals)
    print(f"\n{'':24}{'passed':>8}{'failed':>8}")
    for kind in sorted(totals):
        print(f"{kind:24}{totals[kind]['passed']:8}{totals[kind]['failed']:8}")
    print(f"{'all':24}{sum(t['passed'] for t in totals.values()):8}{failed:8}")
    for reason, count in sorted(skipped.items()):
        print(f"skipped {count}: {reason}")
    return 1 if failed else 0


sys.exit(main())
