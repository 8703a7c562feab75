"""Applications that are given all that they import by a stub: they run, and what they call first traps under its name."""

import re

from bed import Case, P3, VERSIONS


def stubbed(app, function, before=(), **more):
    """`function` is what the engine's backtrace has: the core function's name, or a module's, which is its interface's, and the function's."""
    return Case(app, status="fails", does=(*before, ("stub",)), gone=("*",), err=re.compile(rf"(?s).*not provided: {re.escape(function)}\n.*"), **more)


# Whoever asks for arguments before all else gets some.
ARGS = (("virt", "--program", "x", "--deny-args"),)

CASES = [
    stubbed("c-env-{v}", "wasi:cli/environment@0.2.6.get-environment", versions=("0.2.6",)),
    stubbed("rs-app-{v}", "wasi:cli/environment@0.2.12.get-arguments", versions=("0.2.12",)),
    stubbed("c-http-{v}", "wasi:cli/environment@0.2.0.get-arguments", versions=("0.2.0",)),
    Case("rs-http-{v}", does=("stub",), gone=("*",), runs=False, versions=VERSIONS),
    Case("c-tree", does=("stub",), gone=("*",), runs=False),
    # Functions, types and a resource that stand by themselves; labels; an interface of the application's own.
    stubbed("c-bare", "greet", before=ARGS, host=P3),
    stubbed("c-shapes", "tidewaiter:bed/all-shapes!greet", before=ARGS, host=P3),
    stubbed("c-stores", "sessions!open", host=P3),
    Case("c-labelled", does=("stub",), gone=("*",), runs=False),
    # WASI 0.3. What the application exports has types of an interface that the stub provides: they must be exported too.
    Case("suite/filesystem-io", does=("stub",), gone=("*",), runs=False),
    Case("suite/sockets-tcp-connect", does=("stub",), gone=("*",), runs=False),
    Case("suite/http-service", does=("stub", "--export", "stub"), gone=("*",), runs=False),
    # Large ones.
    Case("go-env", does=("stub",), gone=("*",), runs=False),
    Case("js-env", does=("stub",), gone=("*",), runs=False),
]
