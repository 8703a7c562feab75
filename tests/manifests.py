#!/usr/bin/env python3
"""What `tidewaiter manifest` writes is what the platforms take, and provides exactly what is needed.

For components of the corpus, and some together: each WorkloadDeployment is checked against the resource's own schema (of ../shared/
wasmcloud, made strict: no unknown field) and its two rules; each configuration of wash against schemas/wash-config.schema.json; each
bill and task definition for what every reader relies on. Then the other way round: what the documents grant, read here by other code, is what
the needs are, no more and no less. Values of secrets are followed: they stand where secrets belong and nowhere else. Real clients
are asked by tests/clients.
"""

import copy
import glob
import json
import os
import re
import stat
import subprocess
import sys
import tempfile

from house import SANITIZED, TIDEWAITER, TOP, Checks, skip, tidewaiter

try:
    import jsonschema
    import yaml
except ImportError as missing:
    skip(f"{missing.name} is not installed (python3-jsonschema, python3-yaml)")

SHARED = os.environ.get("TIDEWAITER_SHARED", os.path.join(TOP, "..", "shared"))
CRD = os.path.join(SHARED, "wasmcloud", "runtime.wasmcloud.dev_workloaddeployments.yaml")
BUILT_IN = {"cli", "io", "clocks", "random", "filesystem", "sockets", "tls"}
HANDLERS = {"incoming-handler", "outgoing-handler", "handler"}


def load(name):
    with open(os.path.join(TOP, "schemas", name + ".schema.json"), encoding="utf-8") as file:
        return json.load(file)


def strict(schema):
    """The schema with every listed object closed, as the API server's strict field validation has it."""
    if isinstance(schema, dict):
        for value in schema.values():
            strict(value)
        if "properties" in schema and "additionalProperties" not in schema:
            schema["additionalProperties"] = False
    elif isinstance(schema, list):
        for value in schema:
            strict(value)
    return schema


