#!/usr/bin/env python3
"""Every schema is one, and closed; documents that the program writes fit theirs.

Closed: an object that lists its members allows no other, so that a member that nobody described is noticed here and not by a
program that reads the documents. The golden tests check many more documents.
"""

import glob
import json
import os

from house import TOP, Checks, answer, skip, tidewaiter

try:
    import jsonschema
except ImportError:
    skip("python3-jsonschema is not installed")


def load(name):
    with open(os.path.join(TOP, "schemas", name + ".schema.json"), encoding="utf-8") as file:
        return json.load(file)


def open_objects(schema, path="$"):
    """The places of object schemas that say nothing about members they do not list."""
    if isinstance(schema, dict):
        if "properties" in schema and schema.get("additionalProperties") is None and schema.get("unevaluatedProperties") is None:
            yield path
        for key, value in schema.items():
            # Conditions speak of some members of an object that is closed elsewhere.
            if key not in ("if", "then", "else"):
                yield from open_objects(value, f"{path}.{key}")
    elif isinstance(schema, list):
        for i, value in enumerate(schema):
            yield from open_objects(value, f"{path}[{i}]")


def faults(schema, document):
    return [f"{e.json_path}: {e.message[:200]}" for e in jsonschema.Draft202012Validator(schema).iter_errors(document)]


def check_schemas(checks):
    names = sorted(os.path.basename(path) for path in glob.glob(os.path.join(TOP, "schemas", "*.schema.json")))
    checks.expect(names, "there are schemas")
    for name in names:
        schema = load(name.removesuffix(".schema.json"))
        try:
            jsonschema.Draft202012Validator.check_schema(schema)
        except jsonschema.SchemaError as error:
            checks.expect(False, f"{name}: {error.message}")
        for place in open_objects(schema):
            checks.expect(False, f"{name}: {place} is not closed")


def check_needs(checks):
    schema = load("needs")
    files = sorted(glob.glob(os.path.join(TOP, "examples", "**", "*.wasm"), recursive=True))
    files += sorted(glob.glob(os.path.join(TOP, "tests", "corpus", "built", "*.wasm")))[::5]
    checks.expect(files, "there are files to ask about")
    lines = tidewaiter("needs", "--format", "jsonl", *files).stdout.splitlines()
    checks.expect(len(lines) == len(files), f"{len(files)} files give {len(lines)} documents")
    for line in lines:
        document = json.loads(line)
        for fault in faults(schema, document):
            checks.expect(False, f"{document['artifact']['path']}: {fault}")
    one = json.loads(answer("needs", "--format", "json", files[0]))
    checks.expect(isinstance(one, dict), "one file gives an object")
    for operands in ([files[0], files[0]], [os.path.dirname(files[0])]):
        several = json.loads(tidewaiter("needs", "--format", "json", *operands).stdout)
        checks.expect(isinstance(several, list), f"{operands} give an array")
    one["surprise"] = 1
    checks.expect(faults(schema, one), "a member that the schema does not know is refused")


def main():
    checks = Checks()
    check_schemas(checks)
    check_needs(checks)
    for fault in faults(load("sinks"), json.loads(answer("needs", "--list-sinks", "--format", "json"))):
        checks.expect(False, f"needs --list-sinks: {fault}")
    checks.end()


if __name__ == "__main__":
    main()
