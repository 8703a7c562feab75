#!/usr/bin/env python3
"""Judges what `tidewaiter needs` says of this folder's programs against truth.json.

usage: score.py [FILE-OR-FOLDER...] [--tidewaiter PROGRAM] [--only PREFIX] [--all] [--strict] [--quiet] [--table [FILE]]

Without files, built/ and examples/settings are judged. A file is judged by the entry whose name is the longest that its own begins with (cut at
hyphens). Of an entry:

  KIND        keys that must be reported with origin app, and no others (a kind that is not there has none)
  complete    what `complete.KIND` must say
  runtime     names that may be reported with origin runtime, and only so; one that the application asks for too stands in both
  either      names that may be folded from constants or left undecided: complete.KIND must be true just where all are reported; one that
              was only seen in a run (evidence `executed`) is not folded
  allowed     keys that may be reported or not
  pattern     what a site that is known in part should say; counts as a miss with --strict only
  external-id secret key -> id

owed.txt lists files that the analysis does not do justice to yet, one a line (a pattern, then a reason). They may miss keys, but
only honestly: what is missed must make complete.KIND false, and nothing may be invented. --all judges them like the others.

One line is printed for each file that is not as it should be, one for each group, and a total. --table prints a table in Markdown instead,
toolchain by toolchain; with FILE, the table behind the mark in FILE is compared with it, or with --write replaced. Exit status: 0 nothing is wrong, 1
something is, 2 usage.
"""
import argparse
import collections
import fnmatch
import json
import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
EXAMPLE = HERE.parent.parent / "examples" / "settings" / "settings.wasm"
# Of which toolchain a file is, by its name; the first that fits.
TOOLCHAINS = (
    ("abi-*-O0-*", "C by the canonical ABI, clang 19 -O0"),
    ("abi-*", "C by the canonical ABI, clang 19 -O2 and -Os"),
    ("settings*", "C by the canonical ABI, clang 14 -Os"),
    ("composed-*", "C, composed by wasm-tools compose"),
    ("c*-22-m", "C and C++, clang 22 -O2, wasi-libc and libc++ 2025, stripped"),
    ("c-proxied-*", "C, clang 19 -O2, proxy adapter"),
    ("c-*-large-m", "C, clang 19 -O2, wasi-libc 2022, 2 GiB of memory at once"),
    ("c-*-O0-*", "C, clang 19 -O0, wasi-libc 2022"),
    ("c-*-O1-*", "C, clang 19 -O1, wasi-libc 2022"),
    ("c-*-O2-stripped", "C, clang 19 -O2, wasi-libc 2022, stripped"),
    ("c-*-Oz-*", "C, clang 19 -Oz with LTO, wasi-libc 2022"),
    ("c-*-O3-opt-*", "C, clang 19 -O3, then wasm-opt -O3"),
    ("c-*-Os-old-*", "C, clang 14 -Os, wasi-libc 2022"),
    ("c-*-O2-new", "C, clang 19 -O2, wasi-libc 2026"),
    ("c-*-O2-p2", "C, clang 19 -O2, wasm32-wasip2"),
    ("cpp-*", "C++, clang 19 -O0 and -O2, libc++ 19, stripped"),
    ("rs-*-1.95-p2", "Rust 1.95 as released, wasm32-wasip2, opt-level z, stripped"),
    ("rs-*-1.95-debug", "Rust 1.95 as released, debug, stripped"),
    ("rs-*-1.95-*", "Rust 1.95 as released, opt-level z or 3, stripped"),
    ("rs-*-1.82-p2", "Rust 1.82 as released, wasm32-wasip2, opt-level z, stripped"),
    ("rs-*-1.75-size", "Rust 1.75 as released, opt-level z, stripped"),
    ("rs-*-debug", "Rust 1.96, debug"),
    ("rs-*-release-m", "Rust 1.96, release, names kept"),
    ("rs-*-size", "Rust 1.96, opt-level z, LTO, abort, stripped"),
    ("rs-*-p2", "Rust 1.96, wasm32-wasip2, release, stripped"),
    ("zig-*small15-m", "Zig 0.15 ReleaseSmall"),
    ("zig-*fast15-m", "Zig 0.15 ReleaseFast"),
    ("zig-*safe15-m", "Zig 0.15 ReleaseSafe"),
    ("zig-*17*", "Zig 0.17 ReleaseSmall"),
    ("tinygo-*-p2", "TinyGo 0.37, wasip2"),
    ("tinygo-*", "TinyGo 0.37, wasip1"),
    ("go-*-stripped-m", "Go 1.26, stripped"),
    ("go-*-component", "Go 1.26, a component by the adapter"),
    ("go-*", "Go 1.26"),
    ("js-*-plain", "JavaScript, ComponentizeJS 0.18.4"),
    ("js-*-qjs", "JavaScript, componentize-qjs 0.4.5"),
    ("js-*", "JavaScript, bundled or minified, ComponentizeJS 0.18.4"),
    ("py-*", "Python 3.14, componentize-py 0.25.1"),
)
MARK = "<!-- tests/corpus/score.py --table -->"  # the line before the table in a document
NOT_KINDS = {"complete", "runtime", "either", "allowed", "pattern", "external-id"}


