#!/usr/bin/env python3
"""Input made to hurt: part of the test `cli`, whose script runs this one.

Files that are no WebAssembly, claims that the file does not keep, nesting and counts that explode, code that never ends, and every
prefix of three small components, and corpus programs with some bytes changed, each given to every command that reads WebAssembly. Each run must end within a second and 128 MB
(30 s under sanitizers, whose own memory is not counted), with a status of the list in its row, never by a signal; where the status
is 3, standard error must name the file and, unless the file is no WebAssembly at all, an offset.

usage: hostile.py [NAME-PART] [--command needs,dump,graph]      the program: $TIDEWAITER, else build/tidewaiter
       hostile.py --write DIR                                   puts the inputs into a folder, to look at them
"""
import gzip
import os
import pathlib
import random
import re
import struct
import subprocess
import sys
import tempfile
import threading

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = os.path.abspath(os.environ.get("TIDEWAITER", TOP / "build" / "tidewaiter"))
SLOW = bool(os.environ.get("TIDEWAITER_SANITIZE"))
SECONDS = 30.0 if SLOW else 1.0
MEGABYTES = None if SLOW else 128
MEGABYTES_MANY = 256
MEGABYTES_COMPOSED = 512
# Given the inputs made to hurt alone: what is refused by rules and not by the reader ends with 1, what nothing takes from with 2.
OTHERS = [["validate"], ["print"], ["print", "--folded"], ["compose", "--explain"], ["label", "--import", "x", "--as", "y"]]
COMMANDS = [["needs"], ["needs", "--format", "json"], ["dump"], ["dump", "--format", "json"], ["graph"], ["graph", "--format", "json"]]

# -- Writing WebAssembly by hand


def u(n):
    out = bytearray()
    while True:
        n, low = n >> 7, n & 0x7F
        out.append(low | (0x80 if n else 0))
        if not n:
            return bytes(out)


def s(n):
    out = bytearray()
    while True:
        low = n & 0x7F
        n >>= 7
        done = (n == 0 and not low & 0x40) or (n == -1 and low & 0x40)
        out.append(low | (0 if done else 0x80))
        if done:
            return bytes(out)


def text(t):
    t = t.encode() if isinstance(t, str) else t
    return u(len(t)) + t


def vec(items):
    items = list(items)
    return u(len(items)) + b"".join(items)


def section(number, body):
    return bytes([number]) + u(len(body)) + body


MODULE = b"\0asm\1\0\0\0"
COMPONENT = b"\0asm\x0d\0\1\0"
MANY = u(0xFFFFFFFF)
I32 = b"\x7f"


def module(*sections):
    return MODULE + b"".join(sections)


def component(*sections):
    return COMPONENT + b"".join(sections)


def body(code, local_decls=b"\0"):
    return text(local_decls + code + b"\x0b")


def program(code, *, memory=1, start_locals=b"\0", extra=b"", data=b"", functions=()):
    """A preview 1 module whose _start has CODE and whose function 0 is environ_get, function 1 environ_sizes_get."""
    types = vec([b"\x60\2\x7f\x7f\1\x7f", b"\x60\0\0", b"\x60\1\x7f\1\x7f", *([extra] if extra else [])])
    imports = vec(text("wasi_snapshot_preview1") + text(n) + b"\0\0" for n in ("environ_get", "environ_sizes_get"))
    bodies = [body(code, start_locals), *functions]
    return module(
        section(1, types), section(2, imports), section(3, vec([b"\1", *(b"\2" for _ in functions)])),
        section(5, b"\1\0" + u(memory)), section(7, vec([text("_start") + b"\0\2", text("memory") + b"\2\0"])),
        section(10, vec(bodies)), section(11, data) if data else b"")


CALL_ENVIRON = b"\x41\0\x41\x80\x08\x10\0\x1a"  # environ_get(0, 1024), drop


def nested(depth):
    inner = COMPONENT
    for _ in range(depth):
        inner = COMPONENT + section(4, inner)
    return inner


def nested_types(depth):
    """A component type in a component type in ...: nested by declarators, not by sections."""
    inner = b"\x41\0"
    for _ in range(depth):
        inner = b"\x41\1\1" + inner
    return component(section(7, b"\1" + inner))


