#!/usr/bin/env python3
"""The test `corpus.mutate`: programs of the corpus are changed in ways that must not change what is said of them.

usage: mutate.py [FILE-OR-FOLDER...] [--tidewaiter PROGRAM] [--only MUTATION[,MUTATION...]] [--all] [--keep FOLDER]

Without files, built/ and the small programs of ../shared/corpus are taken. The mutations:

  renamed    letters of the keys are exchanged for others wherever they stand in data segments: the reported keys must be renamed just so
  longer     keys of programs in C are moved into a new segment of data, with more letters, and every pointer to them with them
  shorter    a zero is put into the keys of programs in C
  shuffled   the functions of each core module stand in another order
  stripped   all custom sections are gone
  O3, flatten, rse   Binaryen's wasm-opt went over each core module

Keys, kinds, certainty, origin and `complete` must come out the same, apart from what a mutation says it changes. Where optimized code tells
less, that must be honest, judged by truth.json as score.py does, and mutate-owed.txt must say why: PATTERN MUTATION REASON, one a line. Where
a key is wrong, or `complete` while a key is missing, the mutation needs an exclamation mark there: that is a fault that is known.

Each file gets some of the mutations, always the same ones; all of them with --all, with --only, or where TIDEWAITER_ALL is set.
Exit status: 0 all is well, 1 it is not, 77 nothing could be tried.
"""
import argparse
import collections
import concurrent.futures
import fnmatch
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import zlib

import score
import wasm_parts

HERE = pathlib.Path(__file__).resolve().parent
SHARED = pathlib.Path(os.environ.get("TIDEWAITER_SHARED", HERE.parents[2] / "shared")) / "corpus"
LARGE = 1 << 20  # larger files, of Go, JavaScript and Python, take seconds
SAMPLE = 1  # mutations of a file, where not all are made
FEATURES = ("bulk-memory", "sign-ext", "mutable-globals", "nontrapping-float-to-int", "simd", "reference-types", "multivalue")


class CannotMutate(Exception):
    """The mutation does not apply to this file."""


# ---- what is said of a file


def essence(answer):
    """What must not change: needs, and for which kinds the list is complete."""
    needs = {(n["kind"], n["key"], n["origin"], n["certainty"]) for n in answer["needs"]}
    return needs, answer["complete"]


def undecided(answer):
    """What must not change either where the code is the same."""
    return collections.Counter((u["kind"], u["reason"]) for u in answer["unresolved"])


def differences(before, after, renamed=None):
    """What is another in AFTER, as sentences. `renamed` is told which names a key may have afterwards."""
    (old, old_complete), (new, new_complete) = essence(before), essence(after)
    may = {need: {(need[0], key, *need[2:]) for key in (renamed(need) if renamed else (need[1],))} for need in old}
    # What was a library's name is the application's once it is called otherwise.
    if renamed:
        new = {(k, key, "app", c) for k, key, _, c in new}
        may = {need: {(k, key, "app", c) for k, key, _, c in ways} for need, ways in may.items()}
    faults = [f"{n[0]} {n[1]!r} ({n[2]}, {n[3]}) is gone" for n, ways in sorted(may.items()) if not ways & new]
    faults += [f"{n[0]} {n[1]!r} ({n[2]}, {n[3]}) is new" for n in sorted(new - set().union(*may.values()))]
    faults += [f"complete.{k} was {old_complete[k]}" for k in old_complete if new_complete.get(k) is not old_complete[k]]
    return faults


def lost_names(before, after):
    """Names of libraries that are not found any more: the truth only says that they may be."""
    names = [{n["key"] for n in answer["needs"] if n["origin"] == "runtime"} for answer in (before, after)]
    return names[0] - names[1]


# ---- keys in data


def app_keys(answer, *kinds):
    of_app = (n for n in answer["needs"] if n["origin"] == "app" and n["certainty"] != "declared")
    return {n["key"].encode() for n in of_app if not kinds or n["kind"] in kinds}


def occurrences(data, spans, text):
    for begin, end in spans:
        at = data.find(text, begin, end)
        while at >= 0:
            yield at
            at = data.find(text, at + 1, end)


LETTERS = bytes.maketrans(bytes(range(65, 91)) + bytes(range(97, 123)),
                          bytes(65 + (i + 11) % 26 for i in range(26)) + bytes(97 + (i + 11) % 26 for i in range(26)))


