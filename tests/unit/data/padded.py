"""Numbers in code as a linker leaves them: where it puts in a function, type, variable or address, five bytes are kept free for any number.

What it does not put in is not told apart here: all constants of 1000 and more are addresses, and so are those of functions in a table that
the sample lists in a comment: `;; pushed: 5 6`.
"""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "corpus"))
import wasm_parts as parts  # noqa: E402

CONST, CALL, CALL_INDIRECT = 0x41, 0x10, 0x11
IMMEDIATES = {0x0C: 1, 0x0D: 1, 0x3F: 1, 0x40: 1, **{op: 1 for op in range(0x20, 0x25)}, **{op: 2 for op in range(0x28, 0x3F)}}
BLOCKS = (0x02, 0x03, 0x04)


def padded(number):
    return bytes((number >> 7 * i & 127) | (128 if i < 4 else 0) for i in range(5))


def read_signed(data, at):
    value, end = parts.read_leb(data, at)
    bits = 7 * (end - at)
    return (value - (1 << bits) if value >> (bits - 1) & 1 else value), end


def with_padded_body(body, pushed):
    groups, at = parts.read_leb(body, 0)
    for _ in range(groups):
        at = parts.read_leb(body, at)[1] + 1
    out = bytearray(body[:at])
    while at < len(body):
        op, start = body[at], at
        at += 1
        if op == CONST:
            value, end = read_signed(body, at)
            out += bytes([op]) + (padded(value) if value >= 1000 or value in pushed else body[at:end])
            at = end
        elif op in (CALL, CALL_INDIRECT):
            value, at = parts.read_leb(body, at)
            out += bytes([op]) + padded(value)
            if op == CALL_INDIRECT:
                value, at = parts.read_leb(body, at)
                out += parts.leb(value)
        else:
            if op in BLOCKS:
                at += 1
            for _ in range(IMMEDIATES.get(op, 0)):
                at = parts.read_leb(body, at)[1]
            out += body[start:at]
    return bytes(out)


def with_padding(module, source):
    """The module, of which `source` is the text, with all such numbers in five bytes."""
    found = re.search(r";; pushed:([ 0-9]*)", source)
    pushed = {int(n) for n in found[1].split()} if found else set()
    out = []
    for kind, contents in parts.sections(module):
        if kind == parts.CODE:
            count, at = parts.read_leb(contents, 0)
            bodies = parts.leb(count)
            for _ in range(count):
                size, at = parts.read_leb(contents, at)
                body = with_padded_body(contents[at : at + size], pushed)
                bodies += parts.leb(len(body)) + body
                at += size
            contents = bodies
        out.append((kind, contents))
    return parts.joined(module[:8], out)
