"""What the checks of the house share: where things are, and how they end."""

import os
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TIDEWAITER = os.environ.get("TIDEWAITER", os.path.join(TOP, "build", "tidewaiter"))
BUILD = os.environ.get("TIDEWAITER_BUILD", os.path.join(TOP, "build"))
SANITIZED = bool(os.environ.get("TIDEWAITER_SANITIZE"))

SKIPPED = 77


def skip(why):
    print("skipped:", why)
    sys.exit(SKIPPED)


def tidewaiter(*arguments, program=TIDEWAITER, **options):
    """Runs the program; text in and out, never a status check of its own."""
    return subprocess.run([program, *arguments], text=True, capture_output=True, **options)


def answer(*arguments):
    """Standard output of a run that must succeed in silence."""
    run = tidewaiter(*arguments)
    assert run.returncode == 0 and not run.stderr, f"{arguments}: {run}"
    return run.stdout


def commands():
    return answer("help", "--list").split()


class Checks:
    """Counts what failed, and says it."""

    def __init__(self):
        self.failed = 0
        self.passed = 0

    def expect(self, good, what):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print("FAILED:", what)

    def equal(self, got, wanted, what):
        self.expect(got == wanted, f"{what}: got {got!r}, wanted {wanted!r}")

    def end(self):
        print(f"{self.passed} checks passed, {self.failed} failed")
        sys.exit(1 if self.failed else 0)
