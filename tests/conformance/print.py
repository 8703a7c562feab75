#!/usr/bin/env python3
"""Holds the printer against an independent parser: `wasm-tools parse` must read our text and give the same bytes.

For every binary of the suites and the corpus that decodes, printed flat and folded. Where the bytes differ, because the binary is not
in the form that the parser writes (long numbers, older forms, sections in more pieces), they must be those that the parser gives for the
text of `wasm-tools print`, custom sections apart. What is not held against that is told in PEER, each with its reason.
"""

import collections
import concurrent.futures
import os
import pathlib
import subprocess
import sys

import suites

TOP = pathlib.Path(__file__).resolve().parents[2]
SUITES = ["json-component-model", "json-wasm-tools", "json-wasmtime", "json-core", "fixtures-jco", "wasi-testsuite"]

# What the peer says of text that is right, and why.
PEER = {
    "the `cancellable` option is no longer supported": "Binary.md has it",
    "expected one of: `func`, `struct`, `array`, `cont`": "a module type within a module type, which is not valid but can be written",
    "(implements \"a:b/x\") (implements \"a:b/y\")": "an attribute given twice, which is not valid but can be written",
    "expected one of: `lower`": "thread.available-parallelism, which it spells with an underscore",
}


# Why we do not print what it prints.
OURS = {"data count section required": "malformed by the specification"}


def peer():
    path = pathlib.Path(os.environ.get("TIDEWAITER_PEERS") or TOP / ".peers") / "bin" / "wasm-tools"
    return str(path) if path.exists() else None


def run(*command, text=None):
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def judge(program, tools, path, style):
    """(verdict, what to say): "same", "as theirs", "malformed", "excused", "FAIL"."""
    ours = run(program, "print", style, path)
    if ours.returncode:
        error = ours.stderr.decode(errors="replace")
        if run(tools, "print", path).returncode == 0 and not any(says in error for says in OURS):
            return "FAIL", error
        return "malformed", ""
    parsed = run(tools, "parse", text=ours.stdout)
    if parsed.returncode:
        error = parsed.stderr.decode(errors="replace")
        excused = any(says in error for says in PEER)
        return ("excused" if excused else "FAIL"), error
    if parsed.stdout == path.read_bytes():
        return "same", ""
    theirs = run(tools, "parse", text=run(tools, "print", path).stdout)
    if theirs.returncode == 0 and theirs.stdout == parsed.stdout:
        return "as theirs", ""
    stripped = [run(tools, "strip", "--all", text=text).stdout for text in (parsed.stdout, theirs.stdout)]
    if theirs.returncode == 0 and stripped[0] == stripped[1]:
        return "as theirs, custom sections apart", ""
    return "FAIL", "the text gives other bytes"


def main():
    tools, program = peer(), os.environ.get("TIDEWAITER") or str(suites.build_folder() / "tidewaiter")
    folders = [folder for folder in map(suites.suite, SUITES) if folder]
    if not tools or not folders:
        print("skipped:", "../shared has no suites" if tools else "wasm-tools is not in .peers/bin (./dev peers brings it)")
        return suites.SKIP
    files = [path for folder in folders for path in sorted(folder.rglob("*.wasm"))]
    files += [path for path in suites.corpus() if path.stat().st_size < 4_000_000]
    files += sorted((TOP / "tests" / "corpus" / "built").glob("*.wasm"))
    files = suites.sample(files)
    jobs = [(path, style) for path in files for style in ("--flat", "--folded")]
    totals = collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for (path, style), (verdict, why) in zip(jobs, pool.map(lambda job: judge(program, tools, *job), jobs)):
            totals[verdict] += 1
            if verdict == "FAIL":
                print(f"FAIL {style} {path}\n     {why.strip()}")
    for verdict, count in totals.most_common():
        print(f"{count:8} {verdict}")
    return 1 if totals["FAIL"] else 0


sys.exit(main())
