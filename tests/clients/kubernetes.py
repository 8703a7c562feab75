"""Kubernetes documents and who judges them: kubectl-validate, the API server's own code with the rules of custom resources in CEL, and
admit (of tests/clients/admit), the admission code of the controllers themselves.

The CustomResourceDefinition of WorkloadDeployment lies in the shared folder; those of ExternalSecret and of Knative's Service come
with `./dev peers`. A document of a kind without a definition is left out, and said.
"""

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
BUILT_IN = {"v1", "apps/v1", "networking.k8s.io/v1"}
DEFINITIONS = {
    "runtime.wasmcloud.dev/v1alpha1": "workloaddeployments",
    "external-secrets.io/v1": "externalsecrets",
    "serving.knative.dev/v1": "services.serving",
}


class Validator:
    """`wanted` is the version of a kind without whose definition there is nothing to test."""

    def __init__(self, top, wanted):
        self.program = clients.client("kubectl-validate", "./dev peers builds it where there is Go")
        places = [os.path.join(clients.SHARED, "wasmcloud"), os.path.join(clients.PEERS, "crds")]
        self.folders = [place for place in places if os.path.isdir(place)]
        texts = [open(path, encoding="utf-8").read() for f in self.folders for path in glob.glob(f + "/*.yaml")]
        self.known = {version for version, name in DEFINITIONS.items() if any(name in text for text in texts)} | BUILT_IN
        if wanted not in self.known:
            house.skip(f"no definition of {wanted} in {' or '.join(places)}")
        self.top = top
        self.left_out = set()

    def judge(self, manifests):
        """What is wrong with each of named manifests, given as text: {name: [message]}, empty lists where all is well."""
        paths = self.write({name: "---\n".join(self.known_documents(text)) for name, text in manifests.items()})
        definitions = [f"--local-crds={folder}" for folder in self.folders]
        run = subprocess.run([self.program, *definitions, "-o", "json", *paths], text=True, capture_output=True)
        try:
            answer = json.loads(run.stdout[run.stdout.index("{"):run.stdout.rindex("}") + 1])
        except ValueError:
            return {name: [run.stdout + run.stderr] for name in manifests}
        return {name: [s.get("message", "?") for s in answer.get(path, [{"message": "not judged"}]) if s.get("status") != "Success"]
                for path, name in paths.items()}

    def write(self, manifests):
        """A file for each text; {path: name}."""
        paths = {os.path.join(self.top, f"{number}.yaml"): name for number, name in enumerate(manifests)}
        for path, name in paths.items():
            with open(path, "w", encoding="utf-8") as file:
                file.write(manifests[name])
        return paths

    def known_documents(self, text):
        """The texts, as they were written, of the documents that can be judged."""
        for part in re.split(r"^---$\n", text, flags=re.M):
            document = yaml.safe_load(part)
            if document and document["apiVersion"] in self.known:
                yield part
            elif document:
                self.left_out.add(document["kind"])

    def admit(self, manifests):
        """What the controllers themselves have against each of named manifests, warnings too: {name: [line]}."""
        program = os.path.join(clients.PEERS, "bin", "admit")
        if not os.access(program, os.X_OK):
            print("admit is not there, so the controllers' own code was not asked (./dev peers builds it where there is Go)")
            return {name: [] for name in manifests}
        paths = self.write(manifests)
        run = subprocess.run([program, *paths], text=True, capture_output=True)
        found = {name: [] for name in manifests}
        asked, path = set(), None
        for line in run.stdout.splitlines():
            # A message may have several lines; only the first begins with the file.
            path = line.split(": ")[0] if line.split(": ")[0] in paths else path
            asked.add(path)
            if not line.endswith((": admitted", ": not asked")):
                found[paths[path]].append(line)
        for path in paths.keys() - asked:
            found[paths[path]].append("not judged: " + run.stderr)
        return found
