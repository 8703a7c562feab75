#!/usr/bin/env python3
"""Starts the workloads of this folder on a wasmCloud host, without Kubernetes.

usage: start [--nats HOST:PORT] [--host ID] [--wash PROGRAM] [--http HOST:PORT] [--insecure] [--check]

The numbered files are read in order. ConfigMaps and Secrets are put in where a WorkloadDeployment refers to them, as the operator
does it in a cluster, and each workload is started by a request over NATS, in the place of an earlier one of its name. Where no NATS server answers, `nats-server` is started;
where no host reports, `wash host` is; both are stopped again at the end (Ctrl-C). `--check` prints the requests and sends nothing.

Needs python3 with PyYAML, and `nats-server` and `wash` where they are not running already.
"""
import argparse
import base64
import json
import pathlib
import select
import shutil
import socket
import subprocess
import sys
import time

import yaml

HERE = pathlib.Path(__file__).resolve().parent
PULL = {"Always": "IMAGE_PULL_POLICY_ALWAYS", "IfNotPresent": "IMAGE_PULL_POLICY_IF_NOT_PRESENT", "Never": "IMAGE_PULL_POLICY_NEVER"}


class Objects:
    """ConfigMaps and Secrets by name."""

    def __init__(self, documents):
        self.maps, self.secrets = {}, {}
        for document in documents:
            name = document.get("metadata", {}).get("name")
            if document.get("kind") == "ConfigMap":
                self.maps[name] = dict(document.get("data") or {})
            elif document.get("kind") == "Secret":
                decoded = {k: base64.b64decode(v).decode() for k, v in (document.get("data") or {}).items()}
                self.secrets[name] = decoded | (document.get("stringData") or {})

    def layer(self, source):
        """Literals, over them ConfigMaps, over them Secrets."""
        source = source or {}
        values = dict(source.get("config") or {})
        for kind, objects in (("configFrom", self.maps), ("secretFrom", self.secrets)):
            for reference in source.get(kind) or []:
                if reference["name"] not in objects:
                    sys.exit(f"start: {kind}: {reference['name']} is in none of the files")
                values |= objects[reference["name"]]
        return values


def resources(spec, objects):
    spec = spec.get("localResources") or {}
    return {
        "environment": objects.layer(spec.get("environment")),
        "config": spec.get("config") or {},
        "allowedHosts": spec.get("allowedHosts") or [],
        "allowedIpNameLookups": spec.get("allowedIpNameLookups") or [],
        "allowedHostLoopbackPorts": spec.get("allowedHostLoopbackPorts") or [],
        "volumeMounts": spec.get("volumeMounts") or [],
    }


def runnable(spec, objects):
    made = {"image": spec["image"], "localResources": resources(spec, objects)}
    if spec.get("imagePullPolicy"):
        made["imagePullPolicy"] = PULL[spec["imagePullPolicy"]]
    return made


def workload(document, objects):
    """The request of the host's API that a WorkloadDeployment stands for."""
    spec = document["spec"]["template"]["spec"]
    components = []
    for component in spec.get("components") or []:
        limits = {k: component[k] for k in ("poolSize", "maxInvocations", "maxConcurrency") if k in component}
        components.append({"name": component["name"], **runnable(component, objects), **limits})
    interfaces = []
    for entry in spec.get("hostInterfaces") or []:
        kept = {k: entry[k] for k in ("name", "namespace", "package", "version", "interfaces") if k in entry}
        interfaces.append({**kept, "config": objects.layer(entry)})
    volumes = []
    for volume in spec.get("volumes") or []:
        where = {"hostPath": {"localPath": volume["hostPath"]["path"]}} if "hostPath" in volume else {"emptyDir": {}}
        volumes.append({"name": volume["name"], **where})
    made = {
        "namespace": document["metadata"].get("namespace", "default"),
        "name": document["metadata"]["name"],
        "witWorld": {"components": components, "hostInterfaces": interfaces},
        "volumes": volumes,
    }
    if "service" in spec:
        made["service"] = {**runnable(spec["service"], objects), "maxRestarts": spec["service"].get("maxRestarts", 0)}
    return made


