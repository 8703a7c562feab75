#!/usr/bin/env python3
"""Real components, whole: of each the link view must resolve, and `needs` must answer.

The components are those of the suites that were built by real toolchains, and the corpus. `tidewaiter graph` must know what is behind every
import; `needs` must answer each in bounded time, and say of no file that it met a fault. What the needs are is judged elsewhere,
where they are known. Under sanitizers every third is asked.
"""

import json
import os
import subprocess
import sys

import suites

REAL = ["fixtures-jco", "wasi-testsuite"]


def ask(program, *arguments):
    return subprocess.run([program, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600)


def judge_graphs(program, files):
    failed = 0
    for file in files:
        done = ask(program, "graph", "--format", "json", file)
        text = done.stdout.decode(errors="replace")
        fine = done.returncode == 0 and json.loads(text)["format"].startswith("tidewaiter.graph/")
        failed += not fine
        if not fine:
            print(f"FAIL graph {file}\n     {done.stderr.decode(errors='replace').strip()[:300]}")
    print(f"graph: {len(files) - failed} passed, {failed} failed", flush=True)
    return failed


def judge_needs(program, files):
    done = ask(program, "needs", "--format", "jsonl", *files)
    answered = [json.loads(line) for line in done.stdout.decode(errors="replace").splitlines()]
    failed = len(files) - len(answered) + (done.returncode != 0)
    if failed:
        print(f"FAIL needs ended with status {done.returncode}: {done.stderr.decode(errors='replace').strip()[:600]}")
    print(f"needs: {len(answered)} of {len(files)} answered", flush=True)
    return failed


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else suites.build_folder() / "tidewaiter"
    folders = [folder for folder in map(suites.suite, REAL) if folder]
    files = sorted(file for folder in folders for file in folder.rglob("*.wasm")) + list(suites.corpus() or [])
    if os.environ.get("TIDEWAITER_SANITIZE"):
        files = files[::3]
    if not files:
        print("../shared is not there: nothing to judge")
        sys.exit(suites.SKIP)
    sys.exit(1 if judge_graphs(program, files) + judge_needs(program, files) else 0)


if __name__ == "__main__":
    main()
