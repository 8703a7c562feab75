"""Interfaces denied by name, by group, by the beginning of their names."""

import re

from bed import Case, P3, VERSIONS

SOCKETS = ("wasi:sockets/network", "wasi:sockets/instance-network", "wasi:sockets/tcp", "wasi:sockets/tcp-create-socket",
           "wasi:sockets/ip-name-lookup")
NETWORK = ("-S", "inherit-network,allow-ip-name-lookup")


BARE = ("pair", "counter", "greet", "take", "later", "many", "[constructor]counter", "[method]counter.next", "[static]counter.of")
MANY = f"many: func({', '.join(f'{c}: u32' for c in 'abcdefghijklmnop')}, last: string) -> string"


def trap(function):
    return re.compile(rf"(?s).*denied: {re.escape(function)}.*")


CASES = [
    # Sockets: what cannot fail makes a resource of nothing, and what comes next fails.
    Case("c-sockets", "create: error access-denied\nresolve: error access-denied\n", args=("{port}",), host=NETWORK, gone=SOCKETS,
         does=("virt", "--deny-sockets")),
    Case("c-sockets", "create: error timeout\nresolve: error timeout\n", args=("{port}",), host=NETWORK, gone=SOCKETS,
         does=("virt", "--deny", "wasi:sockets/*=error:timeout")),
    Case("c-sockets", "create: error not-supported\nresolve: error timeout\n", args=("{port}",), host=NETWORK, gone=SOCKETS,
         does=("virt", "--deny", "wasi:sockets/ip-name-lookup@0.2.6=error:timeout", "--deny-sockets", "--deny-with", "error:not-supported")),
    Case("c-sockets", "", args=("{port}",), host=NETWORK, gone=SOCKETS, does=("virt", "--deny", "wasi:sockets/*=trap"), status="fails",
         err=trap("wasi:sockets/instance-network@0.2.6.instance-network")),
    # One of them: its resources stay those of the others.
    Case("c-sockets", "connect: done\nresolve: error access-denied\n", args=("{port}",), host=NETWORK, gone=SOCKETS[-1:],
         does=("virt", "--deny", "wasi:sockets/ip-name-lookup")),
    Case("c-sockets", "connect: error access-denied\nresolve: begun\n", args=("{port}",), host=NETWORK,
         does=("virt", "--deny", "wasi:sockets/tcp")),
    Case("suite/sockets-tcp-connect", host=P3, does=("virt", "--deny-sockets"), gone=("wasi:sockets/types",), status="fails",
         err=re.compile(r"(?s).*AccessDenied.*")),
    # Any interface.
    Case("c-keyvalue", "open: error no-such-store\n", args=("x",), gone=("wasi:keyvalue/store",),
         does=("virt", "--deny", "wasi:keyvalue/store=error:no-such-store")),
    Case("c-files-{v}", "", versions=VERSIONS, host=("--dir", "{dir}::/data"), gone=("wasi:filesystem/preopens",),
         does=("virt", "--deny", "wasi:filesystem/preopens=empty"), grown=6000),
    Case("c-env-{v}", "", versions=VERSIONS, env={"A": "1"}, gone=("wasi:cli/environment",),
         does=("virt", "--deny", "wasi:cli/environment", "--deny-with", "empty"), grown=6000),
    Case("c-env-0.2.6", "", env={"A": "1"}, gone=("wasi:cli/environment",), does=("virt", "--deny", "wasi:cli/environment"), status="fails",
         err=trap("wasi:cli/environment@0.2.6.get-environment")),
    # All of everything; what a Rust program does first traps.
    Case("rs-app-0.2.6", does=("virt", "--deny", "*"), runs=False, grown=12000,
         gone=("wasi:cli/environment", "wasi:cli/exit", "wasi:io/error", "wasi:io/streams", "wasi:cli/stdin", "wasi:cli/stdout",
               "wasi:cli/stderr", "wasi:cli/terminal-input", "wasi:cli/terminal-output", "wasi:cli/terminal-stdin",
               "wasi:cli/terminal-stdout", "wasi:cli/terminal-stderr", "wasi:clocks/wall-clock", "wasi:filesystem/types",
               "wasi:filesystem/preopens")),
    # Functions by themselves: one, a method and its resource's own, all.
    Case("c-bare", "greet: error greet is denied\nnobody: error greet is denied\nnew\nnext: 5 6\nof: 7, taken 8\nlater: later on\nmany: end\n", host=P3,
         behind=("bare",), does=("virt", "--deny", "greet"), gone=("greet: func(name: string) -> result<string, string>",)),
    Case("c-bare", "greet: hello world\nnew\nnext: ", host=P3, behind=("bare",), args=("greet", "new", "next"), status="fails",
         does=("virt", "--deny", "[method]counter.next"), err=re.compile(r"(?s).*denied: \[method\]counter\.next.*")),
    Case("c-bare", "new\nof: error [static]counter.of is denied\nlater: error later is denied\n", host=P3, args=("new", "of", "later"),
         does=("virt", *(option for name in BARE for option in ("--deny", name))), grown=5000,
         gone=("greet: func(name: string) -> result<string, string>", "take: func(c: counter) -> u32",
               "later: async func(name: string) -> result<string, string>", MANY)),
    Case("c-shapes", "greet: error tidewaiter:bed/all-shapes.greet is denied\nnew\nof: error tidewaiter:bed/all-shapes.[static]counter.of is denied\n",
         host=P3, args=("greet", "new", "of", "many"), does=("virt", "--deny", "tidewaiter:bed/*"), gone=("tidewaiter:bed/all-shapes",), grown=3000,
         status="fails", err=re.compile(r"(?s).*denied: tidewaiter:bed/all-shapes!many.*")),
    # However much that is: a language's whole world, a service between others.
    Case("js-env", does=("virt", "--deny", "*"), gone=("*",), runs=False, grown=6000),
    Case("go-env", does=("virt", "--deny", "*"), gone=("*",), runs=False, grown=6000),
    Case("rs-http-{v}", does=("virt", "--deny", "*"), gone=("*",), runs=False, grown=6000, versions=VERSIONS),
    Case("suite/sockets-tcp-connect", does=("virt", "--deny", "*"), gone=("*",), runs=False, grown=6000),
    Case("fixture/http/p3-http-middleware", does=("virt", "--deny", "*"), runs=False, grown=12000,
         gone=("wasi:http/handler", "wasi:cli/environment", "wasi:cli/exit", "wasi:io/error", "wasi:io/streams", "wasi:cli/stdin", "wasi:cli/stdout",
               "wasi:cli/stderr", "wasi:clocks/wall-clock", "wasi:filesystem/types", "wasi:filesystem/preopens")),
    # A part of what share resources: those are the host's as far as anybody else needs them, whatever is denied first.
    Case("rs-http-{v}", does=("virt", "--deny", "wasi:io/*"), runs=False, versions=VERSIONS),
    Case("rs-http-{v}", does=("virt", "--deny", "wasi:clocks/wall-clock", "--deny", "wasi:filesystem/types"), runs=False, versions=VERSIONS),
    Case("rs-http-{v}", does=("virt", "--deny", "wasi:http/outgoing-handler", "--deny", "wasi:http/types"), runs=False, versions=VERSIONS,
         gone=("wasi:http/outgoing-handler", "wasi:http/types")),
    # A service is given the host's requests, and what they are of is known to who calls it.
    Case("examples/shop/shop", re.compile("(?s)500 .*"), host=P3, serves=True, does=("virt", "--deny", "*"),
         gone=("payment-key: wasmcloud:secrets/secret@2.1.0", "session-key: wasmcloud:secrets/secret@2.1.0", "wasi:cli/environment@0.2.3", "wasi:cli/exit@0.2.3", "wasi:cli/stderr@0.2.3", "wasi:cli/stdin@0.2.3", "wasi:cli/stdout@0.2.3", "wasi:clocks/wall-clock@0.2.3", "wasi:config/store@0.2.0-rc.1", "wasi:filesystem/preopens@0.2.3", "wasi:filesystem/types@0.2.3", "wasi:http/outgoing-handler@0.2.3", "wasmcloud:secrets/reveal@2.1.0", "wasmcloud:secrets/store@2.1.0")),
    Case("suite/http-client-send-errors", host=P3, serves=True, does=("virt", "--deny", "wasi:http/types=trap"), runs=False),
    Case("suite/http-client-send-errors", host=P3, serves=True, does=("virt", "--deny", "wasi:http/*"), runs=False, gone=("wasi:http/client",)),
    Case("suite/http-client-send-errors", host=P3, serves=True, does=("virt", "--log", "wasi:http/types"), runs=False),
]
