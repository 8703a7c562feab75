"""Runs the conformance runner over packed suites: `scripts.py SUITE [OPTION]...`, SUITE as in ../shared/conformance/SUITE.tar.xz.

Exits 77 where the suite is not there. The options go to the runner (tests/conformance/run).
"""

import os
import pathlib
import subprocess
import sys

import suites


def main():
    name, options = sys.argv[1], sys.argv[2:]
    folder = suites.suite(name)
    if folder is None:
        print(f"skipped: {suites.shared_folder() / 'conformance' / name}.tar.xz is not there")
        return suites.SKIP
    runner = pathlib.Path(__file__).resolve().parent / "run"
    environment = os.environ | {"TIDEWAITER_BUILD": str(suites.build_folder())}
    return subprocess.run([runner, *options, folder], env=environment).returncode


sys.exit(main())
