#!/usr/bin/env python3
"""Fails when schemas/virt.schema.json does not say what documents of `tidewaiter virt` hold: the options of the command, as docs/virt.md lists
them (which is written from the tables of options). With --write, writes it."""

import json
import os
import re
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCHEMA = os.path.join(TOP, "schemas", "virt.schema.json")
# What every command has, and what has no place in a document.
APART = {"file", "explain", "dry-run", "output", "color", "help"}
OPTION = re.compile(r"^- (?:`-\w`, )?`--([a-z-]+)(?: ([^`]+))?`: (.*)$")


def options(command):
    with open(os.path.join(TOP, "docs", command + ".md"), encoding="utf-8") as file:
        for line in file:
            match = OPTION.match(line)
            if match and match.group(1) not in APART:
                yield match.groups()


def shape(metavar, text):
    """As tools/adapt/virt_document.c has it."""
    scalar = {"$ref": "#/$defs/text"}
    choice = re.search(r" One of: (.*)\.$", text)
    if choice:
        return {"enum": re.findall(r"`([^`]+)`", choice[1])}
    if not metavar:
        return {"type": "boolean"}
    if "=" in metavar and "[" not in metavar:
        return {"type": "object", "additionalProperties": scalar}
    if "May be given more than once" in text:
        return {"oneOf": [scalar, {"type": "array", "items": scalar}]}
    return scalar


def described(text):
    """The first sentences of an option's help, without the marks of Markdown."""
    text = text.replace("\\", "").replace(" May be given more than once.", "")
    return re.sub(r" Default: .*| One of: .*", "", text)


def schema():
    properties = {"format": {"const": "tidewaiter.virt/1"}}
    for command in ("virt", "declare"):
        for name, metavar, text in options(command):
            properties.setdefault(name, {"description": described(text), **shape(metavar, text)})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://github.com/tidewaiter/tidewaiter/blob/main/schemas/virt.schema.json",
        "title": "What is virtualized",
        "description": "A document for `tidewaiter virt --file` and `tidewaiter declare --file`: their options, each under its name.",
        "type": "object",
        "additionalProperties": False,
        "required": ["format"],
        "properties": properties,
        "$defs": {"text": {"type": ["string", "number", "boolean"]}},
    }


def main():
    text = json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
    if "--write" in sys.argv:
        with open(SCHEMA, "w", encoding="utf-8") as file:
            file.write(text)
        return 0
    with open(SCHEMA, encoding="utf-8") as file:
        if file.read() == text:
            print("1 checks passed, 0 failed")
            return 0
    print("schemas/virt.schema.json is behind the options; run python3 tests/virt_schema.py --write")
    return 1


if __name__ == "__main__":
    sys.exit(main())
