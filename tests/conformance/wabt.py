#!/usr/bin/env python3
"""Our validator of core modules beside WABT's, on what WABT knows whole: WebAssembly 2.0, tail calls, several memories, extended
constants.

Every module of the core suite, as it is; core modules out of tests/corpus and mutants of them. A difference fails that
tests/oracle/wabt_check.c does not explain.
"""

import os
import pathlib
import subprocess
import sys

import suites

MUTANTS = 10 if os.environ.get("TIDEWAITER_SANITIZE") else 60  # WABT is slow then, and it is verdicts that are compared


def run(program, mutants, files):
    """Batches, since a command line has an end."""
    status = 0
    for at in range(0, len(files), 2000):
        status |= subprocess.run([program, str(mutants), *files[at:at + 2000]]).returncode
    return status


def main():
    program = suites.build_folder() / "tests" / "wabt_check"
    if not program.exists():
        print("skipped: WABT was not there when this was built (Debian packages wabt and g++)")
        return suites.SKIP
    status = 0
    core = suites.suite("json-core")
    if core is None:
        print("the core suite is not there: only the corpus is compared")
    else:
        status |= run(program, 0, sorted(core.rglob("*.wasm")))
    corpus = pathlib.Path(__file__).resolve().parents[1] / "corpus" / "built"
    return status | run(program, MUTANTS, sorted(corpus.glob("*.wasm"))[::16])


sys.exit(main())
