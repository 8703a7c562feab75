#!/usr/bin/env python3
"""What is installed can be used: the program, the man pages, the completions, and the library through pkg-config.

The tree is installed under a temporary prefix and then moved, which it must survive. A small C program that includes every public
header is compiled strictly with what pkg-config says, and run; then each header alone.
"""

import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from house import BUILD, SANITIZED, Checks, commands, skip, tidewaiter  # noqa: E402

STRICT = ["-std=c17", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror"]


def run(*command, **options):
    return subprocess.run(command, text=True, capture_output=True, check=False, **options)


def check_files(checks, root):
    def there(path):
        checks.expect(os.path.isfile(os.path.join(root, path)), f"installed: {path}")

    there("bin/tidewaiter")
    there("share/man/man1/tidewaiter.1")
    for command in commands():
        there(f"share/man/man1/tidewaiter-{command}.1")
    there("share/bash-completion/completions/tidewaiter")
    there("share/zsh/vendor-completions/_tidewaiter")
    there("share/fish/vendor_completions.d/tidewaiter.fish")
    there("share/doc/tidewaiter/copyright")
    schemas = os.path.join(os.path.dirname(os.path.dirname(HERE)), "schemas")
    for name in sorted(os.listdir(schemas)):
        if name.endswith(".schema.json"):
            there(f"share/tidewaiter/schemas/{name}")


def check_library(checks, root):
    configs = [os.path.join(folder) for folder, _, names in os.walk(root) if "component.pc" in names]
    checks.equal(len(configs), 1, "component.pc is installed once")
    environment = dict(os.environ, PKG_CONFIG_PATH=configs[0])
    flags = run("pkg-config", "--cflags", "component", env=environment).stdout.split()
    libraries = run("pkg-config", "--libs", "component", env=environment).stdout.split()
    version = run("pkg-config", "--modversion", "component", env=environment).stdout.strip()

    headers = sorted(name for name in os.listdir(os.path.join(root, "include", "component")) if name.endswith(".h"))
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "use.c")
        program = os.path.join(folder, "use")
        with open(os.path.join(HERE, "use.c"), encoding="utf-8") as file:
            text = file.read()
        with open(source, "w", encoding="utf-8") as file:
            file.writelines(f"#include <component/{name}>\n" for name in headers)
            file.write(text)
        made = run(os.environ.get("CC", "cc"), *STRICT, *flags, source, "-o", program, *libraries)
        checks.expect(made.returncode == 0, f"a C program builds with {flags} {libraries}:\n{made.stderr}")
        if made.returncode == 0:
            ran = run(program)
            checks.equal((ran.returncode, ran.stdout.split("\n")[0]), (0, f"component {version}"), "and runs")
        # Each header stands alone.
        for name in headers:
            with open(source, "w", encoding="utf-8") as file:
                file.write(f"#include <component/{name}>\n")
            made = run(os.environ.get("CC", "cc"), *STRICT, *flags, "-fsyntax-only", source)
            checks.expect(made.returncode == 0, f"component/{name} alone:\n{made.stderr}")


def check_dispatch(checks, root):
    """A program in libexec is a command."""
    folder = os.path.join(root, "libexec", "tidewaiter")
    os.makedirs(folder, exist_ok=True)
    script = os.path.join(folder, "tidewaiter-example")
    with open(script, "w", encoding="utf-8") as file:
        file.write('#!/bin/sh\nprintf "%s\\n" "$@"\nexit 1\n')
    program = os.path.join(root, "bin", "tidewaiter")
    checks.equal(tidewaiter("example", program=program).returncode, 70, "a program that cannot be run")
    os.chmod(script, 0o755)
    ran = tidewaiter("example", "a b", "--help", program=program)
    checks.equal((ran.returncode, ran.stdout), (1, "a b\n--help\n"), "a command in libexec")
    checks.equal(tidewaiter("../tidewaiter/tidewaiter-example", program=program).returncode, 2, "no path is a command")


def main():
    if SANITIZED:
        skip("the library needs the sanitizers' runtime here")
    if not shutil.which("pkg-config"):
        skip("pkg-config is not installed")
    checks = Checks()
    with tempfile.TemporaryDirectory() as folder:
        first, root = os.path.join(folder, "first"), os.path.join(folder, "moved")
        installed = run("cmake", "--install", BUILD, "--prefix", first)
        checks.expect(installed.returncode == 0, f"cmake --install: {installed.stderr}")
        os.rename(first, root)
        check_files(checks, root)
        version = tidewaiter("--version", program=os.path.join(root, "bin", "tidewaiter"))
        checks.expect(version.stdout.startswith("tidewaiter "), "the installed program runs")
        check_library(checks, root)
        check_dispatch(checks, root)
    checks.end()


if __name__ == "__main__":
    main()
