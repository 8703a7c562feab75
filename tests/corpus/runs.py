#!/usr/bin/env python3
"""The differential check: what `tidewaiter needs` says of a program, against what an engine sees it ask.

usage: runs.py [FILE-OR-FOLDER...] [--tidewaiter PROGRAM] [--all] [--verbose]

To be started with the Python of ./dev peers, which has wasmtime. Without files built/ is taken, one program in six, all of them with --all or
where TIDEWAITER_ALL is set. Each is run with recorded arguments and environments (engine.py):

  a key of a call (configuration, secrets, buckets, hosts …)  is seen by the host
  an environment variable K   was asked for if a run with K differs from one with K whose last letter is another: in what it prints, how it
                              ends, or how many instructions it executes. Where names that nobody asks for differ among themselves the
                              list is read as a whole, or hashed, and only what is printed counts.

Every key that is reported as `exact` must be seen to be asked in some run; a program that was seen to ask for a key must have it
reported, or not say `complete`. Keys that it could ask for are those of truth.json, those reported, and every word in its data.
runs-owed.txt lists keys of which that is not so, with reasons: PATTERN KEY REASON. What cannot be judged is counted, by reason.

Exit status: 0 they agree, 1 they do not, 77 there is no engine.
"""
import argparse
import collections
import fnmatch
import json
import os
import pathlib
import re
import subprocess
import sys

import score
import wasm_parts

try:
    import engine
except ImportError:
    print("there is no wasmtime for Python (./dev peers): nothing was run")
    sys.exit(77)

HERE = pathlib.Path(__file__).resolve().parent
ARGUMENTS = ([], ["x"], ["7 words"], ["1", "2", "3"], ["live", "eu", "x", "y", "z"])  # as many as any of the programs looks at
STEP = 6  # of the programs one in so many
WORD = re.compile(rb"[A-Za-z_][A-Za-z0-9_.-]{1,63}")
WORDS = 400  # of a program's data
STRANGERS = 16


class Runs:
    """A program's runs, each made once."""

    def __init__(self, program, reported):
        self.program, self.known = program, {}
        names = [f"Q{i * 7919 % 9973:04}{i:02}X" for i in range(STRANGERS)]
        # Do names of which the program knows nothing all cost the same?
        bases = ({}, {key: "1" for key in reported})
        self.counts = all(len({self({**base, name: "v"})[0] for name in names}) == 1 for base in bases)

    def __call__(self, environment, arguments=(), good=True, number=1):
        key = (tuple(sorted(environment.items())), tuple(arguments), good, number)
        if key not in self.known:
            self.known[key] = self.program.run(environment.items(), arguments, good, number)
        return self.known[key]

    def seen(self, environment, arguments):
        """What is looked at."""
        outcome = self(environment, arguments)[0]
        return outcome if self.counts else (outcome.end, outcome.printed)


def differs(runs, base, keys, arguments):
    """Whether it matters that these names are KEYS: True, False, or None where names matter that nobody asks for."""
    its, one, other = ({**base, **{key[:-1] + (last or key[-1]): "v" for key in keys}} for last in ("", "~", "}"))
    if runs.seen(one, arguments) != runs.seen(other, arguments):
        return None
    return runs.seen(its, arguments) != runs.seen(one, arguments)


def contexts(reported):
    """Environments to ask in: none of the others, all of them, and all with another value."""
    yield {}
    for value in ("1", "true"):
        yield {key: value for key in reported}


def is_asked(runs, key, reported):
    """True, False, or None where it cannot be told."""
    told = None
    for arguments in ARGUMENTS:
        for base in contexts(reported):
            base.pop(key, None)
            one = differs(runs, base, [key], arguments)
            if one:
                return True
            told = one if told is None else told
    return told if runs.counts else None


def culprits(runs, base, keys, arguments):
    """Those of KEYS that are asked for one by one: found by halves, since mostly there are none."""
    if not keys or differs(runs, base, keys, arguments) is False:
        return []
    if len(keys) == 1:
        return keys if differs(runs, base, keys, arguments) else []
    half = len(keys) // 2
    return culprits(runs, base, keys[:half], arguments) + culprits(runs, base, keys[half:], arguments)


def words_in(data, reported):
    found = set()
    for module in wasm_parts.modules(data):
        for begin, end in wasm_parts.data_segments(module):
            found.update(word.decode() for word in WORD.findall(module[begin:end]))
    # A name that another one begins with is compared as far as it goes, though nobody asks for it.
    return sorted(w for w in found if not any(r.startswith(w) for r in reported))[:WORDS]