def doubling(levels, made):
    """LEVELS types, each made of the one before twice; the last is what a function takes and gives."""
    types = [b"\x6f\2\x7f\x7f"] + [made(s(i)) for i in range(levels)]
    last = s(levels)
    func = b"\x40" + vec([text("a") + last]) + b"\0" + last
    return component(section(7, vec([*types, func])), section(10, vec([b"\0" + text("f") + b"\1" + u(levels + 1)])),
                     section(8, vec([b"\1\0\0\0"])))


def instances(levels):
    """Each level holds the one below and instantiates it twice; the lowest holds one core instance."""
    inner = component(section(1, MODULE), section(2, vec([b"\0\0\0"])))
    for _ in range(levels):
        inner = component(section(4, inner), section(5, vec([b"\0\0\0", b"\0\0\0"])))
    return inner


def exporting_instances(levels):
    """Bags of exports that hold the bag before twice, then an alias to the bottom of it all."""
    bags = [vec([])] + [vec([b"\0" + text("a") + b"\5" + u(i), b"\0" + text("b") + b"\5" + u(i)]) for i in range(levels)]
    aliases = [b"\5\0" + u(levels + i) + text("a") for i in range(levels)]
    return component(section(5, vec(b"\1" + b for b in bags)), section(6, vec(aliases)))


# -- Programs with very many of something: what is looked for among them must not be searched for one by one.

MANY_SITES = 100_000


def i32_const(n):
    return b"\x41" + s(n)


def functype(params, result=None):
    return b"\x40" + vec(text(name) + t for name, t in params) + (b"\1\0" if result is None else b"\0" + result)


STRING, U32 = b"\x73", b"\x79"
IN_MEMORY = vec([b"\3\0"])  # canonical options: memory 0


def asker(functions, *, data=(), table=b"", extra_types=(), imports=1, parameters=b"\0", functions_before=b""):
    """A core module for `asking`: imports the memory "m" "m" and IMPORTS functions "f" "0" ... of (i32, i32) -> i32; FUNCTIONS are
    (type, body); the last one is exported as "run". Types: 0 the imported one, 1 () -> (), 2 (i32, i32) -> (), then EXTRA_TYPES."""
    types = [b"\x60\2\x7f\x7f\1\x7f", b"\x60\0\0", b"\x60\2\x7f\x7f\0", *extra_types]
    imported = [text("m") + text("m") + b"\2\0\1", *(text("f") + text(str(i)) + b"\0\0" for i in range(imports))]
    last = imports + len(functions) - 1
    return module(
        section(1, vec(types)), section(2, vec(imported)), section(3, vec(u(t) for t, _ in functions)), table and section(4, table),
        section(7, vec([text("run") + b"\0" + u(last)])), section(10, vec(body(b) for _, b in functions)),
        section(11, vec(b"\0" + i32_const(at) + b"\x0b" + text(t) for at, t in data)) if data else b"")


def asking(code, names=("wasi:config/store@0.2.0",), pages=64):
    """A component that imports `get: func(key: string) -> u32` from each instance of NAMES, lowers them as "f" "0" ... into the core module
    CODE, which exports "run"; that is lifted and exported."""
    memory = module(section(5, b"\1\0" + u(pages)), section(7, vec([text("m") + b"\2\0"])))
    instance = b"\x42" + vec([b"\1" + functype([("key", STRING)], U32), b"\4\0" + text("get") + b"\1\0"])
    count = len(names)
    return component(
        section(1, memory), section(1, code), section(2, vec([b"\0\0\0"])),  # core instance 0: the memory
        section(6, vec([b"\0\2\1\0" + text("m")])),                         # core memory 0
        section(7, vec([instance, functype([])])),
        section(10, vec((n if isinstance(n, bytes) else b"\0" + text(n)) + b"\5\0" for n in names)),
        section(6, vec(b"\1\0" + u(i) + text("get") for i in range(count))),  # functions 0 ...
        section(8, vec(b"\1\0" + u(i) + IN_MEMORY for i in range(count))),    # core functions 0 ..., lowered
        section(2, vec([b"\1" + vec(text(str(i)) + b"\0" + u(i) for i in range(count)),
                        b"\0\1" + vec([text("m") + b"\x12\0", text("f") + b"\x12\1"])])),
        section(6, vec([b"\0\0\1\2" + text("run")])), section(8, vec([b"\0\0" + u(count) + vec([]) + b"\1"])),
        section(11, vec([b"\0" + text("run") + b"\1" + u(count) + b"\0"])))