def entry_for(truth, name):
    """The longest entry that NAME begins with, cut at hyphens."""
    while name and name not in truth:
        name = name.rpartition("-")[0]
    return truth.get(name)


def ask(program, path):
    run = subprocess.run([program, "needs", "--format", "json", path], capture_output=True, timeout=120)
    if run.returncode:
        raise RuntimeError(f"exit status {run.returncode}: {run.stderr.decode(errors='replace').strip()[:200]}")
    return json.loads(run.stdout)


def short(keys):
    return ", ".join(repr(k) if len(k) < 60 else f"{k[:40]!r}... ({len(k.encode())} bytes)" for k in sorted(keys))


def folded(answer, kind):
    """The keys of KIND that were found by evaluation, and not only seen in a run."""
    return {n["key"] for n in answer["needs"] if n["kind"] == kind and any(e["by"] != "executed" for e in n["evidence"])}


def faults_of(entry, answer, strict):
    """Everything in which ANSWER differs from ENTRY, as sentences; and how many keys were found, missed, wrong."""
    got = collections.defaultdict(set)
    faults, missed, wrong = [], 0, 0
    for need in answer["needs"]:
        kind, key = need["kind"], need["key"]
        if need["origin"] == "app":
            got[kind].add(key)
        elif key in entry.get(kind, ()) and key not in entry.get("runtime", ()):
            faults.append(f"{kind} {key!r} is said to be the runtime's")
    kinds = [k for k in entry if k not in NOT_KINDS]
    for kind in sorted(set(kinds) | set(got)):
        want = set(entry.get(kind, ()))
        may = set(entry.get("either", {}).get(kind, ())) | set(entry.get("allowed", {}).get(kind, ()))
        lacking, extra = want - got[kind], got[kind] - want - may
        missed, wrong = missed + len(lacking), wrong + len(extra)
        if lacking:
            faults.append(f"{kind} missed {short(lacking)}")
        if extra:
            faults.append(f"{kind} invented {short(extra)}")
    flags = dict(entry.get("complete", {}))
    for kind, keys in entry.get("either", {}).items():
        flags[kind] = set(keys) <= folded(answer, kind)
    for kind, flag in flags.items():
        if answer["complete"].get(kind) is not flag:
            faults.append(f"complete.{kind} is {answer['complete'].get(kind)}, right is {flag}")
    for key, identity in entry.get("external-id", {}).items():
        said = [n.get("external-id") for n in answer["needs"] if n["kind"] == "secret" and n["key"] == key]
        if said and said != [identity]:
            faults.append(f"external-id of {key} is {said}, right is {identity}")
    if strict:
        for kind, patterns in entry.get("pattern", {}).items():
            said = {u.get("pattern") for u in answer["unresolved"] if u["kind"] == kind}
            faults += [f"{kind} pattern {p!r} is not said, only {sorted(filter(None, said))}" for p in patterns if p not in said]
    found = sum(len(entry[k]) for k in kinds) - missed
    return faults, found, missed, wrong


def owed_patterns():
    path = HERE / "owed.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]


def is_honest(entry, answer):
    """Nothing invented, and every kind of which a key is missed is said to be incomplete."""
    got = collections.defaultdict(set)
    for need in answer["needs"]:
        if need["origin"] == "app":
            got[need["kind"]].add(need["key"])
    flags = answer["complete"]
    for kind in {k for k in entry if k not in NOT_KINDS} | set(got):
        want = set(entry.get(kind, ()))
        may = set(entry.get("either", {}).get(kind, ())) | set(entry.get("allowed", {}).get(kind, ()))
        if got[kind] - want - may or (want - got[kind] and flags.get(kind) is not False):
            return False
    claims = {**entry.get("complete", {}), **{k: set(v) <= folded(answer, k) for k, v in entry.get("either", {}).items()}}
    return all(right or flags.get(kind) is False for kind, right in claims.items())


def toolchain_of(name):
    return next((place for place, (pattern, _) in enumerate(TOOLCHAINS) if fnmatch.fnmatch(name, pattern)), len(TOOLCHAINS))


