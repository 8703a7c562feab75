#!/usr/bin/env python3
"""Differential test of component validation: mutants of known components, judged by `tidewaiter validate` and `wasm-tools validate`.

usage: mutants.py [--count N] [--seed N] [--jobs N] [--keep FOLDER] [COMPONENT-OR-FOLDER]...

A mutant is a component of which one or two bytes were changed in sections of the component itself (core modules and custom sections
stay, so that most of what is judged is components). Seeds are the files given; else the valid components of the suites in
../shared/conformance and of tests/fuzz/corpus. The peer is $WASM_TOOLS, else .peers/bin/wasm-tools (`./dev peers`). Verdicts must agree
but for the differences in EXPLAINED, which docs/conformance.md gives the reasons for. Exits 0, 1 (unexplained differences), or 77 (no
wasm-tools).
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "conformance"))
import suites  # noqa: E402

PREAMBLE = b"\0asm\x0d\0\1\0"
CUSTOM, CORE_MODULE, COMPONENT = 0, 1, 4
SEED_MAX = 20000  # bytes
BATCH = 250       # mutants given to tidewaiter at once

# What each says where they differ and are meant to: (who accepts, what the other says).
EXPLAINED = [
    ("tidewaiter", r"historically accepted as `cancellable`"),
    ("tidewaiter", r"(import|export) name `(url=|integrity=|(un)?locked-dep=|\[implements=)"),
    ("tidewaiter", r"name `[^`]*` conflicts with previous name"),  # a1 beside a-1
    ("tidewaiter", r"component cannot have more than one start function"),
    ("tidewaiter", r"malformed section id: 12"),  # of values
    ("tidewaiter", r"ascribed type of export is not compatible with item's type resource types are not the same"),
    ("tidewaiter", r"(section size mismatch|unexpected (end|data))"),  # the valuebound byte
    ("wasm-tools", r"name `[^`]*:[^`]*` conflicts with previous name"),
    ("wasm-tools", r"expected (record field|variant case|parameter) named `(?i:([^`]*))`, found `(?i:\2)`"),
]


def read_leb(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return value, at


def spans(data, start, end):
    """The contents of the component's own sections, of nested components too."""
    at = start + len(PREAMBLE)
    while at < end:
        section = data[at]
        size, contents = read_leb(data, at + 1)
        at = contents + size
        if section == COMPONENT:
            yield from spans(data, contents, at)
        elif section not in (CUSTOM, CORE_MODULE) and size:
            yield contents, at


def mutate(data, dice):
    changed = bytearray(data)
    places = list(spans(data, 0, len(data)))
    for _ in range(dice.choice((1, 1, 1, 2))):
        start, end = dice.choice(places)
        at, other = dice.randrange(start, end), dice.randrange(start, end)
        way = dice.random()
        if way < 0.35:  # a neighbouring index, kind or option
            changed[at] = (changed[at] + dice.choice((1, 255))) & 0xFF
        elif way < 0.60:
            changed[at] = dice.randrange(8)
        elif way < 0.75:  # another type
            changed[at] = dice.choice(b"\x3f\x40\x41\x42\x43\x64\x65\x66\x68\x69\x6a\x6b\x6d\x6e\x6f\x70\x71\x72\x73\x74\x79\x7f")
        elif way < 0.85:
            changed[at], changed[other] = changed[other], changed[at]
        elif way < 0.95:
            changed[at] = changed[other]
        else:
            changed[at] = dice.randrange(256)
    return bytes(changed)


def seeds(arguments):
    if arguments:
        files = [file for path in map(pathlib.Path, arguments) for file in (sorted(path.rglob("*.wasm")) if path.is_dir() else [path])]
    else:
        files = sorted((TOP / "tests" / "fuzz" / "corpus" / "validate_component").glob("*.wasm"))
        for name in ("json-component-model", "json-wasm-tools", "json-wasmtime"):
            folder = suites.suite(name)
            for _, where, commands in suites.scripts(folder) if folder else ():
                files += [where / c["filename"] for c in commands
                          if c["type"] in ("module", "module_definition") and c.get("filename", "").endswith(".wasm")]
    contents = [file.read_bytes() for file in files if file.stat().st_size <= SEED_MAX]
    return [data for data in contents if data.startswith(PREAMBLE) and any(True for _ in spans(data, 0, len(data)))]


def ask_tidewaiter(program, files):
    """For each file None where it is valid, else the first error."""
    verdicts = []
    for at in range(0, len(files), BATCH):
        done = subprocess.run([program, "validate", "--features", "all", "--format", "jsonl", *files[at : at + BATCH]],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        answers = [json.loads(line) for line in done.stdout.decode(errors="replace").splitlines()]
        if len(answers) != len(files[at : at + BATCH]):
            sys.exit(f"tidewaiter answered {len(answers)} of {len(files[at : at + BATCH])}: {done.stderr.decode(errors='replace')[:500]}")
        verdicts += [None if answer["valid"] else answer["errors"][0]["message"] for answer in answers]
    return verdicts


def ask_wasm_tools(program, file):
    done = subprocess.run([program, "validate", "--features", "all", file], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return None if done.returncode == 0 else " ".join(done.stderr.decode(errors="replace").split())


def is_explained(accepted_by, message):
    return any(who == accepted_by and re.search(pattern, message) for who, pattern in EXPLAINED)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--count", type=int, default=10000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--jobs", type=int, default=os.cpu_count())
    options.add_argument("--keep", type=pathlib.Path, help="where mutants that are judged differently are kept")
    options.add_argument("files", nargs="*")
    given = options.parse_args()
    peer = os.environ.get("WASM_TOOLS") or TOP / ".peers" / "bin" / "wasm-tools"
    if not os.path.exists(peer):
        print(f"skipped: {peer} is not there")
        return 77
    dice, originals = random.Random(given.seed), seeds(given.files)
    counts, unexplained = collections.Counter(), 0
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number in range(given.count):
            file = pathlib.Path(folder) / f"{number}.wasm"
            file.write_bytes(mutate(dice.choice(originals), dice))
            files.append(file)
        ours = ask_tidewaiter(suites.build_folder() / "tidewaiter", files)
        with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
            theirs = list(pool.map(lambda file: ask_wasm_tools(peer, file), files))
        for file, mine, other in zip(files, ours, theirs):
            if (mine is None) == (other is None):
                counts["both valid" if mine is None else "both invalid"] += 1
                continue
            who = "tidewaiter" if mine is None else "wasm-tools"
            fine = is_explained(who, mine or other)
            counts[f"valid for {who} only, " + ("explained" if fine else "UNEXPLAINED")] += 1
            if not fine:
                unexplained += 1
                print(f"{file.name}: valid for {who} only; the other: {mine or other}")
            if given.keep and not fine:
                given.keep.mkdir(parents=True, exist_ok=True)
                (given.keep / file.name).write_bytes(file.read_bytes())
    print(f"{given.count} mutants of {len(originals)} components, seed {given.seed}: "
          + ", ".join(f"{count} {what}" for what, count in sorted(counts.items())))
    return 1 if unexplained else 0


sys.exit(main())
