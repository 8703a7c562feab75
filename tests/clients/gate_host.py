#!/usr/bin/env python3
"""What `tidewaiter gate --manifest` says of a manifest, and what comes of it on a host.

A generated manifest passes, and all that the guest asks for reaches it. Then one thing at a time is spoiled. Each time the host is asked
as well: where something does not reach the guest any more, or the workload does not start, the gate must have failed; a manifest that
passes and does not work is what the gate is there to prevent. What gives too much works on the host, and the gate must say it. What it
cannot know is listed too.
"""

import copy
import os

import clients
import house
from wash_host import HOST_NAME, Lab, manifest, spec, yaml


def kind(documents, name):
    return [document for document in documents if document["kind"] == name]


def entry(documents, name):
    """The entry of hostInterfaces of a label, or of a package."""
    return next(e for e in spec(documents)["hostInterfaces"] if name in (e.get("name"), f"{e['namespace']}:{e['package']}"))


def resources(documents):
    return spec(documents)["components"][0]["localResources"]


def drop_key(key):
    """Takes a key out of wherever it is given."""
    def spoil(documents):
        places = [d.get(part) for d in kind(documents, "ConfigMap") + kind(documents, "Secret") for part in ("data", "stringData")]
        local = resources(documents)
        places += [local.get("config"), local.get("environment", {}).get("config")]
        places += [e.get("config") for e in spec(documents)["hostInterfaces"]]
        found = [place for place in places if place and key in place]
        assert found, key
        for place in found:
            del place[key]
    return spoil


def drop_entry(name):
    return lambda documents: spec(documents)["hostInterfaces"].remove(entry(documents, name))


def wrong_name_in_store(documents):
    """The Secret that comes of it has another key than the label."""
    kind(documents, "ExternalSecret")[0]["spec"]["data"][0]["secretKey"] = "token"


# What breaks it, and what gives too much.
BROKEN = {
    **{f"without {key}": drop_key(key) for key in clients.VALUES["env"]},
    "without ferry.timetable": drop_key("ferry.timetable"),
    "without the value of pilot-key": drop_key("pilot-key"),
    "without the entry of quay-token": drop_entry("quay-token"),
    "without the entry of pilot-key": drop_entry("pilot-key"),
    "without the entry of wasi:config": drop_entry("wasi:config"),
    "without the entry of wasi:http": drop_entry("wasi:http"),
    "another version of wasi:config": lambda d: entry(d, "wasi:config").update(version="0.2.0"),
    "another label": lambda d: entry(d, "quay-token").update(name="quay"),
    "secret under another key": wrong_name_in_store,
    "entry without its secret": lambda d: entry(d, "quay-token").pop("secretFrom"),
    "without the secrets of the environment": lambda d: resources(d)["environment"].pop("secretFrom"),
    "no host allowed": lambda d: resources(d).update(allowedHosts=[]),
    "hosts left out": lambda d: resources(d).pop("allowedHosts"),
    "another host allowed": lambda d: resources(d).update(allowedHosts=["localhost:1"]),
    "no name to be reached by": lambda d: entry(d, "wasi:http").pop("config"),
}
# What the gate cannot know: needs name the host that is called, not the scheme.
NOT_SEEN = {
    "the host by HTTPS alone": lambda d: resources(d).update(allowedHosts=[f"https://localhost:{clients.TIDE_PORT}"]),
}
TOO_MUCH = {
    "every host": lambda d: resources(d).update(allowedHosts=["*"]),
    "one host more": lambda d: resources(d)["allowedHosts"].append("tides.example"),
    "one variable more": lambda d: resources(d)["environment"].setdefault("config", {}).update(FERRY_DEBUG="1"),
    "one secret more": lambda d: spec(d)["hostInterfaces"].append({**copy.deepcopy(entry(d, "pilot-key")), "name": "crane-key"}),
}


def works(lab, documents):
    """Whether all reaches the guest on the host, and what happened."""
    wanted = sorted(clients.said(clients.VALUES) + [f"host localhost:{clients.TIDE_PORT}=200"])
    try:
        with lab.workload(documents) as (state, message):
            if state != "WORKLOAD_STATE_RUNNING":
                return False, message
            status, text = clients.get_when_ready(lab.host, lab.http, HOST_NAME, seconds=5)
            return status == 200 and sorted(text.splitlines()) == wanted, f"{status} {text}"
    except KeyError as error:
        return False, f"the operator finds nothing: {error}"


def passes(lab, documents):
    """Whether the gate passes, and what it said."""
    path = os.path.join(lab.top, "deploy.yaml")
    with open(path, "w", encoding="utf-8") as file:
        yaml.safe_dump_all(documents, file)
    run = house.tidewaiter("gate", "--manifest", path, os.path.join(clients.GUEST, "ferry-http.wasm"))
    return {0: True, 1: False}.get(run.returncode), run.stdout + run.stderr


def main():
    clients.need_target("wasmcloud")
    if "gate" not in house.commands():
        house.skip("this tidewaiter has no gate")
    checks = house.Checks()
    with clients.folder() as top:
        lab = Lab(top)
        with lab.started(), clients.tide(top):
            good = manifest(lab, {"ferry-http": {}})
            checks.equal((passes(lab, good)[0], works(lab, good)[0]), (True, True), "the manifest as it was generated: gate, host")
            for changes, working, passing in ((BROKEN, False, False), (TOO_MUCH, True, False), (NOT_SEEN, False, True)):
                for name, change in changes.items():
                    documents = copy.deepcopy(good)
                    change(documents)
                    does, happened = works(lab, documents)
                    verdict, words = passes(lab, documents)
                    checks.equal(does, working, f"{name}: on the host: {happened}")
                    checks.equal(verdict, passing, f"{name}: the gate: {words}")
    checks.end()


if __name__ == "__main__":
    main()
