#!/usr/bin/env python3
"""The folder of target `flat`, started by its own script: on a host that is running, and where nothing runs yet.

What the script sends is also compared with what the operator would send for the same documents, by an independent reading of them
(operator_like.py).
"""

import copy
import glob
import json
import os
import subprocess
import sys

import clients
import house
from operator_like import Cluster
from wash_host import HOST_NAME, STORE, Lab, yaml


def make(lab, image):
    """The folder of the guest, with two replicas."""
    folder = os.path.join(lab.top, "flat")
    # Nothing fetches external secrets where there is no cluster: the value is given.
    path = clients.values_file(os.path.join(lab.top, "values.yaml"), clients.VALUES, replicas=2, secrets=["FERRY_PASSWORD"],
                               http={"host": HOST_NAME}, components={"ferry-http": {"image": image}})
    run = house.tidewaiter("manifest", "--target", "flat", "--values", path, "--output", folder,
                           os.path.join(clients.GUEST, "ferry-http.wasm"))
    assert run.returncode == 0, run
    return folder


def start_command(folder, *options):
    return [sys.executable, os.path.join(folder, "start"), *options]


def check_requests(checks, folder):
    documents = [d for path in sorted(glob.glob(folder + "/[0-9]*.yaml")) for d in yaml.safe_load_all(open(path, encoding="utf-8")) if d]
    wanted = Cluster(documents, STORE).start_request("ferry-http-0")
    run = subprocess.run(start_command(folder, "--check"), text=True, capture_output=True)
    checks.equal(run.stderr, "", "standard error of start --check")
    requests = json.loads(run.stdout)
    checks.equal([request["workloadId"] for request in requests], ["ferry-http-0", "ferry-http-1"], "a request for each replica")
    checks.equal(requests[0], wanted, "the request, and the operator's")


def wanted_lines():
    return clients.said(clients.VALUES)


def check_running_host(checks, lab, folder):
    run = subprocess.run(start_command(folder, "--nats", f"127.0.0.1:{lab.nats}"), text=True, capture_output=True, timeout=120)
    checks.equal((run.returncode, run.stderr), (0, ""), "start, on a host that runs")
    checks.equal(run.stdout.count("WORKLOAD_STATE_RUNNING"), 2, run.stdout)
    status, text = clients.get_when_ready(lab.host, lab.http, HOST_NAME)
    checks.equal((status, sorted(text.splitlines())), (200, sorted(wanted_lines() + [f"host localhost:{clients.TIDE_PORT}=200"])),
                 "what reached the guest")


def check_nothing_running(checks, lab, folder):
    """The script starts server and host, and ends them when it is told to stop."""
    nats, http = clients.free_port(), clients.free_port()
    command = start_command(folder, "--nats", f"127.0.0.1:{nats}", "--http", f"127.0.0.1:{http}", "--wash", lab.wash, "--insecure")
    path = os.pathsep.join([os.path.dirname(lab.nats_program), lab.environment["PATH"]])  # the script looks for the server there
    with clients.server(command, os.path.join(lab.top, "start.log"), env={**lab.environment, "PATH": path}) as running:
        status, text = clients.get_when_ready(running, http, HOST_NAME, seconds=60)
        checks.expect(status == 200 and set(wanted_lines()) <= set(text.splitlines()), f"{status} {text}\n{running.text()[-2000:]}")
    checks.expect(not clients.listening(nats) and not clients.listening(http), "what the script started goes on after it")


def check_refused(checks, lab, folder):
    """A workload that the host refuses: the script says so, and ends with 1."""
    (path,) = glob.glob(folder + "/*-workload.yaml")
    with open(path, encoding="utf-8") as file:
        document = yaml.safe_load(file)
    changed = copy.deepcopy(document)
    entries = changed["spec"]["template"]["spec"]["hostInterfaces"]
    entries[:] = [entry for entry in entries if entry.get("name") != "quay-token"]
    with open(path, "w", encoding="utf-8") as file:
        yaml.safe_dump(changed, file)
    command = start_command(folder, "--nats", f"127.0.0.1:{lab.nats}", "--host", lab.identity)
    run = subprocess.run(command, text=True, capture_output=True, timeout=120)
    checks.expect(run.returncode == 1 and 'requires secret "quay-token"' in run.stdout, f"a refused workload: {run}")


def main():
    clients.need_target("flat")
    checks = house.Checks()
    with clients.folder() as top:
        lab = Lab(top)
        with lab.started(), clients.tide(top):
            folder = make(lab, lab.registry.push("ferry-http"))
            check_requests(checks, folder)
            check_running_host(checks, lab, folder)
            check_nothing_running(checks, lab, folder)
            check_refused(checks, lab, folder)
    checks.end()


if __name__ == "__main__":
    main()