class Renaming:
    """Which names keys may have afterwards: what stands where they stood. A key that stands nowhere is made by code, and stays, apart from
    what of it is a key itself."""

    def __init__(self):
        self.ways = collections.defaultdict(set)

    def __call__(self, need):
        key = need[1].encode()
        known = self.ways.get(key) if need[3] != "declared" else {key}
        if not known:
            made = key
            for part, ways in self.ways.items():
                made = made.replace(part, min(ways)) if len(ways) == 1 else made
            known = {key, made}
        return {text.decode(errors="replace") for text in known}


def rename(data, before, _):
    keys = {key for key in app_keys(before) if len(key) >= 4}  # shorter ones stand in many a word
    every = {n["key"].encode() for n in before["needs"]}
    renaming = Renaming()
    touched = False

    def change(module):
        nonlocal touched
        spans = wasm_parts.data_segments(module)
        out = bytearray(module)
        for key in keys:
            for at in occurrences(module, spans, key):
                out[at : at + len(key)] = key.translate(LETTERS)
                touched = True
        for key in every:
            for at in occurrences(module, spans, key):
                renaming.ways[key].add(bytes(out[at : at + len(key)]))
        return bytes(out)

    changed = wasm_parts.with_modules(data, change)
    if not touched:
        raise CannotMutate("no key stands in data")
    return changed, renaming


def shorten(data, before, _):
    """Keys between zeros lose their last letters, and so do all that end with the same text."""
    every = {n["key"].encode() for n in before["needs"]}
    cut = collections.Counter(key[:-2] for key in every)
    renaming = Renaming()
    touched = False

    def change(module):
        nonlocal touched
        spans = wasm_parts.data_segments(module)
        out = bytearray(module)
        for key in (k for k in app_keys(before, "env") if cut[k[:-2]] == 1):
            for at in occurrences(module, spans, key):
                if len(key) >= 6 and module[at - 1 : at] == b"\0" and module[at + len(key) : at + len(key) + 1] == b"\0":
                    out[at + len(key) - 2 : at + len(key)] = b"\0\0"
                    touched = True
        for key in every:
            for at in occurrences(module, spans, key):
                renaming.ways[key].add(bytes(out[at : at + len(key)]).split(b"\0")[0])
        return bytes(out)

    changed = wasm_parts.with_modules(data, change)
    if not touched:
        raise CannotMutate("no key stands between zeros")
    return changed, renaming


# ---- text


def tidewaiter(tools, *arguments, data):
    run = subprocess.run([tools.program, *arguments], input=data, capture_output=True, timeout=120)
    if run.returncode:
        raise RuntimeError(f"{arguments[0]}: {run.stderr.decode(errors='replace').strip()[:300]}")
    return run.stdout


SEGMENT = re.compile(r'^  \(data (?:\$\S+ )?(?:\(;\d+;\) )?\(i32\.const (\d+)\) "', re.M)
MEMORY = re.compile(r"^  (\(memory (?:\$\S+ )?(?:\(;0;\) )?)(\d+)", re.M)


def both(constant, moved):
    """Two pointers that are stored at once."""
    low, high = constant & 0xFFFFFFFF, constant >> 32
    return moved.get(low, low) | moved.get(high, high) << 32


def lengthen(data, before, tools):
    renaming = Renaming()
    keys = [key for key in sorted(app_keys(before, "env")) if len(key) >= 4]

    def change(module):
        spans = wasm_parts.data_segments(module)
        text = tidewaiter(tools, "print", "-", data=module).decode()
        bases = [int(base) for base in SEGMENT.findall(text)]
        memory = MEMORY.search(text)
        if len(bases) != len(spans) or not spans or not memory:
            return module
        pages = int(memory[2])
        place, words, moved = pages << 16, bytearray(), {}
        for key in keys:
            at = list(occurrences(module, spans, b"\0" + key + b"\0"))
            if len(at) == 1:
                begin, base = next((b, base) for (b, e), base in zip(spans, bases) if b <= at[0] < e)
                moved[base + at[0] + 1 - begin] = place + len(words)
                words += key + b"_AND_MORE\0"
                renaming.ways[key] = {key + b"_AND_MORE"}
        if not moved:
            return module
        out = bytearray(module)
        for (begin, end), base in zip(spans, bases):
            for at in range(begin + -base % 4, end - 3, 4):
                to = moved.get(int.from_bytes(module[at : at + 4], "little"))
                if to:
                    out[at : at + 4] = to.to_bytes(4, "little")
        text = tidewaiter(tools, "print", "-", data=bytes(out)).decode()
        text = re.sub(r"\bi32\.const (\d+)$", lambda m: f"i32.const {moved.get(int(m[1]), m[1])}", text, flags=re.M)
        text = re.sub(r"\bi64\.const (\d+)$", lambda m: f"i64.const {both(int(m[1]), moved)}", text, flags=re.M)
        text = MEMORY.sub(rf"  \g<1>{pages + 1}", text, count=1)
        extra = "".join(f"\\{byte:02x}" for byte in words)
        text = text.rstrip().removesuffix(")") + f'  (data (i32.const {place}) "{extra}")\n)\n'
        return tidewaiter(tools, "parse", "-", data=text.encode())

    changed = wasm_parts.with_modules(data, change)
    if not renaming.ways:
        raise CannotMutate("no key stands once between zeros")
    return changed, renaming