class Judge:
    def __init__(self, program, truth):
        self.program, self.truth = program, truth
        sinks = subprocess.run([program, "needs", "--list-sinks", "--format", "json"], capture_output=True, check=True)
        self.sinks = json.loads(sinks.stdout)["sinks"]
        self.engine = engine.engine()
        self.counts = collections.Counter()
        self.reasons = collections.Counter()
        self.owed = [line.split()[:2] for line in (HERE / "runs-owed.txt").read_text(encoding="utf-8").splitlines()
                     if line.strip() and not line.startswith("#")]
        self.used = set()

    def is_owed(self, path, key):
        for pattern, name in self.owed:
            if fnmatch.fnmatch(path.stem, pattern) and fnmatch.fnmatch(key, name):
                self.used.add((pattern, name))
                return True
        return False

    def judge(self, path):
        """What is wrong, as sentences."""
        data = path.read_bytes()
        answer = score.ask(self.program, path)
        reported = sorted({n["key"] for n in answer["needs"] if n["kind"] == "env"})
        runs = Runs(engine.Program(self.engine, data, self.sinks), reported)
        self.counts["programs"] += 1
        return self.environment(path, data, answer, runs, reported) + self.calls(path, answer, runs)

    def environment(self, path, data, answer, runs, reported):
        needs = [n for n in answer["needs"] if n["kind"] == "env"]
        faults = []
        if runs({})[0] != runs.program.run()[0]:
            self.reasons["two runs are not alike"] += 1
            return []
        self.counts["programs whose instructions tell"] += runs.counts
        for need in needs:
            if need["origin"] != "app":
                continue
            told = is_asked(runs, need["key"], reported)
            self.counts[f"variables {'seen' if told else 'not seen' if told is False else 'not to be told'}"] += 1
            if told is False and need["certainty"] == "exact" and not self.is_owed(path, need["key"]):
                faults.append(f"env {need['key']!r} is exact, and was not asked for in any run")
        if any(i["name"].startswith("wasi:cli/environment") or i["name"] == "wasi_snapshot_preview1" for i in answer["imports"]):
            faults += self.missing(path, data, answer, runs, reported)
        return faults

    def missing(self, path, data, answer, runs, reported):
        entry = score.entry_for(self.truth, path.stem) or {}
        may = {key for part in (entry, entry.get("either", {}), entry.get("allowed", {})) for key in part.get("env", ())}
        words = sorted((may | set(words_in(data, reported))) - set(reported) - {""})
        faults = []
        for arguments in ARGUMENTS:
            for base in ({}, {key: "1" for key in reported}):
                for key in culprits(runs, base, words, arguments):
                    words.remove(key)
                    if self.is_owed(path, key):
                        continue
                    if answer["complete"]["env"]:
                        faults.append(f"env {key!r} was asked for in a run, and is not reported")
                    self.counts["variables asked for and undecided" if not answer["complete"]["env"] else "missed"] += 1
        self.counts["words that nobody asked for"] += len(words)
        return faults

    def calls(self, path, answer, runs):
        asked = set()
        for good in (True, False):
            for number in (0, 1, 2, 3):
                for arguments in ARGUMENTS[:2]:
                    try:
                        asked |= runs({}, arguments, good, number)[1]
                    except engine.CannotRun:
                        continue
        faults = []
        reported = {(n["kind"], n["key"]): n["certainty"] for n in answer["needs"] if n["kind"] != "env"}
        made_up = re.compile(r"value \d$")
        for kind, key in sorted(asked - set(reported)):
            if made_up.match(key) or not answer["complete"][kind]:
                continue
            faults.append(f"{kind} {key!r} was asked for in a run, and is not reported")
        for (kind, key), certainty in sorted(reported.items()):
            seen = (kind, key) in asked
            if certainty == "declared":
                continue
            self.counts["keys of calls " + ("seen" if seen else "not seen")] += 1
            if not seen and certainty == "exact" and not self.is_owed(path, key):
                faults.append(f"{kind} {key!r} is exact, and was not asked for in any run")
        return faults


def main():
    a = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    a.add_argument("files", nargs="*", type=pathlib.Path)
    a.add_argument("--tidewaiter", default=os.environ.get("TIDEWAITER", HERE.parents[1] / "build" / "tidewaiter"))
    a.add_argument("--all", action="store_true")
    a.add_argument("--verbose", action="store_true", help="tell why programs cannot be judged")
    a = a.parse_args()
    paths = [p for f in a.files or [HERE / "built"] for p in (sorted(f.glob("*.wasm")) if f.is_dir() else [f])]
    everything = a.files or a.all or os.environ.get("TIDEWAITER_ALL")
    if not everything:
        paths = paths[::STEP * (4 if os.environ.get("TIDEWAITER_SANITIZE") else 1)]
    truth = {}
    for file in [HERE / "truth.json", *(f / "truth.json" for f in a.files)]:
        if file.is_file():
            truth.update(json.loads(file.read_text(encoding="utf-8")))
    judge = Judge(str(a.tidewaiter), truth)
    bad = 0
    for path in paths:
        try:
            faults = judge.judge(path)
        except engine.CannotRun as e:
            judge.reasons[str(e).partition(": ")[0]] += 1
            if a.verbose:
                print(f"{path.name}: cannot be judged: {e}")
            continue
        bad += bool(faults)
        for fault in faults:
            print(f"{path.name}: {fault}")
    print("; ".join(f"{what}: {count}" for what, count in sorted(judge.counts.items())))
    if judge.reasons:
        print("not judged: " + "; ".join(f"{count}, {reason}" for reason, count in judge.reasons.most_common()))
    if everything and not a.files:
        for pattern, key in judge.owed:
            if (pattern, key) not in judge.used:
                print(f"runs-owed.txt: nothing needs {pattern} {key} any more")
    return 1 if bad else 0


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # threads of the engine's host may still be at work
