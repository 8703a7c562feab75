#!/usr/bin/env python3
"""Every valid component, composed with nothing: the whole must be valid, with the same imports and exports.

That tries what composition does to types: each import and export of a component is made one of another component, whatever it is of.
wasm-tools must agree of a sample, where it takes the component itself.
"""

import concurrent.futures
import os
import pathlib
import subprocess
import sys
import tempfile

import suites

TOP = pathlib.Path(__file__).resolve().parents[2]
SUITES = ["json-component-model", "json-wasm-tools", "json-wasmtime"]
COMPONENT = bytes.fromhex("0061736d0d000100")


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def judge(program, tools, path):
    """None where it is as it should be, else what is wrong; "invalid" where the component is none."""
    with tempfile.NamedTemporaryFile(suffix=".wasm") as whole:
        done = run(program, "compose", "--name", "whole", path, "-o", whole.name)
        if done.returncode:
            valid = run(program, "validate", "--features", "all", path).returncode == 0
            return done.stderr.decode(errors="replace").strip() if valid else "invalid"
        names = [run(program, "print", "--skeleton", file).stdout.decode(errors="replace") for file in (path, whole.name)]
        surfaces = [sorted(line.split('"')[1] for line in text.splitlines() if line.startswith(("  (import ", "  (export "))) for text in names]
        if surfaces[0] != surfaces[1]:
            return f"other imports or exports: {surfaces[0]}, then {surfaces[1]}"
        if tools and run(tools, "validate", "--features", "all", path).returncode == 0:
            verdict = run(tools, "validate", "--features", "all", whole.name)
            if verdict.returncode:
                return "wasm-tools: " + verdict.stderr.decode(errors="replace").strip()
    return None


def main():
    program = os.environ.get("TIDEWAITER") or str(suites.build_folder() / "tidewaiter")
    peer = pathlib.Path(os.environ.get("TIDEWAITER_PEERS") or TOP / ".peers") / "bin" / "wasm-tools"
    folders = [folder for folder in map(suites.suite, SUITES) if folder]
    if not folders:
        print("skipped: ../shared has no suites")
        return suites.SKIP
    files = [path for folder in folders for path in sorted(folder.rglob("*.wasm"))]
    files = [path for path in files if path.read_bytes()[:8] == COMPONENT]
    if os.environ.get("TIDEWAITER_SANITIZE"):
        files = files[::6]
    compared = set(suites.sample(files)) if peer.exists() else set()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        verdicts = list(pool.map(lambda path: judge(program, str(peer) if path in compared else None, path), files))
    failed = [(path, why) for path, why in zip(files, verdicts) if why not in (None, "invalid")]
    for path, why in failed:
        print(f"FAIL {path}\n     {why[:400]}")
    print(f"{verdicts.count(None)} composed, {verdicts.count('invalid')} not valid themselves, {len(failed)} failed")
    return 1 if failed or None not in verdicts else 0


sys.exit(main())