def ask(at, size, function=0):
    return i32_const(at) + i32_const(size) + b"\x10" + u(function) + b"\x1a"


def many(count, each, per=100):
    """COUNT times EACH(i), PER to a function, and a last function that calls them all."""
    functions = [(1, b"".join(each(i) for i in range(first, min(first + per, count)))) for first in range(0, count, per)]
    return [*functions, (1, b"".join(b"\x10" + u(1 + i) for i in range(len(functions))))]


def labelled(i, interface="wasmcloud:secrets/secret@0.1.0"):
    """The import name `[implements=<INTERFACE>]label`."""
    return b"\0" + text(f"[implements=<{interface}>]label-{i}")


def very_many():
    keys = "".join(f"{i:06x}" for i in range(MANY_SITES))
    yield "many-calls", asking(asker([(1, ask(16, 5) * MANY_SITES)], data=[(16, "depth")]))
    yield "many-calls-in-functions", asking(asker(many(MANY_SITES, lambda i: ask(16, 5)), data=[(16, "depth")]))
    yield "many-keys", asking(asker(many(MANY_SITES, lambda i: ask(16 + 6 * i, 6)), data=[(16, keys)]))
    # A key that nobody knows: what stands at an address without data.
    yield "many-unknown", asking(asker(many(MANY_SITES, lambda i: ask(2_000_000 + 8 * i, 6)), data=[(16, "depth")]))
    # Keys that only callers know: each function asks for its parameters, a hundred times, and is called a hundred times.
    parameters = b"\x20\0\x20\1\x10\0\x1a"
    yield "many-unknown-of-callers", asking(asker(
        [*((2, parameters * 1000) for _ in range(100)),
         (1, b"".join(i32_const(16) + i32_const(5) + b"\x10" + u(1 + i % 100) for i in range(10_000)))], data=[(16, "depth")]))
    # A function that asks, below a hundred thousand that call it with what they were given.
    passing = [(2, parameters), *((2, b"\x20\0\x20\1\x10\1") for _ in range(MANY_SITES))]
    calls = b"".join(i32_const(16) + i32_const(5) + b"\x10" + u(2 + i) for i in range(MANY_SITES))
    yield "many-functions-that-pass-on", asking(asker([*passing, (1, calls)], data=[(16, "depth")]))
    chain = [(2, parameters), *((2, b"\x20\0\x20\1\x10" + u(1 + i)) for i in range(MANY_SITES))]
    yield "many-functions-in-a-chain", asking(asker([*chain, (1, ask(16, 5, len(chain))[:-1])], data=[(16, "depth")]))
    calls = b"".join(ask(16, 5, i) for i in range(10_000))
    yield "many-imports-called", asking(asker([(1, calls)], data=[(16, "depth")], imports=10_000),
                                        [labelled(i, "wasi:config/store@0.2.0") for i in range(10_000)])
    yield "many-labelled-secrets", component(section(7, vec([b"\x42\0"])), section(10, vec(labelled(i) + b"\5\0" for i in range(MANY_SITES))))
    bits = [bytes(0x7F if i >> b & 1 else 0x7E for b in range(17)) for i in range(20_000)]
    types = [b"\x60" + text(b) + b"\0" for b in bits]
    zeros = [b"".join(b"\x41\0" if t == 0x7F else b"\x42\0" for t in b) for b in bits]
    calls = b"".join(z + b"\x41\0\x11" + u(3 + i) + b"\0" for i, z in enumerate(zeros))
    # A hundred thousand exports, each of which comes to the environment through all that follow.
    chain = [body(b"\x10" + u(3 + i)) for i in range(MANY_SITES)] + [body(CALL_ENVIRON)]
    yield "many-entries-in-a-chain", module(
        section(1, vec([b"\x60\2\x7f\x7f\1\x7f", b"\x60\0\0"])),
        section(2, vec([text("wasi_snapshot_preview1") + text("environ_get") + b"\0\0", text("wasi_snapshot_preview1") + text("environ_sizes_get") + b"\0\0"])),
        section(3, vec(b"\1" for _ in chain)), section(5, b"\1\0\1"),
        section(7, vec([text("memory") + b"\2\0", *(text(f"_{i}") + b"\0" + u(2 + i) for i in range(len(chain)))])), section(10, vec(chain)))
    yield "many-signatures", asking(asker([(1, calls)], table=b"\1\x70\0\1", extra_types=types))


