#!/usr/bin/env python3
"""Makes the small components of this folder: nothing but imports and exports of empty instances, as the refusals need them.

usage: make.py        writes *.wasm beside itself
"""
import pathlib

HERE = pathlib.Path(__file__).resolve().parent


def leb(number):
    out = b""
    while True:
        byte, number = number & 127, number >> 7
        out += bytes([byte | (128 if number else 0)])
        if not number:
            return out


def vector(items):
    return leb(len(items)) + b"".join(items)


def section(code, contents):
    return bytes([code]) + leb(len(contents)) + contents


def text(name):
    return leb(len(name)) + name.encode()


def component(imports=(), exports=()):
    """Every import has the type of an instance without exports; every export is such an instance."""
    out = b"\0asm\x0d\0\x01\0"
    if imports:
        out += section(7, vector([b"\x42" + vector([])]))
        out += section(10, vector([b"\0" + text(name) + b"\x05\0" for name in imports]))
    if exports:
        out += section(5, vector([b"\x01" + vector([])]))
        out += section(11, vector([b"\0" + text(name) + b"\x05" + leb(len(imports)) + b"\0" for name in exports]))
    return out


# A component that only exports would be taken for a WIT package.
CLOCK = "wasi:clocks/wall-clock@0.2.3"

FILES = {
    "handler": component(imports=[CLOCK], exports=["wasi:http/incoming-handler@0.2.3"]),
    "subscriber": component(imports=["wasmcloud:messaging/consumer@0.2.0"], exports=["wasmcloud:messaging/handler@0.2.0"]),
    "label": component(imports=["[implements=<wasmcloud:secrets/secret@2.1.0>]DB"]),
    "no-label": component(imports=["wasmcloud:secrets/secret@2.1.0"]),
    "two-versions": component(imports=["wasi:keyvalue/store@0.2.0-draft", "wasi:keyvalue/store@0.3.0"]),
    "many": component(imports=[f"[implements=<wasi:keyvalue/store@0.2.0>]shard-{number}" for number in range(65)]),
    "part-a": component(imports=["wasi:keyvalue/store@0.2.0"]),
    "part-b": component(imports=["wasi:keyvalue/atomics@0.2.0"]),
    "part-ab": component(imports=["wasi:keyvalue/store@0.2.1", "wasi:keyvalue/atomics@0.2.1"]),
    "provider-1": component(imports=[CLOCK], exports=["harbour:tides/tables@1.0.0"]),
    "provider-2": component(imports=[CLOCK], exports=["harbour:tides/tables@1.0.0"]),
    "consumer": component(imports=["harbour:tides/tables@1.0.0"]),
    "circle-1": component(imports=["harbour:tides/a@1.0.0"], exports=["harbour:tides/b@1.0.0"]),
    "circle-2": component(imports=["harbour:tides/b@1.0.0"], exports=["harbour:tides/a@1.0.0"]),
    "plain-import": component(imports=["log"]),
}

if __name__ == "__main__":
    for name, contents in FILES.items():
        (HERE / f"{name}.wasm").write_bytes(contents)
