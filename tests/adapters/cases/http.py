"""HTTP requests: let out to some, to none."""

import re

from bed import Case, P3, VERSIONS

HTTP = ("-S", "http")
TO = "error connection-refused"
DENIED = "at once, error HTTP-request-denied"
FAILED = re.compile("500 (?s:.*)")
SERVED = {"HTTP_SERVER_MAIN": "127.0.0.1:{port}", "HTTP_SERVER_DEAD": "127.0.0.1:1"}


def rules(text, *answers):
    """What becomes of requests under rules; ports where nobody listens refuse, so a request that gets there says so."""
    return Case("c-http-0.2.6", "".join(f"{name}: {answer}\n" for name, answer in answers), does=("virt", "--allow-host", text),
                args=tuple(name for name, _ in answers), host=HTTP)


CASES = [
    Case("c-http-{v}", "127.0.0.1:{port}: 200 hello /x of 127.0.0.1\nlocalhost:{port}: " + DENIED + "\n", grown=12000,
         does=("virt", "--allow-host", "127.0.0.1:{port}"), args=("127.0.0.1:{port}/x", "localhost:{port}/y"), host=HTTP, versions=VERSIONS),
    Case("rs-http-{v}", "127.0.0.1:{port}/: 200\nlocalhost:{port}/: at once, error 15\n", grown=12000,
         does=("virt", "--allow-host", "127.0.0.1:*"), args=("127.0.0.1:{port}/", "localhost:{port}/"), host=HTTP, versions=VERSIONS),
    Case("c-http-{v}", "127.0.0.1:{port}: " + DENIED + "\n", grown=9000, gone=("wasi:http/outgoing-handler",),
         does=("virt", "--deny-http"), args=("127.0.0.1:{port}/x",), host=HTTP, versions=VERSIONS),
    Case("rs-http-{v}", "127.0.0.1:{port}/: at once, error 15\n", grown=9000, gone=("wasi:http/outgoing-handler",),
         does=("virt", "--deny-http"), args=("127.0.0.1:{port}/",), host=HTTP, versions=VERSIONS),
    # Ports.
    rules("localhost", ("localhost:1", DENIED), ("localhost:443", DENIED), ("localhost:080", TO), ("localhost:80", TO), ("localhost", TO)),
    rules("localhost:80", ("localhost:80", TO), ("localhost", TO), ("localhost:1", DENIED)),
    rules("localhost:*", ("localhost:80", TO), ("localhost", TO), ("localhost:1", TO)),
    rules("localhost:1,127.0.0.1:2", ("localhost:1", TO), ("localhost:2", DENIED), ("127.0.0.1:2", TO), ("127.0.0.1:1", DENIED)),
    rules("https://localhost,http://127.0.0.1:1", ("localhost", DENIED), ("localhost:443", DENIED), ("127.0.0.1:1", TO)),
    # Hosts: case, wildcards that are ends of names and not of texts.
    rules("LocalHost:1", ("localhost:1", TO), ("LOCALHOST:1", TO), ("localhosts:1", DENIED), ("xlocalhost:1", DENIED)),
    rules("*.0.0.1:1", ("127.0.0.1:1", TO), ("0.0.1:1", DENIED)),
    rules("*.1:1", ("127.0.0.1:1", TO), ("127.0.0.11:1", DENIED)),
    rules("*:1", ("127.0.0.1:1", TO), ("127.0.0.1:2", DENIED), ("[::1]:1", TO)),
    rules("*", ("127.0.0.1", TO), ("127.0.0.1:2", DENIED)),
    # Addresses in brackets, and what has a user before it.
    rules("[::1]:1", ("[::1]:1", TO), ("[::1]:2", DENIED), ("[::2]:1", DENIED), ("127.0.0.1:1", DENIED)),
    rules("127.0.0.1:1", ("127.0.0.1:1@localhost:1", DENIED), ("user@127.0.0.1:1", DENIED)),
    # WASI 0.3: a service that sends one request itself.
    Case("suite/http-client-send-errors", "200 ", host=P3, env=SERVED, serves=True),
    Case("suite/http-client-send-errors", "200 ", does=("virt", "--allow-host", "127.0.0.1:*"), host=P3, env=SERVED, serves=True),
    Case("suite/http-client-send-errors", FAILED, does=("virt", "--allow-host", "127.0.0.1:1"), host=P3, env=SERVED, serves=True),
    Case("suite/http-client-send-errors", FAILED, does=("virt", "--deny-http"), host=P3, env=SERVED, serves=True, gone=("wasi:http/client",)),
]
