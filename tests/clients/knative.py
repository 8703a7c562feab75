#!/usr/bin/env python3
"""The Knative Service, judged by the API server's code with Knative's definitions (kubectl-validate), and by Knative's own admission
code (admit), which knows what a schema cannot say. Its warnings count as faults.
"""

import os

import clients
import house
from kubernetes import Validator, yaml


def service(documents):
    return next(d for d in documents if d["kind"] == "Service" and d["apiVersion"].startswith("serving.knative.dev/"))


def container(documents):
    return service(documents)["spec"]["template"]["spec"]["containers"][0]


# How a good Service is spoiled; each must be noticed by the one or the other.
SPOILED = {
    "unknown field": lambda d: container(d).update(surprise=1),
    "network of the node": lambda d: service(d)["spec"]["template"]["spec"].update(hostNetwork=True),
    "two ports": lambda d: container(d).update(ports=[{"containerPort": 1}, {"containerPort": 2}]),
    "number for a text": lambda d: container(d).update(args=[3]),
    "mount without a volume": lambda d: container(d).setdefault("volumeMounts", []).append({"name": "nowhere", "mountPath": "/x"}),
    "a privilege": lambda d: container(d).setdefault("securityContext", {}).update(allowPrivilegeEscalation=True, privileged=True),
}


def main():
    clients.need_target("knative")
    clients.client("admit", "./dev peers builds it where there is Go")
    checks = house.Checks()
    with clients.folder() as top:
        validator = Validator(top, "serving.knative.dev/v1")
        manifests = {}
        for wasm in clients.components():
            values = clients.values_file(os.path.join(top, "values.yaml"), clients.values_for(wasm))
            for options in ([], ["--values", values]):
                text = clients.generate(checks, "knative", wasm, *options)
                if text is not None:
                    manifests[f"{os.path.basename(wasm)} {' '.join(options)}"] = text
        for name, faults in validator.judge(manifests).items():
            checks.equal(faults, [], f"{name}, by kubectl-validate")
        for name, faults in validator.admit(manifests).items():
            checks.equal(faults, [], f"{name}, by Knative")
        print(f"{len(manifests)} manifests judged")

        good = clients.generate(checks, "knative", os.path.join(clients.GUEST, "ferry-http.wasm"))
        spoiled = {}
        for name, spoil in SPOILED.items():
            documents = [document for document in yaml.safe_load_all(good) if document]
            spoil(documents)
            spoiled[name] = yaml.safe_dump_all(documents)
        by_schema, by_controller = validator.judge(spoiled), validator.admit(spoiled)
        for name in SPOILED:
            checks.expect(by_schema[name] or by_controller[name], f"{name} is not noticed")
    checks.end()


if __name__ == "__main__":
    main()
