#!/usr/bin/env python3
"""The program links nothing heavy: libc and what belongs to it, read from its dynamic section."""

import re
import subprocess

from house import SANITIZED, TIDEWAITER, Checks, skip

ALLOWED = {"libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}


def main():
    if SANITIZED:
        skip("the sanitizers' own libraries are linked here")
    checks = Checks()
    dynamic = subprocess.run(["readelf", "-dW", TIDEWAITER], text=True, capture_output=True, check=True).stdout
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)
    checks.expect(needed, "readelf lists what is needed")
    for library in needed:
        checks.expect(library in ALLOWED, f"the program needs {library}")
    checks.end()


if __name__ == "__main__":
    main()
