#!/usr/bin/env python3
"""--help, man pages and docs/ agree with the option tables in the code.

All of them are written from the tables, so what can go wrong is a page that was not written anew, a writer that drops an option,
and prose that breaks a format. Checked here: docs/COMMAND.md holds exactly the block that the program writes today; every
option of --help stands in the man page, in the docs and in the completions; man pages are clean roff; --help fits 80 columns.

With --write (that is `./dev docs`) the blocks in docs/ are written instead; a page that is missing is begun.
"""

import os
import re
import shutil
import subprocess
import sys

from house import TOP, BUILD, Checks, answer, commands

BEGIN = "<!-- Written from the option tables by `./dev docs`: begin -->\n"
END = "<!-- Written from the option tables by `./dev docs`: end -->\n"
OPTION = re.compile(r"^  (?:-(\w), |    )--([a-z0-9-]+)", re.M)


def pages():
    """(path, command or None for the page on all of them, title)"""
    yield os.path.join(TOP, "docs", "commands.md"), None, "Commands"
    for command in commands():
        yield os.path.join(TOP, "docs", command + ".md"), command, f"tidewaiter {command}"


def block(command):
    return BEGIN + "\n" + answer("help", "--format", "markdown", *([command] if command else [])) + "\n" + END


def split(text):
    """What stands before, in and after the markers; None where they are not there once each, in order."""
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        return None
    before, rest = text.split(BEGIN)
    inside, after = rest.split(END)
    return before, BEGIN + inside + END, after


def write():
    for path, command, title in pages():
        text = f"# {title}\n\n{BEGIN}{END}"
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                text = file.read()
        parts = split(text)
        if parts is None:
            sys.exit(f"{path}: the markers of the generated block are not there once each:\n{BEGIN}{END}")
        new = parts[0] + block(command) + parts[2]
        if not os.path.exists(path) or new != text:
            with open(path, "w", encoding="utf-8") as file:
                file.write(new)
            print("written:", os.path.relpath(path, TOP))


def check_pages(checks):
    for path, command, _ in pages():
        name = os.path.relpath(path, TOP)
        if not os.path.exists(path):
            checks.expect(False, f"{name} is missing; ./dev docs begins it")
            continue
        with open(path, encoding="utf-8") as file:
            parts = split(file.read())
        checks.expect(parts is not None, f"{name}: the markers are not there once each")
        if parts:
            checks.expect(parts[1] == block(command), f"{name} is behind the tables; run ./dev docs")


def check_command(checks, command):
    text = answer(command, "--help")
    checks.equal(answer("help", command), text, f"help {command} and {command} --help")
    options = OPTION.findall(text)
    checks.expect(("o", "output") in options and ("h", "help") in options, f"{command} --help lists the common options")
    for line in text.splitlines():
        # An example is a line to copy, and is not wrapped.
        checks.expect(len(line) <= 80 or line.startswith("  tidewaiter"), f"{command} --help: too wide: {line}")

    man = answer("help", "--format", "man", command).replace("\\-", "-")
    markdown = answer("help", "--format", "markdown", command)
    shells = {shell: answer("help", "--format", shell) for shell in ["bash", "zsh", "fish"]}
    for letter, name in options:
        checks.expect(f"\\fB--{name}\\fR" in man, f"man page of {command} has --{name}")
        checks.expect(f"`--{name}" in markdown, f"markdown of {command} has --{name}")
        checks.expect(f"--{name}" in shells["bash"], f"bash completion has --{name}")
        checks.expect(f"--{name}" in shells["zsh"], f"zsh completion has --{name}")
        checks.expect(f"'__tidewaiter_is {command}' -l {name} " in shells["fish"] + " ", f"fish completion has --{name}")
        if letter:
            checks.expect(f"\\fB-{letter}\\fR" in man and f"`-{letter}`" in markdown, f"-{letter} of {command}")


def check_man(checks):
    folder = os.path.join(BUILD, "generated", "man")
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    wanted = sorted(["tidewaiter.1"] + [f"tidewaiter-{command}.1" for command in commands()])
    checks.equal(names, wanted, "the man pages that the build writes")
    for name in names:
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            text = file.read()
        command = name.removeprefix("tidewaiter").removeprefix("-").removesuffix(".1")
        checks.equal(text, answer("help", "--format", "man", *([command] if command else [])), f"{name} is today's")
        if shutil.which("groff"):
            run = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-K", "utf8"], input=text, text=True, capture_output=True)
            checks.expect(run.returncode == 0 and not run.stderr, f"{name}: groff: {run.stderr}")


def check_top(checks):
    text = answer("--help")
    for command in commands():
        checks.expect(re.search(rf"^  {command} ", text, re.M), f"--help lists {command}")
    checks.equal(answer("help"), text, "help and --help")
    checks.equal(answer("version"), answer("--version"), "version and --version")


def main():
    if sys.argv[1:] == ["--write"]:
        write()
        return
    checks = Checks()
    check_top(checks)
    for command in commands():
        check_command(checks, command)
    check_pages(checks)
    check_man(checks)
    checks.end()


if __name__ == "__main__":
    main()
