#!/usr/bin/env python3
"""The corpus on a wash host: the generated WorkloadDeployment of each program is enough for the host to start it.

When a host starts a workload it binds a backend to each entry of `hostInterfaces`, hands over the labelled secrets, and links the
imports of a component that it will call by itself. Without the entry of a labelled secret it refuses the component. Programs that
import what this host does not offer are known, and must be refused for just that.
"""

import os
import subprocess

import clients
import house
from operator_like import Cluster
from wash_host import Lab, spec, yaml

# The variants of a program differ in the compiler alone; one is tried.
VARIANTS = ("-O2.wasm", "-O2-p2.wasm", "-p2.wasm", "-O2-stripped.wasm", "-inlined.wasm")
# These differ in what they ask the environment for, which the host does not look at.
LIKE_ANOTHER = ("c-", "rs-")
BUT = ("c-plain", "c-library", "c-bare", "c-proxied", "rs-bindings", "rs-vars")

# What this host does not offer, by program, and the package that it names when it refuses.
NOT_OFFERED = {
    "abi-buckets-O2": 'package: "keyvalue"',
    "abi-config-async": 'package: "config"',
    "abi-config-runtime": 'package: "config"',
    "abi-spilled": 'package: "messaging"',
    "abi-topics": 'package: "messaging"',
}
# Written by early tools in a form that today's refuse to read.
NOT_READ = ("abi-secrets-early",)

class AnyStore(dict):
    """A store that has whatever is asked for."""

    def __missing__(self, key):
        return "something"


def tried():
    for wasm in clients.components():
        name = os.path.basename(wasm)
        one_of = name.endswith(VARIANTS) or os.path.dirname(wasm) != clients.CORPUS
        if one_of and (not name.startswith(LIKE_ANOTHER) or name.startswith(BUT)) and not name.startswith(NOT_READ):
            yield name.removesuffix(".wasm"), wasm


def documents_of(wasm, image):
    """The manifest of a component, its image where the registry has it."""
    run = house.tidewaiter("manifest", wasm)
    assert run.returncode == 0, run
    documents = [document for document in yaml.safe_load_all(run.stdout) if document]
    workload = spec(documents)
    for part in (workload.get("components") or []) + ([workload["service"]] if "service" in workload else []):
        part["image"] = image
    return documents


def push(lab, name, wasm):
    image = f"127.0.0.1:{lab.registry.port}/{name.lower()}:1"
    run = subprocess.run([lab.wash, "oci", "push", "--insecure", image, wasm], env=lab.environment, text=True, capture_output=True)
    if run.returncode != 0:
        raise RuntimeError(f"wash oci push {wasm}: {run.stdout}{run.stderr}")
    return image


def start(lab, documents):
    """Starts and stops it; whether it ran, and what the host said."""
    status = lab.ask("start", Cluster(documents, AnyStore()).start_request("corpus"))
    lab.ask("stop", {"workloadId": "corpus"})
    return status.get("workloadState") in ("WORKLOAD_STATE_RUNNING", "WORKLOAD_STATE_COMPLETED"), status.get("message", "")


def check_without(checks, lab, name, documents):
    """Without the entry of any one of its labelled secrets the host refuses the component; not so without the only one, as it looks
    at labels where it was told of some."""
    entries = spec(documents).get("hostInterfaces") or []
    secrets = [entry for entry in entries if entry["package"] == "secrets" and "name" in entry]
    if len(secrets) < 2:
        return 0
    for entry in secrets:
        entries.remove(entry)
        good, message = start(lab, documents)
        checks.expect(not good and entry["name"] in message, f"{name} starts without its secret {entry['name']}: {message}")
        entries.append(entry)
    return len(secrets)


def main():
    clients.need_target("wasmcloud")
    checks = house.Checks()
    started = without = 0
    with clients.folder() as top:
        lab = Lab(top)
        with lab.started():
            for name, wasm in tried():
                documents = documents_of(wasm, push(lab, name, wasm))
                good, message = start(lab, documents)
                words = next((words for start_of, words in NOT_OFFERED.items() if name.startswith(start_of)), None)
                if words:
                    checks.expect(not good and words in message, f"{name}: is not refused for {words}: {message}")
                    continue
                checks.expect(good, f"{name} is not started: {message}")
                started += 1
                without += check_without(checks, lab, name, documents)
    print(f"{started} programs were started; {without} times the host missed a secret that was taken out")
    checks.expect(started and (without or house.SANITIZED), "nothing was tried")
    checks.end()


if __name__ == "__main__":
    main()
