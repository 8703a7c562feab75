#!/usr/bin/env python3
"""The dotenv file, read by those that read such files: shells, and Node. All must see the values that were given.

Each has a grammar of its own; what they agree on is what tidewaiter may write.
"""

import json
import os
import shutil
import subprocess

import clients
import house

NAMES = list(clients.VALUES["env"])
PROGRAM = "import json, os; print(json.dumps({n: os.environ.get(n) for n in os.environ['NAMES'].split()}))"


def environment():
    return {"PATH": os.environ["PATH"], "HOME": "/nowhere", "NAMES": " ".join(NAMES), "PROGRAM": PROGRAM, "LANG": "C.UTF-8"}


def by_shell(shell):
    def read(folder):
        run = subprocess.run([shell, "-c", 'set -a; . ./.env; exec python3 -c "$PROGRAM"'], cwd=folder, env=environment(), text=True, capture_output=True)
        return json.loads(run.stdout) if run.returncode == 0 else run.stderr
    return read if shutil.which(shell) else None


def by_node():
    node = shutil.which("node")
    program = "console.log(JSON.stringify(Object.fromEntries(process.env.NAMES.split(' ').map(n => [n, process.env[n]]))))"

    def read(folder):
        run = subprocess.run([node, "--env-file=.env", "-e", program], cwd=folder, env=environment(), text=True, capture_output=True)
        return json.loads(run.stdout) if run.returncode == 0 else run.stderr
    if not node or subprocess.run([node, "--env-file=/dev/null", "-e", ""], capture_output=True).returncode != 0:
        return None
    return read


def main():
    clients.need_target("env")
    checks = house.Checks()
    readers = {"sh": by_shell("sh"), "bash": by_shell("bash"), "node": by_node()}
    for name, reader in readers.items():
        if reader is None:
            print(f"{name} is not there, so not asked")
    wasm = os.path.join(clients.GUEST, "ferry-run.wasm")
    with clients.folder() as top:
        for number in range(0, len(clients.AWKWARD), len(NAMES)):
            env = {**clients.VALUES["env"], **dict(zip(NAMES, clients.AWKWARD[number:]))}
            values = clients.values_file(os.path.join(top, "values.yaml"), {"env": env})
            with open(os.path.join(top, ".env"), "w", encoding="utf-8") as file:
                file.write(clients.generate(checks, "env", wasm, "--values", values, "--secret", "FERRY_PASSWORD"))
            for name, reader in readers.items():
                if reader:
                    checks.equal(reader(top), env, f"the values as {name} reads them")
    checks.end()


if __name__ == "__main__":
    main()
