#!/usr/bin/env python3
"""Generated Kubernetes documents, judged by kubectl-validate: the API server's own code, with the CRD's rules in CEL.

Each component (clients.components) gets a manifest, without values, with some and with all; each must pass. Then one
manifest is spoiled in several ways, and each must be refused: a validator that was not looking would let them through.
"""

import copy
import os

import clients
import house
from kubernetes import Validator, yaml

VALUES = """format: tidewaiter.values/1
namespace: harbour
replicas: 3
labels: {team: "0042"}
http: {host: ferry.example, path: /crossings}
secret-store: {name: vault, kind: ClusterSecretStore}
secrets: [FERRY_PASSWORD]
env:
  FERRY_NAME: "no"
  FERRY_DECKS: "03"
  FERRY_BELL: {config-map: bells}
config:
  ferry.timetable: "1_000"
secret:
  pilot-key: {external: "ferry/pilots#key"}
"""


def check_all(checks, validator, top):
    values = os.path.join(top, "values.yaml")
    with open(values, "w", encoding="utf-8") as file:
        file.write(VALUES)
    manifests, refused = {}, 0
    for wasm in clients.components():
        everything = clients.values_file(os.path.join(top, "all.yaml"), clients.values_for(wasm))
        for options in ([], ["--values", values], ["--values", everything], ["--no-comments"]):
            text = clients.generate(checks, "wasmcloud", wasm, *options)
            refused += text is None
            if text is not None:
                manifests[f"{os.path.basename(wasm)} {' '.join(options)}"] = text
    checks.expect(len(manifests) > 3 * len(clients.components()), f"only {len(manifests)} manifests were made")
    for name, faults in validator.judge(manifests).items():
        checks.equal(faults, [], name)
    for name, faults in validator.admit(manifests).items():
        checks.equal(faults, [], f"{name}, by the controllers themselves")
    checks.expect(any("kind: Ingress" in text for text in manifests.values()), "no manifest routes by a path")
    checks.expect(any("kind: ExternalSecret" in text for text in manifests.values()), "no manifest has an ExternalSecret")
    print(f"{len(manifests)} manifests judged; {refused} were refused by tidewaiter itself")


def workload(documents):
    return next(d for d in documents if d["kind"] == "WorkloadDeployment")["spec"]["template"]["spec"]


def two_unnamed(documents):
    entries = workload(documents)["hostInterfaces"]
    entries.append({**copy.deepcopy(entries[0]), "version": "9.9.9"})


# How a good manifest is spoiled, and a word of the refusal.
SPOILED = {
    "unknown field": (lambda d: workload(d).update(surprise=1), "unknown field"),
    "label in capitals": (lambda d: workload(d)["hostInterfaces"][-1].update(name="DB"), "should match"),
    "two unnamed entries": (two_unnamed, "at most one unnamed"),
    "duplicate entry": (lambda d: workload(d)["hostInterfaces"].append(workload(d)["hostInterfaces"][-1]), "duplicate entries"),
    "no interfaces": (lambda d: workload(d)["hostInterfaces"][0].update(interfaces=[]), "at least 1"),
    "host with a path": (lambda d: workload(d)["components"][0]["localResources"].update(allowedHosts=["a.example/b"]), "should match"),
    "number for a text": (lambda d: next(x for x in d if x["kind"] == "ConfigMap").update(data={"A": 3}), "type string"),
    "name in capitals": (lambda d: next(x for x in d if x["kind"] == "WorkloadDeployment")["metadata"].update(name="Ferry"), "RFC 1123"),
}


def check_spoiled(checks, validator):
    good = clients.generate(checks, "wasmcloud", os.path.join(clients.GUEST, "ferry-http.wasm"))
    spoiled = {}
    for name, (spoil, _) in SPOILED.items():
        documents = [document for document in yaml.safe_load_all(good) if document]
        spoil(documents)
        spoiled[name] = yaml.safe_dump_all(documents)
    for name, faults in validator.judge(spoiled).items():
        checks.expect(any(SPOILED[name][1] in fault for fault in faults), f"{name} is not refused for it: {faults}")


def main():
    clients.need_target("wasmcloud")
    checks = house.Checks()
    with clients.folder() as top:
        validator = Validator(top, "runtime.wasmcloud.dev/v1alpha1")
        check_all(checks, validator, top)
        check_spoiled(checks, validator)
    if validator.left_out:
        print("not judged, for want of a definition:", *sorted(validator.left_out))
    checks.end()


if __name__ == "__main__":
    main()