class Nats:
    """As much of the protocol as this needs: publish, and read what comes back."""

    def __init__(self, address):
        host, _, port = address.rpartition(":")
        self.socket = socket.create_connection((host or "127.0.0.1", int(port)), timeout=5)
        self.file = self.socket.makefile("rb", buffering=0)  # so that select tells whether there is something to read
        self.file.readline()
        self.send('CONNECT {"verbose":false,"pedantic":false,"name":"start"}')

    def send(self, line, payload=None):
        self.socket.sendall(line.encode() + b"\r\n" + (payload + b"\r\n" if payload is not None else b""))

    def message(self, seconds):
        """Subject and contents of the next message; None when there is none in time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and select.select([self.socket], [], [], left)[0]:
            line = self.file.readline().decode().split()
            if line[:1] == ["PING"]:
                self.send("PONG")
            elif line[:1] == ["MSG"]:
                return line[1], self.contents(int(line[-1]))
            elif not line or line[:1] == ["-ERR"]:
                sys.exit(f"start: NATS: {' '.join(line[1:]) or 'the connection was closed'}")
        return None

    def contents(self, size):
        data = b""
        while len(data) < size + 2:  # the line's end follows
            part = self.file.read(size + 2 - len(data))
            if not part:
                sys.exit("start: NATS: the connection was closed")
            data += part
        return data[:-2]


def connect(address, started):
    try:
        return Nats(address)
    except OSError:
        program = shutil.which("nats-server") or "/usr/sbin/nats-server"
        host, _, port = address.rpartition(":")
        started.append(subprocess.Popen([program, "--jetstream", "--addr", host or "127.0.0.1", "--port", port], cwd=HERE))
    for _ in range(50):
        time.sleep(0.2)
        try:
            return Nats(address)
        except OSError:
            continue
    sys.exit(f"start: no NATS server answers at {address}")


def find_host(nats, arguments, started):
    nats.send("SUB runtime.operator.heartbeat.* 1")
    # Hosts report every few seconds; to a server that was just started there are none.
    report = None if started else nats.message(16)
    if not report:
        url = f"nats://{arguments.nats}"
        command = [arguments.wash, "host", "--scheduler-nats-url", url, "--data-nats-url", url, "--http-addr", arguments.http]
        started.append(subprocess.Popen(command + (["--allow-insecure-registries"] if arguments.insecure else [])))
        report = nats.message(60)
    if not report:
        sys.exit("start: no host reports")
    nats.send("UNSUB 1")
    return report[0].rsplit(".", 1)[1]


def ask(nats, host, command, request):
    """The host's answer to one request: a status."""
    inbox = f"_INBOX.start.{time.monotonic_ns()}"
    payload = json.dumps(request).encode()
    nats.send(f"SUB {inbox} {time.monotonic_ns()}")
    nats.send(f"PUB runtime.host.{host}.workload.{command} {inbox} {len(payload)}", payload)
    while (answer := nats.message(120)) and answer[0] != inbox:
        pass
    return json.loads(answer[1]).get("workloadStatus", {}) if answer else {"message": "the host did not answer"}


def start(nats, host, request):
    """Starts a workload, in the place of an earlier one of its name."""
    ask(nats, host, "stop", {"workloadId": request["workloadId"]})
    status = ask(nats, host, "start", request)
    print(f"{request['workloadId']}: {status.get('workloadState', 'no answer')} {status.get('message', '')}".rstrip(), flush=True)
    return status.get("workloadState") == "WORKLOAD_STATE_RUNNING"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nats", default="127.0.0.1:4222", metavar="HOST:PORT")
    parser.add_argument("--host", metavar="ID", help="the host to start them on; else the first that reports")
    parser.add_argument("--wash", default="wash", metavar="PROGRAM")
    parser.add_argument("--http", default="127.0.0.1:8000", metavar="HOST:PORT")
    parser.add_argument("--insecure", action="store_true", help="registries are reached over HTTP")
    parser.add_argument("--check", action="store_true", help="print the requests and send nothing")
    arguments = parser.parse_args()
    documents = [d for path in sorted(HERE.glob("[0-9]*.yaml")) for d in yaml.safe_load_all(path.read_text()) if d]
    objects = Objects(documents)
    requests = []
    for document in documents:
        if document.get("kind") == "WorkloadDeployment":
            made = workload(document, objects)
            for replica in range(document["spec"].get("replicas", 1)):
                requests.append({"workloadId": f"{made['name']}-{replica}", "workload": made})
    if arguments.check:
        print(json.dumps(requests, indent=2))
        return 0
    started = []
    try:
        nats = connect(arguments.nats, started)
        host = arguments.host or find_host(nats, arguments, started)
        good = all([start(nats, host, request) for request in requests])
        if started and good:
            started[-1].wait()
        return 0 if good else 1
    except KeyboardInterrupt:
        return 0
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
