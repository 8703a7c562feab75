#!/usr/bin/env python3
"""Generated Kubernetes documents, judged by kubectl-validate: the API server's own code, with the CRD's rules in CEL.

Every component of the corpus and of the examples gets a manifest, without values, with some and with all; each must pass. Then one manifest is
spoiled in several ways, and each must be refused: a validator that was not looking would let them through.

The CustomResourceDefinition of WorkloadDeployment lies in the shared folder; those of ExternalSecret and of Knative's Service come
with `./dev peers`. A document of a kind without a definition is left out, and said.
"""

import copy
import glob
import json
import os
import re
import subprocess

import clients
import house

try:
    import yaml
except ImportError:
    house.skip("python3-yaml is not installed")

# The kinds that kubectl-validate knows without a definition, and where the others come from.
BUILT_IN = {"v1", "apps/v1"}
DEFINITIONS = {
    "runtime.wasmcloud.dev/v1alpha1": "workloaddeployments",
    "external-secrets.io/v1": "externalsecrets",
    "serving.knative.dev/v1": "services.serving",
}

VALUES = """format: tidewaiter.values/1
namespace: harbour
replicas: 3
labels: {team: "0042"}
http: {host: ferry.example}
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


class Validator:
    def __init__(self, top):
        self.program = clients.client("kubectl-validate", "./dev peers builds it where there is Go")
        self.folders = [clients.crds()]
        extra = os.path.join(clients.PEERS, "crds")
        if os.path.isdir(extra):
            self.folders.append(extra)
        texts = [open(path, encoding="utf-8").read() for f in self.folders for path in glob.glob(f + "/*.yaml")]
        self.known = {version for version, name in DEFINITIONS.items() if any(name in text for text in texts)} | BUILT_IN
        self.top = top
        self.left_out = set()

    def judge(self, manifests):
        """What is wrong with each of named manifests, given as text: {name: [message]}, empty lists where all is well."""
        paths = {}
        for number, (name, text) in enumerate(manifests.items()):
            path = os.path.join(self.top, f"{number}.yaml")
            with open(path, "w", encoding="utf-8") as file:
                file.write("---\n".join(self.known_documents(text)))
            paths[path] = name
        definitions = [f"--local-crds={folder}" for folder in self.folders]
        run = subprocess.run([self.program, *definitions, "-o", "json", *paths], text=True, capture_output=True)
        try:
            answer = json.loads(run.stdout[run.stdout.index("{"):run.stdout.rindex("}") + 1])
        except ValueError:
            return {name: [run.stdout + run.stderr] for name in manifests}
        return {name: [s.get("message", "?") for s in answer.get(path, [{"message": "not judged"}]) if s.get("status") != "Success"]
                for path, name in paths.items()}

    def known_documents(self, text):
        """The texts, as they were written, of the documents that can be judged."""
        for part in re.split(r"^---$\n", text, flags=re.M):
            document = yaml.safe_load(part)
            if document and document["apiVersion"] in self.known:
                yield part
            elif document:
                self.left_out.add(document["kind"])


def generate(checks, wasm, *options):
    """A manifest; None where the platform could not express it, which must be said."""
    run = house.tidewaiter("manifest", "--target", "wasmcloud", *options, wasm)
    if run.returncode == 1:
        checks.expect(run.stderr and not run.stdout, f"{wasm}: refused without a word, or with half an answer")
        return None
    if run.returncode != 0:
        checks.expect(False, f"{wasm}: manifest ends with {run.returncode}: {run.stderr[:300]}")
        return None
    return run.stdout


def components():
    """Components to make manifests for; a core module is none."""
    found = glob.glob(clients.CORPUS + "/*.wasm") + glob.glob(clients.GUEST + "/*.wasm")
    found += glob.glob(os.path.join(house.TOP, "examples", "**", "*.wasm"), recursive=True)
    return sorted(path for path in found if not path.endswith("-m.wasm"))


def check_all(checks, validator, top):
    values = os.path.join(top, "values.yaml")
    with open(values, "w", encoding="utf-8") as file:
        file.write(VALUES)
    manifests, refused = {}, 0
    for wasm in components():
        everything = clients.values_file(os.path.join(top, "all.yaml"), clients.values_for(wasm))
        for options in ([], ["--values", values], ["--values", everything], ["--no-comments"]):
            text = generate(checks, wasm, *options)
            refused += text is None
            if text is not None:
                manifests[f"{os.path.basename(wasm)} {' '.join(options)}"] = text
    checks.expect(len(manifests) > 100, f"only {len(manifests)} manifests were made")
    for name, faults in validator.judge(manifests).items():
        checks.equal(faults, [], name)
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
    good = generate(checks, os.path.join(clients.GUEST, "ferry-http.wasm"))
    spoiled = {}
    for name, (spoil, _) in SPOILED.items():
        documents = [document for document in yaml.safe_load_all(good) if document]
        spoil(documents)
        spoiled[name] = yaml.safe_dump_all(documents)
    for name, faults in validator.judge(spoiled).items():
        checks.expect(any(SPOILED[name][1] in fault for fault in faults), f"{name} is not refused for it: {faults}")


def main():
    clients.need_command("manifest")
    checks = house.Checks()
    with clients.folder() as top:
        validator = Validator(top)
        check_all(checks, validator, top)
        check_spoiled(checks, validator)
    if validator.left_out:
        print("not judged, for want of a definition:", *sorted(validator.left_out))
    checks.end()


if __name__ == "__main__":
    main()
