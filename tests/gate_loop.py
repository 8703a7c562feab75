#!/usr/bin/env python3
"""Needs, manifest, gate: round in a circle for the components of the corpus.

For each component a manifest is written (`tidewaiter manifest`), and the gate with that manifest passes. Then one thing at a time is
taken out of it, or put in, and the gate must fail by exactly that: one key of a ConfigMap or Secret, one host, one entry of the host
interfaces, one word of an entry. Components whose manifests are alike but for the name stand for one another.

What the gate may not know it may not claim: where a place could not be decided, a surplus is a note or nothing.
"""

import copy
import glob
import json
import os
import re
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from house import SANITIZED, TOP, Checks, skip, tidewaiter

try:
    import yaml
except ImportError:
    skip("python3-yaml is not installed")

SHARED = os.environ.get("TIDEWAITER_SHARED", os.path.join(TOP, "..", "shared"))
SURPLUS = "SURPLUS_OF_THE_TEST"
HOST = "surplus.test.example"


def judge(app, documents, room):
    """The failing findings and the notes of a gate with these documents: (rule, key)."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", dir=room, delete=False) as file:
        yaml.safe_dump_all(documents, file)
    run = tidewaiter("gate", "--manifest", file.name, "--format", "json", app)
    os.unlink(file.name)
    result = json.loads(run.stdout)
    found = [f for app in result["apps"] for f in app["findings"]]
    failing = [(f["rule"], f["subject"]["key"]) for f in found if f["fate"] == "fails"]
    soft = [(f["rule"], f["subject"]["key"]) for f in found if f["fate"] == "stands"]
    assert run.returncode == (1 if failing else 0), (app, run)
    return sorted(failing), soft


def deployment(documents):
    return next(d for d in documents if d["kind"] == "WorkloadDeployment")["spec"]["template"]["spec"]


def component(spec):
    return spec["components"][0] if spec.get("components") else spec["service"]


def stores(documents):
    """(document's index, the map or list of its keys)"""
    for i, document in enumerate(documents):
        if document["kind"] in ("ConfigMap", "Secret"):
            yield i, document.setdefault("data" if document["kind"] == "ConfigMap" else "stringData", {})
        elif document["kind"] == "ExternalSecret":
            yield i, document["spec"]["data"]


def without_a_key(documents):
    for i, keys in stores(documents):
        for key in list(keys) if isinstance(keys, dict) else [entry["secretKey"] for entry in keys]:
            changed = copy.deepcopy(documents)
            place = dict(stores(changed))[i]
            if isinstance(place, dict):
                del place[key]
            else:
                place[:] = [entry for entry in place if entry["secretKey"] != key]
            yield f"without the key {key}", changed, [("manifest/missing-key", key)]


def with_a_key(documents):
    for i, keys in stores(documents):
        changed = copy.deepcopy(documents)
        place = dict(stores(changed))[i]
        if isinstance(place, dict):
            place[SURPLUS] = "x"
        else:
            place.append({"secretKey": SURPLUS, "remoteRef": {"key": "x"}})
        yield f"with a key more in {documents[i]['metadata']['name']}", changed, [("manifest/surplus-key", SURPLUS)]
    changed = copy.deepcopy(documents)
    resources = component(deployment(changed)).setdefault("localResources", {})
    resources.setdefault("environment", {}).setdefault("config", {})[SURPLUS] = "x"
    yield "with a variable more", changed, [("manifest/surplus-key", SURPLUS)]


def lists(documents):
    resources = component(deployment(documents)).get("localResources", {})
    for name in ("allowedHosts", "allowedIpNameLookups"):
        yield name, resources.setdefault(name, [])


def without_a_host(documents):
    for name, hosts in lists(documents):
        for i, host in enumerate(hosts):
            changed = copy.deepcopy(documents)
            del dict(lists(changed))[name][i]
            yield f"without {host} in {name}", changed, [("manifest/missing-host", host)]


def with_a_host(documents):
    for name, _ in lists(documents):
        for host, rule in ((HOST, "manifest/surplus-host"), ("*", "manifest/wide-egress")):
            changed = copy.deepcopy(documents)
            dict(lists(changed))[name].append(host)
            yield f"with {host} in {name}", changed, [(rule, host)]


def without_an_entry(documents):
    for i, entry in enumerate(deployment(documents).get("hostInterfaces", [])):
        changed = copy.deepcopy(documents)
        del deployment(changed)["hostInterfaces"][i]
        if "name" in entry:
            yield f"without the entry {entry['name']}", changed, [("manifest/missing-label", entry["name"])]
        else:
            name = f"{entry['namespace']}:{entry['package']}/{entry['interfaces'][0]}"
            name += f"@{entry['version']}" if "version" in entry else ""
            yield f"without the entry {name}", changed, [("manifest/missing-interface", name)]


def with_an_entry(documents):
    entries = [
        ({"namespace": "wasi", "package": "nobody", "interfaces": ["asks"]}, "wasi:nobody"),
        ({"namespace": "wasmcloud", "package": "secrets", "interfaces": ["secret"], "name": "nobody-asks"}, "wasmcloud:secrets"),
    ]
    for entry, name in entries:
        changed = copy.deepcopy(documents)
        deployment(changed).setdefault("hostInterfaces", []).append(entry)
        yield f"with an entry {name}", changed, [("manifest/surplus-interface", name)]
    for i, entry in enumerate(deployment(documents).get("hostInterfaces", [])):
        changed = copy.deepcopy(documents)
        deployment(changed)["hostInterfaces"][i]["interfaces"].append("nobody-asks")
        name = f"{entry['namespace']}:{entry['package']}/nobody-asks"
        yield f"with {name}", changed, [("manifest/surplus-interface", name)]


def with_another_version(documents):
    for i, entry in enumerate(deployment(documents).get("hostInterfaces", [])):
        if "version" in entry and entry["package"] != "http":
            changed = copy.deepcopy(documents)
            deployment(changed)["hostInterfaces"][i]["version"] = "77.0.0"
            name = f"{entry['namespace']}:{entry['package']}/{entry['interfaces'][0]}@{entry['version']}"
            yield f"with another version of {name}", changed, [("manifest/wrong-version", name)]


CHANGES = [without_a_key, with_a_key, without_a_host, with_a_host, without_an_entry, with_an_entry, with_another_version]


def check_component(app, documents, room, checks):
    failing, _ = judge(app, documents, room)
    checks.equal(failing, [], f"{app} with its own manifest")
    for change in CHANGES:
        for what, changed, wanted in change(documents):
            failing, soft = judge(app, changed, room)
            rule = wanted[0][0]
            # A surplus may be of use to a place that could not be decided.
            doubtful = ("surplus-key" in rule or "surplus-host" in rule or "wide" in rule) and any(
                r == "manifest/undecided" for r, _ in soft
            )
            checks.expect(failing == wanted or (doubtful and not failing), f"{app} {what}: got {failing}, wanted {wanted}")


def apps():
    folders = [os.path.join(TOP, "tests", "corpus", "built"), os.path.join(TOP, "examples"), os.path.join(SHARED, "corpus", "built")]
    for folder in folders:
        yield from sorted(glob.glob(os.path.join(folder, "**", "*.wasm"), recursive=True))


def main():
    checks = Checks()
    seen = {}
    for app in apps():
        name = os.path.splitext(os.path.basename(app))[0]
        run = tidewaiter("manifest", "--target", "wasmcloud", "--no-comments", app)
        if run.returncode != 0:
            # A core module is no component, which is all that can be deployed; and some labels cannot be said by the platform.
            checks.expect(run.stderr, f"{app}: no manifest, and not a word why")
            continue
        key = re.sub(re.escape(name.lower().replace("_", "-")[:50]), "NAME", run.stdout)
        seen.setdefault(key, (app, run.stdout))
    checks.expect(len(seen) > 20, f"only {len(seen)} different manifests")
    chosen = list(seen.values())[:: 6 if SANITIZED else 1]
    with tempfile.TemporaryDirectory() as room, ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda one: check_component(one[0], list(yaml.safe_load_all(one[1])), room, checks), chosen))
    print(f"{len(chosen)} components of {len(seen)} kinds")
    checks.end()


if __name__ == "__main__":
    sys.exit(main())
