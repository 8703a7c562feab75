#!/usr/bin/env python3
"""Needs, manifest, gate: round in a circle for the components of the corpus.

For each component a manifest is written (`tidewaiter manifest`), and the gate with that manifest passes. Then one thing at a time is
taken out of it, or put in, and the gate must fail by exactly that: one key of a ConfigMap or Secret, one host, one entry of the host
interfaces, one word of an entry. Components whose manifests are alike but for names, the component's and its keys', stand for one another: the
smallest does for all. Under sanitizers every twelfth component is asked.

The same goes for policies: that of `gate --init` passes, and without one of its words the gate fails by exactly that.

What the gate may not know it may not claim: where a place could not be decided, a surplus is a note or nothing.

Each fix that such a finding proposes is then made, and the finding must be gone, with no other in its place but that a secret which is
imported by a label still wants its value.
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


def run_gate(app, path, option="--manifest"):
    """The findings of a gate with this manifest or policy."""
    run = tidewaiter("gate", option, path, "--format", "json", app)
    result = json.loads(run.stdout)
    found = [f for app in result["apps"] for f in app["findings"]]
    failing = any(f["fate"] == "fails" for f in found)
    assert run.returncode == (1 if failing else 0), (app, run)
    return found


def name(finding):
    return finding["rule"], finding["subject"]["key"]


def mend(text, fix):
    """The text after a fix."""
    lines = text.splitlines(keepends=True)
    first, last = fix["first-line"], fix["last-line"]
    last = first - 1 if last is None else last
    return "".join(lines[: first - 1]) + fix["text"] + "".join(lines[last:])


def check_fixes(app, path, found, checks):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for finding in found:
        if finding["fate"] != "fails":
            continue
        checks.expect(finding["fixes"], f"{app}: {finding['message']}: no fix")
        for fix in finding["fixes"]:
            with open(path, "w", encoding="utf-8") as file:
                file.write(mend(text, fix))
            left = [name(f) for f in run_gate(app, path) if f["fate"] == "fails"]
            allowed = [("manifest/missing-key", name(finding)[1])] if finding["rule"] == "manifest/missing-label" else []
            if finding["rule"] == "manifest/missing-interface":
                # The entry is there, and what it brought is told key by key now.
                left = [one for one in left if one[0] != "manifest/missing-key"]
            others = [name(f) for f in found if f["fate"] == "fails" and f is not finding]
            checks.expect(
                all(one in allowed + others for one in left), f"{app}: {finding['message']}: after the fix {left} is left of\n{mend(text, fix)}"
            )


def judge(app, documents, room, checks):
    """The failing findings and the notes of a gate with these documents: (rule, key)."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", dir=room, delete=False) as file:
        yaml.safe_dump_all(documents, file)
    found = run_gate(app, file.name)
    check_fixes(app, file.name, found, checks)
    os.unlink(file.name)
    failing = [name(f) for f in found if f["fate"] == "fails"]
    soft = [name(f) for f in found if f["fate"] == "stands"]
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
    failing, _ = judge(app, documents, room, checks)
    checks.equal(failing, [], f"{app} with its own manifest")
    for change in CHANGES:
        for what, changed, wanted in change(documents):
            failing, soft = judge(app, changed, room, checks)
            rule = wanted[0][0]
            # A surplus may be of use to a place that could not be decided.
            doubtful = ("surplus-key" in rule or "surplus-host" in rule or "wide" in rule) and any(
                r == "manifest/undecided" for r, _ in soft
            )
            checks.expect(failing == wanted or (doubtful and not failing), f"{app} {what}: got {failing}, wanted {wanted}")


def check_policy(app, room, checks):
    path = os.path.join(room, os.path.basename(app) + ".policy.yaml")
    text = tidewaiter("gate", "--init", app).stdout
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    checks.equal(run_gate(app, path, "--policy"), [], f"{app} with its own policy")
    policy = yaml.safe_load(text)
    for i, rule in enumerate(policy["rules"]):
        for key in ("allow", "allow-unresolved"):
            for j, word in enumerate(rule.get(key, [])[:4]):
                changed = copy.deepcopy(policy)
                del changed["rules"][i][key][j]
                with open(path, "w", encoding="utf-8") as file:
                    yaml.safe_dump(changed, file)
                found = run_gate(app, path, "--policy")
                # Of a pattern there may be several undecided places; of an import, what stands behind the version is not in the policy.
                rules = {f["rule"] for f in found}
                checks.expect(found and rules == {rule["id"]}, f"{app} without {word} in {key} of {rule['id']}: {found}")
                if key == "allow":
                    checks.equal([f["subject"]["key"].split("@")[0] for f in found], [word.replace("\\", "")], f"{app} without {word}")
                before = open(path, encoding="utf-8").read()
                for fix in found[0]["fixes"]:
                    with open(path, "w", encoding="utf-8") as file:
                        file.write(mend(before, fix))
                    left = run_gate(app, path, "--policy")
                    checks.expect(found[0] not in left and len(left) < len(found), f"{app}: {found[0]['message']}: {fix} leaves {left}")
                checks.expect(found[0]["fixes"], f"{app}: {found[0]['message']}: no fix")


def apps():
    folders = [os.path.join(TOP, "tests", "corpus", "built"), os.path.join(TOP, "examples"), os.path.join(SHARED, "corpus", "built")]
    for folder in folders:
        yield from sorted(glob.glob(os.path.join(folder, "**", "*.wasm"), recursive=True))


def manifest(app):
    return app, tidewaiter("manifest", "--target", "wasmcloud", "--no-comments", app)


def shape(app, text):
    """The manifest without its names, and without a line that is like the last, or like the one before it, as of a list of pairs."""
    name = os.path.splitext(os.path.basename(app))[0].lower().replace("_", "-")[:50]
    text = text.replace(name, "NAME")
    for _, keys in stores(list(yaml.safe_load_all(text))):
        for key in keys if isinstance(keys, dict) else [entry["secretKey"] for entry in keys]:
            text = re.sub(rf"\b{re.escape(key)}\b", "KEY", text)
    lines = []
    for line in text.splitlines():
        if line not in lines[-2:]:
            lines.append(line)
    return "\n".join(lines)


def main():
    checks = Checks()
    seen = {}
    with tempfile.TemporaryDirectory() as room, ThreadPoolExecutor(os.cpu_count()) as pool:
        for app, run in pool.map(manifest, list(apps())[:: 12 if SANITIZED else 1]):
            if run.returncode != 0:
                # A core module is no component, which is all that can be deployed; and some labels cannot be said by the platform.
                checks.expect(run.stderr, f"{app}: no manifest, and not a word why")
                continue
            key = shape(app, run.stdout)
            if key not in seen or os.path.getsize(app) < os.path.getsize(seen[key][0]):
                seen[key] = (app, run.stdout)
        checks.expect(len(seen) > (10 if SANITIZED else 40), f"only {len(seen)} different manifests")
        chosen = list(seen.values())[:: 2 if SANITIZED else 1]
        list(pool.map(lambda one: check_component(one[0], list(yaml.safe_load_all(one[1])), room, checks), chosen))
        list(pool.map(lambda one: check_policy(one[0], room, checks), chosen[::3]))
    print(f"{len(chosen)} components of {len(seen)} kinds")
    checks.end()


if __name__ == "__main__":
    sys.exit(main())
