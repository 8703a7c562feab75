"""How an application is started and ends: its arguments, its exit code."""

import re

from bed import Case, P3, VERSIONS

ARGS = ("virt", "--arg", "a,b", "--arg", "two words")

CASES = [
    # What two capabilities take away together is not imported.
    Case("c-env-{v}", "", env={"A": "1"}, does=("virt", "--deny-env", "--deny-args", "--program", "x"), gone=("wasi:cli/environment",), grown=4000,
         versions=VERSIONS),
    Case("rs-app-{v}", "B=2\n", args=("ignored",), does=("virt", "--env", "B=2", "--deny-env", "--arg", "env", "--program", "x"),
         gone=("wasi:cli/environment",), versions=VERSIONS),
    # The host is asked for what is left, by another name.
    Case("c-env-0.2.6", "A=1\n", args=("A",), does=("virt", "--env", "A=1", "--deny-env", "--rename", "wasi:cli/environment@0.2.6=wasi:cli/environment@0.2.12"),
         gone=("wasi:cli/environment@0.2.6",), come=("wasi:cli/environment@0.2.12",)),
    # Instead of the host's; the program is called as the host says, or not.
    Case("c-args-{v}", "0 c-args-{v}.wasm\n1 a,b\n2 two words\n", args=("x", "y"), does=ARGS, versions=VERSIONS, grown=6000),
    Case("c-args-{v}", re.compile(r"0 .*\n1 a,b\n2 two words\n"), args=("x", "y"), does=ARGS, versions=VERSIONS, jco=True),
    Case("rs-app-{v}", "a,b\ntwo words\n", args=("x",), does=("virt", "--arg", "args", *ARGS[1:]), versions=VERSIONS, grown=6000),
    Case("c-args-{v}", "0 größe\n1 a,b\n", args=("x", "y"), does=("virt", "--program", "größe", "--arg", "a,b"), versions=VERSIONS,
         gone=("wasi:cli/environment",), jco=True, grown=6000),
    Case("c-args-{v}", "0 \n1 \n", args=("x", "y"), does=("virt", "--program", "", "--arg", ""), versions=VERSIONS,
         gone=("wasi:cli/environment",)),
    # Of files, one a line, before those of the command line.
    Case("c-args-{v}", "0 c-args-{v}.wasm\n1 a,b\n2 two words\n3  \n4 #5\n5 \n6 \"\n7 größe\n8 last\n", args=("x",), versions=VERSIONS,
         does=("virt", "--arg", "last", "--args-from", "{given}/one", "--args-from", "{given}/two"),
         given={"one": "# what it is called with\na,b\n\n  two words\t\r\n' '\n", "two": "'#5'\n\"\"\n\"\ngröße"}, grown=6000),
    Case("c-args-0.2.6", "0 c-args-0.2.6.wasm\n1 a\n2 x\n", args=("x",), does=("virt", "--args-from", "{given}/one", "--host-args"),
         given={"one": "a"}),
    # Before the host's.
    Case("c-args-{v}", "0 c-args-{v}.wasm\n1 a,b\n2 two words\n3 x\n4 y\n", args=("x", "y"), does=(*ARGS, "--host-args"),
         versions=VERSIONS),
    Case("c-args-0.2.6", "0 me\n1 x\n2 y\n", args=("x", "y"), does=("virt", "--program", "me"), jco=True),
    Case("c-args-0.2.6", "0 me\n1 x\n2 y\n", args=("x", "y"), does=("virt", "--program", "me", "--host-args"), jco=True),
    Case("c-args-{v}", "0 c-args-{v}.wasm\n", args=("x", "y"), does=("virt", "--deny-args"), versions=VERSIONS),
    Case("c-args-0.2.6", "0 me\n", args=("x", "y"), does=("virt", "--deny-args", "--program", "me"), jco=True,
         gone=("wasi:cli/environment",)),
    # What else the interface has stays the host's, and what another adapter made of it.
    Case("rs-app-0.2.6", "B=2\nC is not there\n", env={"B": "2"}, does=("virt", "--arg", "env", "--arg", "B", "--arg", "C")),
    Case("rs-app-0.2.6", "B=3\n", env={"B": "2"}, does=("virt", "--arg", "env", "--arg", "B", "--env", "B=3")),
    Case("suite/cli-env", args=("x",), env={"foo": "bar", "baz": "42"}, host=P3,
         does=("virt", "--arg", "a", "--arg", "b", "--arg", "42")),
    # The folder: this one is surprised that there is any.
    Case("suite/cli-env", args=("a", "b", "42"), env={"foo": "bar", "baz": "42"}, host=P3, does=("virt", "--cwd", "/somewhere"),
         status="fails", err=re.compile(r"(?s).*cwd\.is_none.*")),
    # The host is told another code, or nothing.
    Case("c-exit", "before\n", args=("1",), does=("virt", "--exit-code", "0"), grown=6000, jco=True),
    Case("c-exit", "before\n", args=("0",), does=("virt", "--exit-code", "1"), status=1, jco=True),
    Case("c-exit", "before\nafter\n", does=("virt", "--exit-code", "1"), jco=True),
    Case("suite/cli-exit", host=P3, does=("virt", "--exit-code", "0")),
    Case("c-exit", "before\n", args=("0",), does=("virt", "--deny-exit"), gone=("wasi:cli/exit",), status="fails", grown=6000, jco=True,
         err=re.compile(r"(?s).*denied: wasi:cli/exit@0.2.6.exit.*")),
    Case("c-exit", "before\nafter\n", does=("virt", "--deny-exit"), gone=("wasi:cli/exit",), jco=True),
    Case("suite/cli-exit", host=P3, does=("virt", "--deny-exit"), gone=("wasi:cli/exit",), status="fails"),
]