def shuffle(data, _, tools):
    order = random.Random(len(data))

    def change(module):
        count, imported = wasm_parts.function_count(module)
        if count - imported < 2:
            return wasm_parts.without_customs(module)
        named = wasm_parts.with_function_names(module, [f"f{i}" for i in range(count)])
        lines = tidewaiter(tools, "print", "-", data=named).decode().split("\n")
        functions, rest, place = [], [], None
        for line in lines:
            if line.startswith("  (func "):
                place = len(rest) if place is None else place
                functions.append([line])
            elif functions and functions[-1] is not None and line.startswith(("    ", "  )")):
                functions[-1].append(line)
            else:
                if functions and functions[-1] is not None and len(functions) == count - imported:
                    functions.append(None)  # what follows is no function's
                rest.append(line)
        functions = [f for f in functions if f]
        order.shuffle(functions)
        text = "\n".join([*rest[:place], *(line for f in functions for line in f), *rest[place:]])
        return wasm_parts.without_customs(tidewaiter(tools, "parse", "-", data=text.encode()))

    return wasm_parts.without_customs(wasm_parts.with_modules(data, change)), None


def strip(data, _before, _tools):
    return wasm_parts.without_customs(data), None


def optimize(*passes):
    def mutate(data, _, tools):
        if not tools.wasm_opt:
            raise CannotMutate("wasm-opt is not there")
        done = 0

        def change(module):
            nonlocal done
            with tempfile.TemporaryDirectory() as folder:
                source, to = os.path.join(folder, "in.wasm"), os.path.join(folder, "out.wasm")
                pathlib.Path(source).write_bytes(wasm_parts.without_customs(module))
                run = subprocess.run([tools.wasm_opt, *(f"--enable-{f}" for f in FEATURES), *passes, source, "-o", to],
                                     capture_output=True, timeout=300)
                if run.returncode or not os.path.exists(to):
                    return module
                done += 1
                return pathlib.Path(to).read_bytes()

        changed = wasm_parts.with_modules(data, change)
        if not done:
            raise CannotMutate("wasm-opt does not read it")
        return changed, None

    return mutate


MUTATIONS = {
    "renamed": rename,
    "longer": lengthen,
    "shorter": shorten,
    "shuffled": shuffle,
    "stripped": strip,
    "O3": optimize("-O3"),
    "flatten": optimize("--flatten"),
    "rse": optimize("--rse"),
}
SAME_CODE = {"renamed", "longer", "shorter", "shuffled", "stripped"}
# Programs of other languages know how long their names are, and so do optimized ones.
LIMITS = {"longer": ("c-*-O0-named", "c-*-O1-m"), "shorter": ("c-*-O0-named", "c-*-O1-m")}
# And some of these: arrays that are copied or have rows of one size, addresses made of other addresses, names given with their length.
BUT = {"longer": ("c-copied-*", "c-filled-*", "c-tables-*", "c-rows-*", "c-choice-O1-m", "c-own-O1-m", "c-bare-*"), "shorter": ("c-bare-*",)}


# ---- the judge


def owed_lines():
    path = HERE / "mutate-owed.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [tuple(line.split()[:2]) for line in lines if line.strip() and not line.startswith("#")]