def crd_validator():
    if not os.path.exists(CRD):
        return None
    with open(CRD, encoding="utf-8") as file:
        schema = yaml.safe_load(file)["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    schema = strict(copy.deepcopy(schema))
    schema["properties"]["metadata"] = {"type": "object", "required": ["name"]}
    return jsonschema.Draft202012Validator(schema)


def admission(entries):
    """The two rules in CEL on hostInterfaces."""
    identity = [(e["namespace"], e["package"], e.get("name", ""), e.get("version", "")) for e in entries]
    unnamed = [(e["namespace"], e["package"]) for e in entries if not e.get("name")]
    return len(set(identity)) == len(identity) and len(set(unnamed)) == len(unnamed)


def sources():
    """Components to ask about: the examples, a part of the corpus, and the shared corpus."""
    files = sorted(glob.glob(os.path.join(TOP, "examples", "**", "*.wasm"), recursive=True))
    files += sorted(glob.glob(os.path.join(TOP, "tests", "corpus", "built", "*.wasm")))[:: 18 if SANITIZED else 3]
    files += sorted(glob.glob(os.path.join(SHARED, "corpus", "built", "*.wasm")))[:: 6 if SANITIZED else 2]
    return files


def needs_of(paths):
    run = tidewaiter("needs", "--format", "jsonl", *paths)
    return [json.loads(line) for line in run.stdout.splitlines()]


def layer(source, objects):
    """The keys of a layer, and by which way each comes."""
    keys = {key: "literal" for key in source.get("config") or {}}
    for reference in source.get("configFrom") or []:
        keys |= {key: "config" for key in objects["ConfigMap", reference["name"]].get("data") or {}}
    for reference in source.get("secretFrom") or []:
        name = reference["name"]
        if ("Secret", name) in objects:
            keys |= {key: "secret" for key in objects["Secret", name]["stringData"]}
        else:
            external = objects["ExternalSecret", name]["spec"]
            assert external["target"]["name"] == name
            keys |= {item["secretKey"]: "secret" for item in external["data"]}
    return keys


def wanted(document, kind):
    return {n["key"] for n in document["needs"] if n["kind"] == kind and n["origin"] == "app"}


def labels(document):
    return {n["label"] for n in document["needs"] if n["kind"] == "secret" and n.get("label") and n["certainty"] == "declared"}


def parsed(name):
    found = re.fullmatch(r"([^:]+):([^/]+)/([^@]+)(?:@(.+))?", name or "")
    return found.groups() if found else None


def entries_wanted(document):
    """(namespace, package, label) that the host has to be asked for."""
    wanted_entries = set()
    for one in document["imports"]:
        name = parsed(one["implements"] or one["name"])
        if one["type"] == "instance" and name and not (name[0] == "wasi" and name[1] in BUILT_IN):
            if (name[0], name[1]) != ("wasi", "http") or name[2] in HANDLERS:
                wanted_entries.add((name[0], name[1], one["name"] if one["implements"] else ""))
    for one in document["exports"]:
        name = parsed(one["name"])
        if one["type"] == "instance" and name and name[2] in ("incoming-handler", "handler") and name[1] in ("http", "messaging"):
            wanted_entries.add((name[0], name[1], ""))
    return wanted_entries


def check_grants(checks, path, document, documents):
    """What the manifest of one file grants is what its needs are."""
    objects = {(d["kind"], d["metadata"]["name"]): d for d in documents}
    spec = documents[-1]["spec"]["template"]["spec"]
    component = spec["service"] if "service" in spec else spec["components"][0]
    resources, entries = component["localResources"], spec.get("hostInterfaces", [])
    by_name = {(e["namespace"], e["package"], e.get("name", "")): e for e in entries}
    checks.equal(set(by_name), entries_wanted(document), f"{path}: hostInterfaces")
    checks.equal(set(layer(resources.get("environment", {}), objects)), wanted(document, "env"), f"{path}: environment")
    config = set(resources.get("config", {})) | set(layer(by_name.get(("wasi", "config", ""), {}), objects))
    checks.equal(config - {"subscriptions"}, wanted(document, "config"), f"{path}: configuration")
    checks.equal(set(resources["allowedHosts"]), wanted(document, "http-host"), f"{path}: hosts")
    checks.equal(set(resources["allowedIpNameLookups"]), wanted(document, "dns-name"), f"{path}: names")
    for label in labels(document):
        entry = by_name.get(("wasmcloud", "secrets", label), {})
        checks.equal(layer(entry, objects), {label: "secret"}, f"{path}: the secret {label}")
    store = wanted(document, "secret") - labels(document)
    entry = by_name.get(("wasmcloud", "secrets", ""))
    if entry:
        checks.equal(set(layer(entry, objects)), store, f"{path}: the store of secrets")
    buckets = by_name.get(("wasi", "blobstore", ""), {}).get("config", {}).get("buckets", "")
    checks.equal({word for word in buckets.split(",") if word}, wanted(document, "blobstore-container") if buckets else set(), f"{path}: buckets")


def check_deployment(checks, crd, paths, documents):
    deployment = documents[-1]
    if crd:
        for error in crd.iter_errors(deployment):
            checks.expect(False, f"{paths}: {error.json_path}: {error.message[:200]}")
    spec = deployment["spec"]["template"]["spec"]
    checks.expect(admission(spec.get("hostInterfaces", [])), f"{paths}: admission of hostInterfaces")
    names = [(d["kind"], d["metadata"]["name"]) for d in documents]
    checks.equal(len(set(names)), len(names), f"{paths}: objects of one name")
    for kind, name in names:
        checks.expect(re.fullmatch(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?", name) and len(name) <= 253, f"{paths}: {kind} {name}")


def without_comments(text):
    return [line for line in text.splitlines() if not line.lstrip().startswith("#")]


def check_one(checks, crd, wash, path, document):
    run = tidewaiter("manifest", path)
    if document["artifact"]["kind"] != "component" or "refused: " in run.stderr:
        checks.expect(run.returncode == 1 and not run.stdout and "refused: " in run.stderr, f"{path}: {run}")
        return False
    checks.equal(run.returncode, 0, f"{path}: {run.stderr}")
    documents = list(yaml.safe_load_all(run.stdout))
    check_deployment(checks, crd, path, documents)
    check_grants(checks, path, document, documents)
    checks.equal(tidewaiter("manifest", path).stdout, run.stdout, f"{path}: the same again")
    bare = tidewaiter("manifest", "--no-comments", path).stdout
    checks.equal(list(yaml.safe_load_all(bare)), documents, f"{path}: --no-comments changes nothing else")
    checks.expect(" #" not in bare and not bare.startswith("#"), f"{path}: --no-comments")
    config = yaml.safe_load(tidewaiter("manifest", "-t", "wash", path).stdout)
    for error in wash.iter_errors(config):
        checks.expect(False, f"{path}: wash: {error.json_path}: {error.message[:200]}")
    return True


def check_json(checks, path, document):
    bill = json.loads(tidewaiter("manifest", "-t", "sbom", path).stdout)
    subject = bill["metadata"]["component"]
    checks.equal(subject["hashes"][0]["content"], document["artifact"]["sha256"], f"{path}: digest in the bill")
    properties = [(p["name"], p["value"]) for p in subject["properties"]]
    for need in document["needs"]:
        checks.expect((f"tidewaiter:need:{need['kind']}", need["key"]) in properties or not need["key"].isprintable(), f"{path}: {need['key']} in the bill")
    references = []

    def collect(part):
        references.append(part["bom-ref"])
        for inner in part.get("components", []):
            collect(inner)

    collect(subject)
    checks.equal(len(set(references)), len(references), f"{path}: bom-refs are unique")
    for dependency in bill["dependencies"]:
        checks.expect(set([dependency["ref"], *dependency["dependsOn"]]) <= set(references), f"{path}: dependencies of {dependency['ref']}")


def check_values(checks):
    """Every member that the schema knows is one that the program knows, and it refuses every other."""
    schema = load("values")

    def sample(part):
        if "$ref" in part:
            return sample(schema["$defs"][part["$ref"].rsplit("/", 1)[1]])
        if "const" in part:
            return part["const"]
        if "enum" in part:
            return part["enum"][0]
        if "anyOf" in part:
            return sample(part["anyOf"][0])
        kind = part["type"][0] if isinstance(part["type"], list) else part["type"]
        if kind == "object":
            if "properties" in part:
                return {name: sample(inner) for name, inner in part["properties"].items()}
            return {"settings": sample(part["additionalProperties"])}
        return {"array": lambda: [sample(part["items"])], "integer": lambda: 1, "boolean": lambda: True, "string": lambda: "word", "number": lambda: 1}[kind]()

    full = sample(schema)
    full["http"]["path"] = "/word"
    jsonschema.Draft202012Validator(schema).validate(full)
    settings = os.path.join(TOP, "examples", "settings", "settings.wasm")

    def ask(values):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            yaml.safe_dump(values, file)
            file.flush()
            return tidewaiter("manifest", "--values", file.name, settings)

    run = ask(full)
    checks.equal(run.returncode, 0, f"a values file with all there is: {run.stderr}")
    for place in ([], ["http"], ["components", "settings"], ["secret-store"], ["wash"], ["ecs"], ["interfaces", 0]):
        broken = copy.deepcopy(full)
        inner = broken
        for step in place:
            inner = inner[step]
        inner["surprise"] = "word"
        run = ask(broken)
        checks.expect(run.returncode == 2 and "surprise" in run.stderr, f"an unknown member at {place} is refused: {run}")
        checks.expect(list(jsonschema.Draft202012Validator(schema).iter_errors(broken)), f"the schema refuses one at {place}")


def check_secrets(checks):
    """A value that is a secret stands where secrets belong, and nowhere else; the file that holds it is its owner's."""
    marker = "s3cr3t-marker"
    settings = os.path.join(TOP, "examples", "settings", "settings.wasm")
    values = {"format": "tidewaiter.values/1", "secrets": ["TIDES_INTERVAL", "tides.high-resolution"], "env": {"TIDES_INTERVAL": marker},
              "config": {"tides.high-resolution": marker}, "secret": {"api-token": marker}}
    with tempfile.TemporaryDirectory() as room:
        path = os.path.join(room, "values.yaml")
        with open(path, "w", encoding="utf-8") as file:
            yaml.safe_dump(values, file)
        for target in ("wasmcloud", "wash", "flat", "knative", "ecs", "env", "sbom"):
            output = os.path.join(room, target)
            run = tidewaiter("manifest", "-t", target, "--values", path, "-o", output, settings)
            checks.equal(run.returncode, 0, f"{target}: {run.stderr}")
            checks.expect(marker not in run.stderr, f"{target}: the secret is not on standard error")
            names = [output] if os.path.isfile(output) else [os.path.join(f, n) for f, _, all_ in os.walk(output) for n in all_]
            for name in names:
                with open(name, encoding="utf-8") as file:
                    text = file.read()
                mode = stat.S_IMODE(os.stat(name).st_mode)
                if marker in text:
                    checks.equal(mode, 0o600, f"{target}: {name} holds a secret")
                    checks.expect(target != "sbom", "sbom holds no values")
                for line in text.splitlines():
                    before, mark, comment = line.partition(" #")
                    checks.expect(marker not in comment and not (line.lstrip().startswith("#") and marker in line), f"{target}: in a comment: {line}")
                if target in ("wasmcloud", "knative") or (target == "flat" and name.endswith("objects.yaml")):
                    for document in yaml.safe_load_all(text):
                        if marker in yaml.safe_dump(document):
                            checks.equal(document["kind"], "Secret", f"{target}: the kind that holds it")


def check_several(checks, crd, paths):
    """Several components in one workload."""
    run = tidewaiter("manifest", *paths)
    checks.equal(run.returncode, 0, f"several: {run.stderr}")
    documents = list(yaml.safe_load_all(run.stdout))
    check_deployment(checks, crd, "several", documents)
    spec = documents[-1]["spec"]["template"]["spec"]
    checks.equal(len(spec.get("components", [])) + ("service" in spec), len(paths), "several: each is there")


def check_flat(checks, crd, paths):
    with tempfile.TemporaryDirectory() as room:
        folder = os.path.join(room, "flat")
        run = tidewaiter("manifest", "-t", "flat", "-o", folder, *paths)
        checks.equal(run.returncode, 0, f"flat: {run.stderr}")
        deployments = sorted(glob.glob(os.path.join(folder, "*-workload.yaml")))
        checks.equal(len(deployments), len(paths), "flat: a WorkloadDeployment each")
        for path in deployments:
            with open(path, encoding="utf-8") as file:
                check_deployment(checks, crd, path, [yaml.safe_load(file)])
        start = subprocess.run([sys.executable, os.path.join(folder, "start"), "--check"], text=True, capture_output=True)
        checks.equal(start.returncode, 0, f"flat: start --check: {start.stderr}")
        requests = json.loads(start.stdout)
        checks.equal(len(requests), len(paths), "flat: a request each")
        checks.expect(os.access(os.path.join(folder, "start"), os.X_OK), "flat: start can be run")


def main():
    checks = Checks()
    crd = crd_validator()
    if not crd:
        print(f"{CRD} is not there: WorkloadDeployments are not checked against it")
    wash = jsonschema.Draft202012Validator(load("wash-config"))
    paths = sources()
    documents = needs_of(paths)
    checks.equal(len(documents), len(paths), "needs of every file")
    written = [path for path, document in zip(paths, documents) if check_one(checks, crd, wash, path, document)]
    components = [document for document in documents if document["artifact"]["kind"] == "component"]
    checks.expect(len(written) > len(components) // 2, f"{len(written)} of {len(components)} components have a manifest")
    for path, document in list(zip(paths, documents))[::6]:
        check_json(checks, path, document)
    check_values(checks)
    check_secrets(checks)
    corpus = os.path.join(TOP, "tests", "corpus", "built")
    several = [os.path.join(corpus, name) for name in ("abi-config-argument-O2.wasm", "abi-secrets-labelled-O2.wasm", "c-plain-O2-p2.wasm")]
    check_several(checks, crd, several)
    check_flat(checks, crd, several)
    print(f"{len(written)} manifests of {len(paths)} files, with {TIDEWAITER}")
    checks.end()


if __name__ == "__main__":
    main()