def hostile():
    """(name, bytes, statuses allowed)."""
    bad, fine, either = {3}, {0}, {0, 3}
    small = (TOP / "examples" / "settings" / "settings.wasm").read_bytes()
    yield "empty", b"", bad
    yield "one-byte", b"\0", bad
    yield "text", b"This is a text file.\nIt has two lines.\n", bad
    yield "gzip", gzip.compress(small, mtime=0), bad
    yield "xz", b"\xfd7zXZ\0" + bytes(64), bad
    yield "elf", b"\x7fELF\2\1\1" + bytes(57), bad
    yield "zeros", bytes(100_000), bad
    yield "magic-only", b"\0asm", bad
    yield "version-0", b"\0asm\0\0\0\0", bad
    yield "version-99", b"\0asm\x63\0\1\0" + bytes(8), bad
    yield "unknown-layer", b"\0asm\1\0\x07\0", bad
    yield "module-empty", MODULE, fine
    yield "component-empty", COMPONENT, fine
    for kind, start, sections in (("module", MODULE, range(14)), ("component", COMPONENT, range(12))):
        for number in sections:
            yield f"{kind}-section-{number}-claims-4GiB", start + bytes([number]) + MANY, bad
            # The start section of a module holds an index and no count; whether there is such a function is for the validator.
            indexed = either if (kind, number) == ("module", 8) else bad
            yield f"{kind}-section-{number}-counts-2^32", start + section(number, MANY), indexed
            yield f"{kind}-section-{number}-counts-2^32-then-zeros", start + section(number, MANY + bytes(4096)), bad
        yield f"{kind}-section-200", start + section(200, b""), bad
        yield f"{kind}-leb-too-long", start + b"\1" + b"\x80" * 12 + b"\0", bad
        yield f"{kind}-leb-overflow", start + b"\1\xff\xff\xff\xff\x7f", bad
    yield "nested-10000", nested(10_000), bad
    yield "nested-types-10000", nested_types(10_000), bad
    yield "nested-50", nested(50), either
    yield "types-tuple-doubling-64", doubling(64, lambda t: b"\x6f\2" + t + t), either
    yield "types-record-doubling-64", doubling(64, lambda t: b"\x72\2" + text("a") + t + text("b") + t), either
    yield "types-variant-doubling-64", doubling(64, lambda t: b"\x71\2" + text("a") + b"\1" + t + b"\0" + text("b") + b"\1" + t + b"\0"), either
    yield "types-result-doubling-64", doubling(64, lambda t: b"\x6a\1" + t + b"\1" + t), either
    yield "types-fixed-list-2^32", doubling(4, lambda t: b"\x67" + t + MANY), either
    yield "types-option-chain-5000", doubling(5000, lambda t: b"\x6b" + t), either
    yield "instances-2^40", instances(40), either
    yield "instances-2^10", instances(10), either
    yield "instances-export-doubling-60", exporting_instances(60), either
    yield "type-refers-to-itself", component(section(7, vec([b"\x6f\2\0\0"]))), either
    yield "type-index-2^32", component(section(10, vec([b"\0" + text("f") + b"\1" + MANY]))), either
    yield "alias-outer-2^32", component(section(6, vec([b"\3\2" + MANY + b"\0"]))), either
    yield "string-2^32", component(section(10, b"\1\0" + MANY + b"abc")), bad
    yield "name-not-utf8", component(section(10, vec([b"\0" + text(b"\xff\xfe") + b"\1\0"]))), bad
    yield "enum-2^32", component(section(7, b"\1\x6d" + MANY)), bad
    yield "flags-2^32", component(section(7, b"\1\x6e" + MANY)), bad
    yield "params-2^32", component(section(7, b"\1\x40" + MANY)), bad
    yield "core-locals-2^32", module(section(1, b"\1\x60\0\0"), section(3, b"\1\0"), section(10, vec([body(b"", b"\1" + MANY + I32)]))), either
    yield "core-locals-many-times-2^31", module(section(1, b"\1\x60\0\0"), section(3, b"\1\0"), section(10, vec([body(b"", vec([u(2**31) + I32] * 1000))]))), either
    yield "core-br-table-2^32", program(b"\x41\0\x0e" + MANY), either
    yield "core-br-table-100000", program(b"\x41\0\x0e" + u(100_000) + bytes(100_001)), fine
    yield "core-blocks-100000", program(b"\x02\x40" * 100_000 + b"\x0b" * 100_000), either
    yield "core-blocks-not-ended", program(b"\x02\x40" * 1000), either
    yield "core-loops-100-around-a-lookup", program(b"\x03\x40" * 100 + CALL_ENVIRON + b"\x41\0\x0d\0\x0b" * 100), either
    yield "core-stack-100000", program(b"\x41\0" * 100_000 + b"\x1a" * 100_000), fine
    yield "core-memory-4GiB", program(CALL_ENVIRON, memory=65536), fine
    yield "core-memory-2^32-pages", program(CALL_ENVIRON, memory=0xFFFFFFFF), either
    yield "core-memory-grows", program(b"\x03\x40" + CALL_ENVIRON + b"\x41\x01\x40\0\x1a\x0c\0\x0b"), fine
    yield "core-never-ends", program(CALL_ENVIRON + b"\x03\x40\x0c\0\x0b"), fine
    yield "core-calls-itself", program(CALL_ENVIRON + b"\x10\2"), fine
    yield "core-data-at-the-end", program(CALL_ENVIRON, data=vec([b"\0\x41\x7f\x0b" + text(b"TAIL=1")])), either
    yield "core-data-overlaps-10000", program(CALL_ENVIRON, data=vec([b"\0\x41\0\x0b" + text(b"X" * 32)] * 10_000)), fine
    yield "core-start-never-ends", module(section(1, b"\1\x60\0\0"), section(3, b"\1\0"), section(8, b"\0"), section(10, vec([body(b"\x03\x40\x0c\0\x0b")]))), fine
    yield "core-table-2^32", module(section(4, b"\1\x70\0" + MANY)), either
    yield "core-functions-claimed-not-there", module(section(1, b"\1\x60\0\0"), section(3, b"\2\0\0")), bad
    yield "core-types-recursive-2^32", module(section(1, b"\1\x4e" + MANY)), bad
    chain = [body(b"\x20\0\x10" + u(4 + i)) for i in range(3000)] + [body(b"\x20\0\x41\x80\x08\x10\0")]
    yield "core-call-chain-3000", program(b"\x41\0\x10\3\x1a", functions=chain), fine
    tree = [body(b"\x20\0\x10" + u(4 + i) + b"\x20\0\x10" + u(4 + i) + b"\x6a") for i in range(60)] + [body(b"\x20\0\x41\x80\x08\x10\0")]
    yield "core-call-tree-2^60", program(b"\x41\0\x10\3\x1a", functions=tree), fine
    deep = b"\x41\0" + b"\x04\x7f\x41\0" * 200 + b"\x05\x41\1\x0b" * 200 + b"\x1a"
    yield "core-if-chain-200", program(deep), either
    for number, name in enumerate(("module", "functions", "locals", "labels")):
        yield f"names-{name}-2^32", MODULE + section(0, text("name") + section(number, MANY)), either
    yield "names-claim-too-much", MODULE + section(0, text("name") + b"\1" + MANY), either
    yield "producers-2^32", MODULE + section(0, text("producers") + MANY), either
    yield "component-name-2^32", COMPONENT + section(0, text("component-name") + b"\0" + MANY), either
    yield "custom-name-longer-than-section", MODULE + b"\0\1\5", bad
    yield "custom-100000", MODULE + section(0, text("x")) * 100_000, fine
    for name, data in very_many():
        yield name, data, fine
    yield "component-custom-100000", COMPONENT + section(0, text("x")) * 100_000, fine


