"""Binaries taken apart and put together again, as far as the mutations need it: the sections of components and core modules, the core
modules within a component, custom sections, segments of data, names of functions.

Nothing is checked here: what is read is valid, and what is made is judged by `tidewaiter validate`.
"""

PREAMBLE = b"\0asm"
MODULE, COMPONENT = b"\1\0\0\0", b"\x0d\0\1\0"
CUSTOM, CODE, DATA = 0, 10, 11  # sections of core modules; Binary Format, "Modules"
CORE_MODULE, NESTED = 1, 4  # sections of components; Binary.md, "Component Definitions"


def leb(n):
    """An unsigned LEB128."""
    out = bytearray()
    while True:
        out.append(n & 127 | (128 if n > 127 else 0))
        n >>= 7
        if not n:
            return bytes(out)


def read_leb(data, at):
    """An unsigned LEB128, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def is_component(data):
    return data[4:8] == COMPONENT


def sections(data):
    """(id, contents) of each section."""
    at, out = 8, []
    while at < len(data):
        kind = data[at]
        size, at = read_leb(data, at + 1)
        out.append((kind, data[at : at + size]))
        at += size
    return out


def joined(preamble, parts):
    return preamble + b"".join(bytes([kind]) + leb(len(contents)) + contents for kind, contents in parts)


def modules(data):
    """All core modules, in the order of the file."""
    if not is_component(data):
        return [data]
    out = []
    for kind, contents in sections(data):
        if kind == CORE_MODULE:
            out.append(contents)
        elif kind == NESTED:
            out += modules(contents)
    return out


def with_modules(data, change):
    """The same file with each core module replaced by what `change` makes of it."""
    if not is_component(data):
        return change(data)
    parts = []
    for kind, contents in sections(data):
        if kind == CORE_MODULE:
            contents = change(contents)
        elif kind == NESTED:
            contents = with_modules(contents, change)
        parts.append((kind, contents))
    return joined(data[:8], parts)


def without_customs(data):
    """The same file without its custom sections, as `wasm-tools strip --all` makes it."""
    parts = [part for part in sections(data) if part[0] != CUSTOM]
    if is_component(data):
        parts = [(kind, without_customs(contents) if kind in (CORE_MODULE, NESTED) else contents) for kind, contents in parts]
    return joined(data[:8], parts)


def name(text):
    return leb(len(text)) + text


def limb(data, at, count=1):
    """Passes `count` LEB128s by."""
    for _ in range(count):
        _, at = read_leb(data, at)
    return at


def function_count(module):
    """How many functions a core module has, and how many of them it imports."""
    imported = defined = 0
    for kind, contents in sections(module):
        if kind == 2:
            count, at = read_leb(contents, 0)
            for _ in range(count):
                for _ in range(2):
                    size, at = read_leb(contents, at)
                    at += size
                what, at = contents[at], at + 1
                imported += what == 0
                if what in (0,):
                    at = limb(contents, at)
                elif what in (1, 2):
                    if what == 1:
                        at += 1 if contents[at] not in (0x63, 0x64) else 2
                    flags, at = contents[at], at + 1
                    at = limb(contents, at, 2 if flags & 1 else 1)
                elif what == 3:
                    at += 2
                else:
                    at = limb(contents, at + 1)
        elif kind == 3:
            defined, _ = read_leb(contents, 0)
    return imported + defined, imported


def with_function_names(module, names):
    """The same module with a name section that calls its functions so, and no other custom section."""
    table = leb(len(names)) + b"".join(leb(i) + name(text.encode()) for i, text in enumerate(names))
    contents = name(b"name") + b"\1" + leb(len(table)) + table
    parts = [part for part in sections(module) if part[0] != CUSTOM]
    return joined(module[:8], [*parts, (CUSTOM, contents)])


def data_segments(module):
    """(begin, end) of the bytes of each segment of data, as offsets in `module`."""
    at, out = 8, []
    while at < len(module):
        kind = module[at]
        size, at = read_leb(module, at + 1)
        end = at + size
        if kind == DATA:
            count, here = read_leb(module, at)
            for _ in range(count):
                flags, here = read_leb(module, here)
                if flags == 2:
                    here = limb(module, here)
                if flags != 1:
                    while module[here] != 0x0B:  # the offset is one constant, or a global's value
                        here = limb(module, here + 1)
                    here += 1
                size, here = read_leb(module, here)
                out.append((here, here + size))
                here += size
        at = end
    return out
