#!/usr/bin/env python3
"""The program starts in about the time of an empty C program.

Both are started many times in turn, so that a busy machine slows both; medians are compared. The margin (three times, and two
milliseconds) is wide enough for any machine, and far below what loading one heavy library costs.
"""

import os
import statistics
import subprocess
import tempfile
import time

from house import SANITIZED, TIDEWAITER, skip

RUNS = 61


def spawn(program, arguments):
    began = time.perf_counter()
    process = os.posix_spawn(program, [program, *arguments], os.environ,
                             file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
    _, status = os.waitpid(process, 0)
    assert status == 0, f"{program}: status {status}"
    return time.perf_counter() - began


def main():
    if SANITIZED:
        skip("sanitizers start slowly")
    with tempfile.TemporaryDirectory() as folder:
        empty = os.path.join(folder, "empty")
        with open(empty + ".c", "w", encoding="utf-8") as file:
            file.write("int main(void) { return 0; }\n")
        subprocess.run([os.environ.get("CC", "cc"), "-O2", "-o", empty, empty + ".c"], check=True)
        ours, theirs = [], []
        for _ in range(RUNS):
            theirs.append(spawn(empty, []))
            ours.append(spawn(TIDEWAITER, ["--version"]))
    mine, base = statistics.median(ours) * 1e3, statistics.median(theirs) * 1e3
    print(f"tidewaiter --version {mine:.2f} ms, an empty program {base:.2f} ms (medians of {RUNS})")
    assert mine < 3 * base + 2, "starting takes too long"


if __name__ == "__main__":
    main()