def verdict(path, mutation, truth, tools):
    """('same' | 'better' | 'less' | 'wrong' | 'passed by', why)"""
    data = path.read_bytes()
    before = score.ask(tools.program, path)
    try:
        changed, renaming = MUTATIONS[mutation](data, before, tools)
    except CannotMutate as e:
        return "passed by", str(e)
    with tempfile.NamedTemporaryFile(suffix=".wasm") as file:
        file.write(changed)
        file.flush()
        if tools.keep:
            (tools.keep / f"{path.stem}.{mutation}.wasm").write_bytes(changed)
        tidewaiter(tools, "validate", file.name, data=None)
        after = score.ask(tools.program, file.name)
    faults = differences(before, after, renaming)
    if not faults:
        if mutation in SAME_CODE and undecided(before) != undecided(after):
            return "wrong", f"undecided: {dict(undecided(before))} became {dict(undecided(after))}"
        return "same", ""
    entry = score.entry_for(truth, path.stem)
    if renaming or entry is None:
        return "wrong", "; ".join(faults)
    if not score.faults_of(entry, after, False)[0] and not lost_names(before, after):
        return "better", ""
    # Honest, and not only about what it said before.
    return "less" if score.is_honest(entry, after) else "wrong", "; ".join(faults)


def matches(path, patterns):
    return any(fnmatch.fnmatch(path.stem, p) for p in patterns)


def main():
    a = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    a.add_argument("files", nargs="*", type=pathlib.Path)
    a.add_argument("--tidewaiter", default=os.environ.get("TIDEWAITER", HERE.parents[1] / "build" / "tidewaiter"))
    a.add_argument("--only", default="")
    a.add_argument("--all", action="store_true")
    a.add_argument("--keep", type=pathlib.Path, help="the changed files go here")
    a = a.parse_args()
    tools = argparse.Namespace(program=str(a.tidewaiter), wasm_opt=shutil.which("wasm-opt"), keep=a.keep)
    if not tools.wasm_opt:
        print("wasm-opt is not there: what it changes is not tried")
    mutations = a.only.split(",") if a.only else list(MUTATIONS)
    everything = a.all or a.only or os.environ.get("TIDEWAITER_ALL")
    folders = a.files or [HERE / "built", SHARED / "built"]
    paths = [p for f in folders for p in (sorted(f.glob("*.wasm")) if f.is_dir() else [f]) if p.is_file()]
    truth = {}
    for file in [SHARED / "truth.json", SHARED / "truth-rust.json", HERE / "truth.json"]:
        if file.is_file():
            truth.update(json.loads(file.read_text(encoding="utf-8")))
    tasks = []
    for path in paths:
        if path.stat().st_size > LARGE and not a.files:
            continue
        fit = [m for m in mutations if matches(path, LIMITS.get(m, ["*"])) and not matches(path, BUT.get(m, []))]
        if not everything:
            count = 1 if os.environ.get("TIDEWAITER_SANITIZE") else SAMPLE
            fit = random.Random(zlib.crc32(path.name.encode())).sample(fit, min(count, len(fit)))
        tasks += [(path, m) for m in fit]
    if not tasks:
        print("there is nothing to change")
        return 77
    owed = owed_lines()
    counts, unused = collections.defaultdict(collections.Counter), set(owed)
    bad = 0

    def judge(task):
        try:
            return verdict(*task, truth, tools)
        except (RuntimeError, OSError, subprocess.TimeoutExpired, ValueError, KeyError, IndexError) as e:
            return "wrong", f"{type(e).__name__}: {e}"

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for (path, mutation), (word, why) in zip(tasks, pool.map(judge, tasks)):
            fit = (mutation, "*") if word == "less" else (mutation + "!",)
            excuses = {o for o in owed if fnmatch.fnmatch(path.stem, o[0]) and o[1] in fit}
            if word in ("less", "wrong") and excuses:
                word = "owed"
                unused -= excuses
            counts[mutation][word] += 1
            if word in ("less", "wrong"):
                bad += 1
                print(f"{path.name} {mutation}: {'' if word == 'less' else 'WRONG: '}{why}")
    for mutation in MUTATIONS:
        if mutation in counts:
            c = counts[mutation]
            print(f"{mutation}: " + ", ".join(f"{word} {c[word]}" for word in ("same", "better", "owed", "less", "wrong", "passed by")))
    if everything and not a.files and not a.only:
        for pattern, mutation in sorted(unused):
            print(f"mutate-owed.txt: nothing needs {pattern} {mutation} any more")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
