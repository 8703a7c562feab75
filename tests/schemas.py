#!/usr/bin/env python3
"""Every schema is one, and closed; documents that the program writes fit theirs.

Closed: an object that lists its members allows no other, so that a member that nobody described is noticed here and not by a
program that reads the documents. The golden tests check many more documents.
"""

import glob
import json
import os
import re

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


# Rules, and whether they may stand in a policy: the schema and the program must say the same.
RULES = [
    ({"id": "a", "deny": "X"}, True),
    ({"id": 1, "kind": ["env", "import"], "key": "DB_*", "allow": []}, True),
    ({"id": "a", "kinds": "env", "unresolved": "deny", "allow-unresolved": ["A*"], "max-unresolved": 0}, True),
    ({"id": "a", "origin": "app", "certainty": ["exact"], "instance": "*", "interface": "wasi:*", "version": "^0.2", "max-needs": 1}, True),
    ({"id": "a", "severity": "note", "summary": "s", "message": "m", "help": "h", "url": "u", "app": "x", "max-size": "2 MB"}, True),
    ({"id": "a", "require": ["X"], "require-certainty": ["declared", "exact"], "max-size": 4096}, True),
    ({"id": "a"}, False),
    ({"deny": "X"}, False),
    ({"id": "a b", "deny": "X"}, False),
    ({"id": "a/b", "deny": "X"}, False),
    ({"id": "a", "denie": "X"}, False),
    ({"id": "a", "deny": ""}, False),
    ({"id": "a", "deny": {"x": 1}}, False),
    ({"id": "a", "deny": "X", "kind": "envs"}, False),
    ({"id": "a", "deny": "X", "kind": "env", "kinds": "env"}, False),
    ({"id": "a", "deny": "X", "kind": []}, False),
    ({"id": "a", "deny": "X", "origin": []}, False),
    ({"id": "a", "require-certainty": []}, False),
    ({"id": "a", "deny": "X", "severity": "fatal"}, False),
    ({"id": "a", "unresolved": "allow"}, False),
    ({"id": "a", "deny": "X", "allow-unresolved": "Y"}, False),
    ({"id": "a", "max-needs": -1}, False),
    ({"id": "a", "max-needs": "few"}, False),
    ({"id": "a", "max-size": "2 mb"}, False),
    ({"id": "a", "deny": "x" * 1001}, False),
]
WAIVER = {"rule": "a", "reason": "r", "owner": "o", "expires": "2027-01-31"}
WAIVERS = [
    (WAIVER, True),
    (WAIVER | {"kind": "env", "key": ["A", "B*"], "app": "x"}, True),
    (WAIVER | {"reason": ""}, False),
    (WAIVER | {"expires": "soon"}, False),
    (WAIVER | {"until": "2027-01-31"}, False),
    ({k: v for k, v in WAIVER.items() if k != "owner"}, False),
]


def check_policy(checks):
    schema = load("policy")
    app = os.path.join(TOP, "examples", "settings", "settings.wasm")
    documents = [({"format": "tidewaiter.policy/1", "rules": [rule]}, good) for rule, good in RULES]
    documents += [({"format": "tidewaiter.policy/1", "rules": [RULES[0][0]], "waivers": [waiver]}, good) for waiver, good in WAIVERS]
    documents += [({"format": "tidewaiter.policy/2", "rules": []}, False), ({"format": "tidewaiter.policy/1"}, False)]
    for document, good in documents:
        run = tidewaiter("gate", "--exit-zero", "--policy", "-", app, input=json.dumps(document))
        checks.equal(run.returncode, 0 if good else 2, f"{document}: {run.stderr}")
        checks.equal(not faults(schema, document), good, f"the schema of {document}")
    try:
        import yaml
    except ImportError:
        print("note: python3-yaml is missing, policies in YAML are not checked")
        return
    with open(os.path.join(TOP, "docs", "policy.md"), encoding="utf-8") as file:
        shown = re.findall(r"^```yaml\n(.*?)^```", file.read(), re.M | re.S)
    with open(os.path.join(TOP, "examples", "settings", "policy.yaml"), encoding="utf-8") as file:
        shown.append(file.read())
    shown += [answer("gate", "--init", path) for path in sorted(glob.glob(os.path.join(TOP, "tests", "corpus", "built", "*.wasm")))[::17]]
    for text in shown:
        # Dates are texts here, as they are to tidewaiter.
        document = yaml.load(text, Loader=yaml.BaseLoader)
        for rule in document["rules"]:
            rule.update({key: int(rule[key]) for key in ("max-needs", "max-unresolved") if key in rule})
        for fault in faults(schema, document):
            checks.expect(False, f"{fault} in\n{text}")
        run = tidewaiter("gate", "--exit-zero", "--policy", "-", app, input=text)
        checks.equal(run.returncode, 0, run.stderr)


# Additions to a composition that is fine, and whether it still is.
COMPOSED = os.path.join(TOP, "tests", "cli", "files", "compose")
COMPOSITION = {"format": "tidewaiter.compose/1", "components": [{"name": "app", "source": f"{COMPOSED}/app.wasm"},
                                                                 {"name": "store", "source": f"{COMPOSED}/store.wasm"}]}
WIRE = {"to": "app", "import": "demo:kv/store@0.2.3", "from": "store", "export": "demo:kv/store@0.2.6"}
LABEL = {"component": "app", "import": "demo:kv/store@0.2.3", "as": "store"}
COMPOSITIONS = [
    ({}, True),
    ({"plug": True, "separate": False, "merge-imports": True}, True),
    ({"wires": [WIRE], "plug": False}, True),
    ({"labels": [LABEL]}, True),
    ({"components": [COMPOSITION["components"][0], COMPOSITION["components"][1] | {"export": True}]}, True),
    ({"format": "tidewaiter.compose/2"}, False),
    ({"components": [{"name": "app"}]}, False),
    ({"components": {}}, False),
    ({"wires": [WIRE | {"too": "app"}]}, False),
    ({"wires": [{"to": "app", "import": "demo:kv/store@0.2.3"}]}, False),
    ({"labels": [{"component": "app", "as": "store"}]}, False),
    ({"separate": "yes"}, False),
    ({"plugs": []}, False),
]


def check_compose(checks):
    schema = load("compose")
    for addition, good in COMPOSITIONS:
        document = COMPOSITION | addition
        run = tidewaiter("compose", "--explain", "-f", "-", input=json.dumps(document))
        checks.equal(run.returncode, 0 if good else 2, f"{addition}: {run.stderr}")
        checks.equal(not faults(schema, document), good, f"the schema of {addition}")
    try:
        import yaml
    except ImportError:
        return
    paths = [os.path.join(COMPOSED, "compose.yaml"), os.path.join(COMPOSED, "misspelt.yaml"), os.path.join(TOP, "examples", "shop", "compose.yaml")]
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for fault in faults(schema, yaml.safe_load(file)):
                checks.expect(False, f"{path}: {fault}")


def main():
    checks = Checks()
    check_schemas(checks)
    check_needs(checks)
    check_policy(checks)
    check_compose(checks)
    for fault in faults(load("sinks"), json.loads(answer("needs", "--list-sinks", "--format", "json"))):
        checks.expect(False, f"needs --list-sinks: {fault}")
    for fault in faults(load("runtime-names"), json.loads(answer("needs", "--list-runtime-names", "--format", "json"))):
        checks.expect(False, f"needs --list-runtime-names: {fault}")
    checks.end()


if __name__ == "__main__":
    main()
