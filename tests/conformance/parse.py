#!/usr/bin/env python3
"""Holds the parser against an independent printer and parser: of the text of `wasm-tools print`, ours and `wasm-tools parse` must make
the same bytes, name sections included; and ours must make of the text of `tidewaiter print` what `wasm-tools parse` makes of it.

For every binary of the suites and the corpus, flat and folded. What either refuses, the other must refuse too, but for what is told in
PEER, each with its reason.
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
LARGEST = 4_000_000

# What the peer refuses, and why we do not.
PEER = {
    "the `cancellable` option is no longer supported": "Binary.md has it",
    "expected one of: `func`, `struct`, `array`, `cont`": "a module type within a module type, which is not valid but can be written",
    "expected one of: `lower`": "thread.available-parallelism, which it spells with an underscore",
    "expected one of: `core`, `func`, `component`": "versionsuffix, which it spells with a hyphen",
}

# What we refuse, and why.
OURS = {
    "no longer a canonical definition": "backpressure.set was dropped",
    "unexpected `": "blocks that do not match: malformed text, though a binary of it can be made",
    "this block does not end": "the same",
    "at most one start function": "the same text with two",
    "multiple start": "the same",
    "> alias)": "an outer alias of what comes later, or of itself: not valid, and a definition only knows what stands before it",
}


def peer():
    path = pathlib.Path(os.environ.get("TIDEWAITER_PEERS") or TOP / ".peers") / "bin" / "wasm-tools"
    return str(path) if path.exists() else None


def run(*command, text=None):
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def judge(program, tools, path, printer):
    """(verdict, what to say): "same", "refused", "excused", "no text", "FAIL"."""
    printed = run(*printer, path)
    if printed.returncode:
        return "no text", ""
    theirs, ours = run(tools, "parse", text=printed.stdout), run(program, "parse", "-", text=printed.stdout)
    if theirs.returncode == 0 and ours.returncode == 0:
        return ("same", "") if theirs.stdout == ours.stdout else ("FAIL", "other bytes")
    says = (theirs if theirs.returncode else ours).stderr.decode(errors="replace")
    if theirs.returncode and ours.returncode:
        return "refused", ""
    excused = any(word in says for word in (PEER if theirs.returncode else OURS))
    return ("excused" if excused else "FAIL"), ("theirs: " if theirs.returncode else "ours: ") + says


def main():
    tools, program = peer(), os.environ.get("TIDEWAITER") or str(suites.build_folder() / "tidewaiter")
    folders = [folder for folder in map(suites.suite, SUITES) if folder]
    if not tools or not folders:
        print("skipped:", "../shared has no suites" if tools else "wasm-tools is not in .peers/bin (./dev peers brings it)")
        return suites.SKIP
    files = [path for folder in folders for path in sorted(folder.rglob("*.wasm"))]
    files += [path for path in suites.corpus() if path.stat().st_size < LARGEST]
    files += sorted((TOP / "tests" / "corpus" / "built").glob("*.wasm"))
    files = suites.sample(files)
    printers = [(tools, "print"), (tools, "print", "--fold-instructions"), (program, "print", "--flat"), (program, "print", "--folded")]
    jobs = [(path, printer) for path in files for printer in printers]
    totals = collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for (path, printer), (verdict, why) in zip(jobs, pool.map(lambda job: judge(program, tools, *job), jobs)):
            totals[verdict] += 1
            if verdict == "FAIL":
                print(f"FAIL {path} by {' '.join(map(str, printer[1:]))} of {os.path.basename(printer[0])}\n     {why.strip()}")
    print(", ".join(f"{count} {verdict}" for verdict, count in totals.most_common()))
    return 1 if totals["FAIL"] or not totals["same"] else 0


sys.exit(main())
