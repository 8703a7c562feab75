#!/usr/bin/env python3
"""Fails when a rule of component validation has no pair in tests/unit/data/validate.wast: a component that keeps it, one that breaks it.

The rules are what libcomponent/validate/ can say: each message that it hands to `invalid`, each feature that it asks for, each way in which
two types part. Whatever it can say must be said of a component of that file, which unit.test_validate holds to the section that must be
named, and each part of the file (;; ---- NAME) must begin with components that keep its rules. Messages that no file can
provoke are told in UNREACHED, each with its reason.
"""

import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP / "tests" / "unit" / "data"))
import script  # noqa: E402

SUITE = TOP / "tests" / "unit" / "data" / "validate.wast"
TIDEWAITER = os.environ.get("TIDEWAITER") or str(pathlib.Path(os.environ.get("TIDEWAITER_BUILD") or TOP / "build") / "tidewaiter")

# (file, beginning of the message) -> why no component of the suite can be told it.
UNREACHED = {
    ("externs.c", "local resource type found in export"): "a second line of defence: what an export mentions has been exported by then",
}

STRING = r'"(?:[^"\\]|\\.)*"'
# A call and its string: invalid(v, RULE, "…"), need_feature(v, FEATURE, "…"), part(…, "…").
CALL = re.compile(r"\b(invalid|need_feature|part)\s*\(([^;\"()]*)(" + STRING + r"(?:\s*" + STRING + r")*)", re.S)
FORMAT = re.compile(r"%(?:\.\*)?[-+ #0]*\d*(?:ll|l|z|t)?[a-zA-Z]")


def sites():
    """(file, line, message, expression that matches what it becomes) of each message."""
    for path in sorted((TOP / "libcomponent" / "validate").glob("*.c")):
        text = path.read_text(encoding="utf-8")
        for call in CALL.finditer(text):
            message = "".join(json.loads(piece) for piece in re.findall(STRING, call.group(3)))
            if call.group(1) == "need_feature":
                message += " needs the feature %s"
            pattern = ".*".join(re.escape(piece) for piece in FORMAT.split(message))
            line = text.count("\n", 0, call.start()) + 1
            yield path.name, line, message, re.compile(pattern, re.S)


def validate(files, features):
    """All that is said of the files."""
    command = [TIDEWAITER, "validate", "--format", "jsonl", f"--features={features}", *files]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    for answer in done.stdout.decode().splitlines():
        yield from (error["message"] for error in json.loads(answer)["errors"])


def said():
    """What is said of the components of the suite that break a rule; of those behind a gate, without the feature."""
    messages, gates = [], collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for line, expected, component in script.read(TIDEWAITER, SUITE):
            file = pathlib.Path(folder) / f"{line}.wasm"
            file.write_bytes(component)
            if expected is not None:
                gates[expected[6:] if expected.startswith("needs ") else None].append(str(file))
        for feature, files in gates.items():
            messages += validate(files, f"all,-{feature}" if feature else "all")
    return messages


def parts_without_a_valid_one():
    for part in re.split(r"^;; ---- ", SUITE.read_text(encoding="utf-8"), flags=re.M)[1:]:
        if not re.search(r"^\(component", part, re.M):
            yield part.splitlines()[0]


def main():
    messages, missing = said(), []
    rules = list(sites())
    if not messages or len(rules) < 100:
        sys.exit(f"only {len(messages)} messages and {len(rules)} rules were found: this test has lost its way")
    for file, line, message, pattern in rules:
        reached = any(pattern.fullmatch(text) or pattern.search(text) for text in messages)
        excused = any(file == where and message.startswith(begin) for where, begin in UNREACHED)
        if reached == excused:
            missing.append(f"libcomponent/validate/{file}:{line}: " + ("is told after all" if excused else "no component is told") + f": {message}")
    missing += [f"no valid component in the part of {SUITE.name}: {part}" for part in parts_without_a_valid_one()]
    print(*missing, sep="\n")
    print(f"{len(rules)} rules, {len(messages)} components that break them, {len(missing)} without a pair")
    return 1 if missing else 0


sys.exit(main())
