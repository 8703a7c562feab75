#!/usr/bin/env python3
"""Runs the core specification's test suite through the interpreter: see core_exec.c."""

import subprocess
import sys

import suites


def main():
    folder = suites.suite("json-core")
    if folder is None:
        print("skipped: ../shared has no json-core")
        return suites.SKIP
    return subprocess.run([suites.program("core_exec"), "-v", folder]).returncode


sys.exit(main())
