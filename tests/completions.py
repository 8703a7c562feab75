#!/usr/bin/env python3
"""The completion scripts parse, and complete.

bash is driven for real: the function is called as bash would on Tab. zsh and fish check the syntax, where they are installed.
"""

import os
import shutil
import subprocess
import tempfile

from house import Checks, answer, commands

DRIVER = r"""
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_tidewaiter
printf '%s\n' "${COMPREPLY[@]}"
"""


def complete(script, *words, cwd=None):
    run = subprocess.run(["bash", "-c", DRIVER, "bash", script, *words], text=True, capture_output=True, cwd=cwd, check=False)
    return sorted(run.stdout.split()), run.stderr


def check_bash(checks, script, folder):
    checks.equal(subprocess.run(["bash", "-n", script], check=False).returncode, 0, "bash -n")
    wanted = sorted(commands() + ["--help", "--version"])
    checks.equal(complete(script, "tidewaiter", ""), (wanted, ""), "commands")
    checks.equal(complete(script, "tidewaiter", "hel"), (["help"], ""), "a command begun")
    checks.equal(complete(script, "tidewaiter", "help", "ver"), (["version"], ""), "an operand that is a command")
    checks.equal(complete(script, "tidewaiter", "help", "--format", "m"), (["man", "markdown"], ""), "a closed list")
    checks.equal(complete(script, "tidewaiter", "help", "--format", "=", "z"), (["zsh"], ""), "a closed list behind =")
    options, _ = complete(script, "tidewaiter", "help", "--")
    checks.equal(options, ["--color", "--format", "--help", "--list", "--output"], "options")
    with open(os.path.join(folder, "some file.txt"), "w", encoding="utf-8"):
        pass
    found, _ = complete(script, "tidewaiter", "help", "--output", "some", cwd=folder)
    checks.equal(found, ["file.txt", "some"], "a path with a space (split by this test)")


def main():
    checks = Checks()
    with tempfile.TemporaryDirectory() as folder:
        scripts = {}
        for shell in ["bash", "zsh", "fish"]:
            scripts[shell] = os.path.join(folder, "tidewaiter." + shell)
            with open(scripts[shell], "w", encoding="utf-8") as file:
                file.write(answer("help", "--format", shell))
        check_bash(checks, scripts["bash"], folder)
        for shell in ["zsh", "fish"]:
            if shutil.which(shell):
                run = subprocess.run([shell, "-n", scripts[shell]], text=True, capture_output=True, check=False)
                checks.expect(run.returncode == 0 and not run.stderr, f"{shell} -n: {run.stderr}")
            else:
                print(f"{shell} is not installed, so its completions were not parsed")
        if shutil.which("fish"):
            line = f"source {scripts['fish']}; complete -C 'tidewaiter help --format '"
            run = subprocess.run(["fish", "-c", line], text=True, capture_output=True, check=False)
            offered = [row.split("\t")[0] for row in run.stdout.splitlines()]
            checks.equal(sorted(offered), ["bash", "fish", "man", "markdown", "text", "zsh"], "fish: a closed list")
    checks.end()


if __name__ == "__main__":
    main()