# -- Running


def run(arguments):
    """Exit status (negative: a signal), standard error on one line, processor seconds, megabytes."""
    with tempfile.TemporaryFile() as err:
        process = subprocess.Popen([PROGRAM, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err)
        guard = threading.Timer(20 * SECONDS, process.kill)
        guard.start()
        _, status, usage = os.wait4(process.pid, 0)
        guard.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        err.seek(0)
        said = " / ".join(err.read().decode(errors="replace").splitlines())
        return process.returncode, said, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def faults_of(arguments, allowed, offset, megabytes=MEGABYTES):
    status, said, seconds, used = run(arguments)
    if status < 0:
        yield f"ended by signal {-status}"
    elif status not in allowed:
        yield f"exit status {status}, allowed {sorted(allowed)}: {said[:160]}"
    elif status == 3 and not said:
        yield "exit status 3 and nothing said"
    elif status == 3 and offset and not re.search(r"offset (0x)?[0-9a-f]", said):
        yield f"no offset is said: {said[:160]}"
    if seconds > SECONDS:  # others may have had the machine
        seconds = min(seconds, run(arguments)[2], run(arguments)[2])
    if seconds > SECONDS:
        yield f"took {seconds:.1f} s"
    if megabytes and used > megabytes:
        yield f"took {used:.0f} MB"


def whole_prefixes(data):
    """Lengths at which a prefix ends where a section does."""
    ends, at = {8}, 8
    while at < len(data):
        at += 1
        size = shift = 0
        while True:
            size |= (data[at] & 0x7F) << shift
            shift, at = shift + 7, at + 1
            if not data[at - 1] & 0x80:
                break
        at += size
        ends.add(at)
    return ends


def check_truncations(folder, part, commands):
    """Every prefix: refused with an offset, or answered just where a section ends. One reader reads for all commands: the first is given every
    prefix, the others every fifth and those that are whole."""
    built = TOP / "tests" / "corpus" / "built"
    count = 0
    faults = []
    for source in ("abi-hosts3-Os-stripped", "abi-secrets-labelled-Os-stripped", "abi-buckets-labelled-Os-stripped"):
        if part not in f"truncated-{source}":
            continue
        data = (built / f"{source}.wasm").read_bytes()
        whole = whole_prefixes(data)
        file = folder / f"{source}.wasm"
        for command in commands:
            each = 37 if SLOW else 1 if command == commands[0] else 5
            for size in sorted(whole.union(range(0, len(data) + 1, each))):
                file.write_bytes(data[:size])
                count += 1
                for fault in faults_of([command, file], {0} if size in whole else {3}, size >= 8):
                    faults.append(f"{command}: the first {size} bytes of {source}: {fault}")
    return count, faults


def check_mutations(folder, part, commands):
    """Programs of the corpus with a few bytes changed: answered or refused. The changes are the same in every run, and whatever other programs there are."""
    count, faults = 0, []
    for source in sorted((TOP / "tests" / "corpus" / "built").glob("*.wasm")):
        dice = random.Random(source.name)
        name = f"mutated-{source.name}"
        if dice.randrange(10) >= (1 if SLOW else 7) or part not in name:
            continue
        data = bytearray(source.read_bytes())
        for _ in range(dice.choice((1, 1, 2, 5, 20))):
            data[dice.randrange(len(data))] = dice.choice((dice.randrange(256), dice.randrange(256), 0, 0x0B, 0x10, 0x7F, 0x80, 0xFF))
        file = folder / name
        file.write_bytes(data)
        for command in commands:
            count += 1
            for fault in faults_of([command, file], {0, 3}, False):
                faults.append(f"{command}: {name}: {fault}")
        file.unlink()
    return count, faults


def hostile_texts():
    """(name, text, statuses allowed), for `parse`."""
    many = 100_000
    for word, group in (("open", "("), ("comments", "(;"), ("annotations", "(@a "), ("components", "(component "), ("types", "(component (type "),
                        ("blocks", "(module (func (block ")):
        yield f"{word}-without-end", group * many, {3}
    yield "values-within-each-other", "(component (value " + "(option " * 99 + "u8" + ")" * 99 + " " + "(some " * 99 + "1" + ")" * 101, {0, 3}
    yield "types-that-double", "(component (type $r0 u8)" + "".join(
        f"(type $r{i + 1} (tuple $r{i} $r{i}))" for i in range(60)) + "(value $v (type $r60) (tuple)))", {3}
    yield "flags", "(component (value (flags " + " ".join(f'"f{i}"' for i in range(many)) + ') (flags "f1")))', {3}
    yield "unknown-names", "(module" + "".join(f"(func $f{i} (call $g{i}))" for i in range(many)) + ")", {3}
    yield "unknown-names-behind-a-mistake", "(module (fnc)" + "".join(f"(func $f{i} (call $g{i}))" for i in range(many)) + ")", {3}
    yield "unknown-words", "(module" + "(func nopp)" * many + ")", {3}
    yield "mistakes-deep-within", "(component " * 90 + "(import \"a\" (fun))" * 10_000 + ")" * 90, {3}
    yield "one-name", "(module" + "(func $a)" * many + ")", {3}
    yield "attributes", "(component (import \"a\" " + "(external-id \"x\") " * many + "(func)))", {0}
    yield "inline-exports", "(component (func " + "(export \"a\") " * many + "(import \"f\")))", {0}
    yield "a-way-of-aliases", "(component (import \"i\" (instance $i)) (export \"a\" (func $i " + "\"a\" " * many + ")))", {0}
    yield "digits", "(module (func f64.const 1" + "0" * many + "e-" + "9" * many + " drop f64.const 0x" + "1" * many + "p-9 drop))", {0, 3}
    yield "nothing", "\0" * many, {3}


def check_texts(room, part, commands):
    ran, faults = 0, []
    for name, written, allowed in hostile_texts():
        if part not in name:
            continue
        file = room / f"{name}.wat"
        file.write_text(written)
        faults += [f"parse: {name}: {fault}" for fault in faults_of(["parse", file, "-o", room / "out.wasm"], allowed, False)]
        ran += 1
        file.unlink()
    return ran, faults


def main():
    arguments = sys.argv[1:]
    if arguments[:1] == ["--write"]:
        into = pathlib.Path(arguments[1])
        into.mkdir(parents=True, exist_ok=True)
        for name, data, _ in hostile():
            (into / f"{name}.wasm").write_bytes(data)
        return 0
    commands = ["needs", "dump", "graph"]
    if "--command" in arguments:
        at = arguments.index("--command")
        commands = arguments[at + 1].split(",")
        del arguments[at:at + 2]
    part = arguments[0] if arguments else ""
    COMMANDS[:] = [c for c in COMMANDS if c[0] in commands]
    count, faults = 0, []
    with tempfile.TemporaryDirectory() as room:
        room = pathlib.Path(room)
        for name, data, allowed in hostile():
            if part not in name:
                continue
            file = room / f"{name}.wasm"
            file.write_bytes(data)
            for command in COMMANDS:
                count += 1
                offset = len(data) >= 8 and data[:4] == b"\0asm"
                most = MEGABYTES and (MEGABYTES_MANY if name.startswith("many-") else MEGABYTES)
                faults += [f"{' '.join(command)}: {name}: {fault}" for fault in faults_of([*command, file], allowed, offset, most)]
            for command in OTHERS if "--command" not in sys.argv else ():
                count += 1
                most = MEGABYTES and (MEGABYTES_COMPOSED if command[0] == "compose" else MEGABYTES_MANY)
                faults += [f"{' '.join(command)}: {name}: {fault}" for fault in faults_of([*command, file], {0, 1, 2, 3}, False, most)]
            file.unlink()
        empty = room / "folder"
        empty.mkdir()
        for path, allowed in ((empty, {0, 2, 3}), (room / "not-there.wasm", {3}), ("/dev/null", {3})):
            for command in COMMANDS:
                count += 1
                faults += [f"{' '.join(command)}: {path}: {fault}" for fault in faults_of([*command, path], allowed, False)]
        for check in (check_truncations, check_mutations, check_texts):
            ran, more = check(room, part, commands)
            count, faults = count + ran, faults + more
    for fault in faults[:300]:
        print(f"FAILED {fault}")
    print(f"{count} runs, {len(faults)} faults")
    return 1 if faults or not count else 0


if __name__ == "__main__":
    sys.exit(main())
