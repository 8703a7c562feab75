#!/usr/bin/env python3
"""What README.md and docs/ show of the program is what the program says.

A fenced block that begins with `$ tidewaiter` or `$ cat` is a transcript: each line behind a `$` is run in the top folder, and what it
writes is what stands below. A block with a line `…` is an excerpt, and is nobody's promise. `--write` puts in what the
program says today.
"""

import glob
import os
import re
import subprocess
import sys

from house import TOP, TIDEWAITER, Checks

BLOCK = re.compile(r"^```\n(\$ (?:tidewaiter|cat) .*?)^```$", re.M | re.S)


def say(command):
    folder = os.path.dirname(TIDEWAITER)
    environment = {"PATH": folder + ":/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    run = subprocess.run(["/bin/sh", "-c", command], cwd=TOP, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return run.stdout


def transcript(block):
    if "\n…\n" in block:
        return block
    commands = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
    return "".join(f"$ {command}\n{say(command)}" for command in commands)


def main():
    checks = Checks()
    for path in [os.path.join(TOP, "README.md"), *sorted(glob.glob(os.path.join(TOP, "docs", "*.md")))]:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        new = BLOCK.sub(lambda found: f"```\n{transcript(found[1])}```", text)
        if "--write" in sys.argv[1:] and new != text:
            with open(path, "w", encoding="utf-8") as file:
                file.write(new)
            print("written:", os.path.relpath(path, TOP))
            continue
        for old in BLOCK.findall(text):
            checks.equal(old, transcript(old), os.path.relpath(path, TOP))
    checks.end()


if __name__ == "__main__":
    main()
