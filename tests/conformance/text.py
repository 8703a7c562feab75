#!/usr/bin/env python3
"""Holds the text parser against the suites: what it makes of every module of a script is what wasm-tools made of it.

The scripts are those of wast.tar.xz; what wasm-tools made of them lies in json-*.tar.xz. A script without such a folder is named. That
malformed texts are refused is the test conformance.wast.
"""

import concurrent.futures
import os
import subprocess
import sys

import suites

SUITES = ["component-model", "core", "wasm-tools", "wasmtime"]


def main():
    scripts = suites.suite("wast")
    if scripts is None:
        print("skipped: ../shared has no suites")
        return suites.SKIP
    check = suites.program("text_check")
    jobs, alone = [], []
    for name in SUITES:
        made = suites.suite(f"json-{name}")
        for script in sorted((scripts / "wast" / name).rglob("*.wast")):
            folder = made / "json" / script.relative_to(scripts / "wast").with_suffix("")
            (jobs if (folder / "script.json").exists() else alone).append((script, folder))
    failed = same = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = pool.map(lambda job: subprocess.run([check, *job], stdout=subprocess.PIPE, text=True), jobs)
        for run in runs:
            failed += run.returncode != 0
            if run.returncode:
                print(run.stdout, end="")
            else:
                same += int(run.stdout.split(": ")[-1].split()[0])
    for script, _ in alone:
        print("no binaries to compare with:", script.relative_to(scripts))
    print(f"{len(jobs)} scripts, {same} modules the same byte for byte, {failed} scripts with others")
    return 1 if failed or not same else 0


sys.exit(main())