def table_of(rows):
    """Rows of counters by toolchain, as Markdown."""
    lines = ["| Toolchain | Files | perfect | Keys | found | wrong | undecided sites |", "|---|--:|--:|--:|--:|--:|--:|"]
    for place in [*sorted(rows), None]:
        c = sum(rows.values(), collections.Counter()) if place is None else rows[place]
        name = "**all**" if place is None else TOOLCHAINS[place][1] if place < len(TOOLCHAINS) else "others"
        cells = (c["files"], c["perfect"], c["found"] + c["missed"], c["found"], c["wrong"], c["undecided"])
        lines.append(f"| {name} | " + " | ".join(map(str, cells)) + " |")
    return lines


def settle_table(path, table, write):
    """Compares the table that follows the mark in the document with this one, or replaces it. True: they agree."""
    lines = path.read_text(encoding="utf-8").splitlines()
    begin = lines.index(MARK) + 2
    end = next(i for i in range(begin, len(lines) + 1) if i == len(lines) or not lines[i].startswith("|"))
    if lines[begin:end] == table:
        return True
    if write:
        path.write_text("\n".join([*lines[:begin], *table, *lines[end:]]) + "\n", encoding="utf-8")
        return True
    for line in [line for line in table if line not in lines[begin:end]]:
        print(f"{path.name} does not say   {line}")
    print(f"where that is right: tests/corpus/score.py --table {path} --write")
    return False


def main():
    a = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    a.add_argument("files", nargs="*", type=pathlib.Path)
    a.add_argument("--tidewaiter", default=os.environ.get("TIDEWAITER", HERE.parent.parent / "build" / "tidewaiter"))
    a.add_argument("--only", default="")
    a.add_argument("--all", action="store_true", help="owed.txt excuses nothing")
    a.add_argument("--strict", action="store_true", help="patterns count too")
    a.add_argument("--quiet", action="store_true", help="only the total")
    a.add_argument("--table", nargs="?", const="-", metavar="FILE", help="a table in Markdown; of FILE: compare")
    a.add_argument("--write", action="store_true", help="with --table FILE: write it there")
    a = a.parse_args()
    truth = {}
    for file in [HERE / "truth.json", *sorted(HERE.glob("*/truth.json")), *(f / "truth.json" for f in a.files)]:
        if file.is_file():
            truth.update(json.loads(file.read_text(encoding="utf-8")))
    paths = [p for f in a.files or [HERE / "built", EXAMPLE] for p in (sorted(f.glob("*.wasm")) if f.is_dir() else [f])]
    owed = [] if a.all else owed_patterns()
    unused = set(owed)
    groups, toolchains = collections.defaultdict(collections.Counter), collections.defaultdict(collections.Counter)
    for path in paths:
        entry = entry_for(truth, path.stem)
        if not path.stem.startswith(a.only) or entry is None:
            if entry is None:
                print(f"{path.name}: truth.json has no entry for it")
                groups["?"].update(files=1)
            continue
        start = time.monotonic()
        is_owed = any(fnmatch.fnmatch(path.stem, pattern) for pattern in owed)
        excused, undecided = False, 0
        try:
            answer = ask(a.tidewaiter, path)
            faults, found, missed, wrong = faults_of(entry, answer, a.strict)
            excused = bool(faults) and is_owed and is_honest(entry, answer)
            undecided = sum(len(u["evidence"]) or 1 for u in answer["unresolved"])
        except (RuntimeError, OSError, subprocess.TimeoutExpired, ValueError, KeyError) as e:
            faults = [f"{type(e).__name__}: {e}"]
            found, missed, wrong = 0, sum(len(v) for k, v in entry.items() if k not in NOT_KINDS), 0
        counted = {"files": 1, "perfect": int(not faults), "owed": int(excused), "found": found, "missed": missed, "wrong": wrong}
        groups[path.stem.split("-")[0]].update(**counted, ms=1000 * (time.monotonic() - start))
        toolchains[toolchain_of(path.stem)].update(**counted, undecided=undecided)
        if excused:
            unused -= {p for p in owed if fnmatch.fnmatch(path.stem, p)}
        elif faults and not a.quiet:
            print(f"{path.name}: {'; '.join(faults)}")
    if not a.files and not a.only:
        for pattern in sorted(unused):
            print(f"owed.txt: nothing needs {pattern} any more")
    total = sum(groups.values(), collections.Counter())
    agrees = True
    if a.table == "-":
        print("\n".join(table_of(toolchains)))
        return 0
    if a.table:
        agrees = settle_table(pathlib.Path(a.table), table_of(toolchains), a.write)
    for name, c in [*sorted(groups.items()), ("total", total)]:
        if not a.quiet or name == "total":
            owing = f", {c['owed']} owed" if c["owed"] else ""
            print(f"{name}: {c['perfect']} of {c['files']} files perfect{owing}; keys found {c['found']} of {c['found'] + c['missed']}, "
                  f"wrong {c['wrong']}; {c['ms'] / 1000:.2f} s")
    return 0 if agrees and total["files"] and total["perfect"] + total["owed"] == total["files"] else 1


if __name__ == "__main__":
    sys.exit(main())
