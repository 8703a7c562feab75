#!/usr/bin/env python3
"""What tools/doc writes as YAML is read by others as the very tree that it writes as JSON.

The program awkward (tests/yaml/awkward.c) writes many documents both ways. The YAML is read by PyYAML (YAML 1.1, its reader in Python and
the one on libyaml) and by Go's packages yaml.v3 and sigs.k8s.io/yaml, which kubectl reads with. Go's part is left out, and
says so, where there is no Go or its packages cannot be had.
"""

import json
import os
import shutil
import subprocess
import tempfile

from house import BUILD, SANITIZED, TOP, Checks, skip

try:
    import yaml
except ImportError:
    skip("python3-yaml is not installed")

COUNT = 300 if SANITIZED else 3000


def same(a, b):
    """Equal, types too: True is no 1 here."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b


def compare(checks, reader, documents, wanted):
    checks.equal(len(documents), len(wanted), f"{reader}: documents")
    for i, (got, want) in enumerate(zip(documents, wanted)):
        checks.expect(same(got, want), f"{reader}: document {i}: got {got!r}, wanted {want!r}")


def python_readers():
    yield "PyYAML", yaml.SafeLoader
    if hasattr(yaml, "CSafeLoader"):
        yield "PyYAML on libyaml", yaml.CSafeLoader


def build_go(folder):
    """The reader in Go; None, with the reason said, where it cannot be built."""
    if not shutil.which("go"):
        print("left out: Go's readers: there is no go")
        return None
    source = os.path.join(folder, "reader")
    shutil.copytree(os.path.join(TOP, "tests", "yaml", "reader"), source)
    build = subprocess.run(["go", "build", "-o", "reader", "."], cwd=source, text=True, capture_output=True,
                           env={**os.environ, "GOFLAGS": "", "GOTOOLCHAIN": "local"})
    if build.returncode:
        print("left out: Go's readers cannot be built:", build.stderr.strip().splitlines()[-1])
        return None
    return os.path.join(source, "reader")


def main():
    checks = Checks()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([os.path.join(BUILD, "tests", "awkward"), folder, str(COUNT)], check=True)
        path = os.path.join(folder, "awkward.yaml")
        with open(os.path.join(folder, "awkward.jsonl"), encoding="utf-8") as file:
            # Not splitlines: strings may hold U+2028.
            wanted = [json.loads(line) for line in file.read().strip("\n").split("\n")]
        for name, loader in python_readers():
            with open(path, encoding="utf-8", newline="") as file:
                compare(checks, name, list(yaml.load_all(file, loader)), wanted)
        reader = build_go(folder)
        for name in ("yaml.v3", "k8s") if reader else ():
            run = subprocess.run([reader, name, path], text=True, capture_output=True, encoding="utf-8")
            checks.expect(run.returncode == 0, f"{name}: {run.stderr.strip()}")
            compare(checks, name, [json.loads(line) for line in run.stdout.strip("\n").split("\n")], wanted)
    checks.end()


if __name__ == "__main__":
    main()
