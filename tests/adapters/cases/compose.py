"""Components put together, run: chains of what imports what it exports, versions made one, labels, and the example that does without a
platform."""

import re

from bed import Case, P3

HTTP = ("-S", "http")
RELAYS = tuple(f"{{built}}/provides-relay-{version}.wasm" for version in ("0.2.3", "0.2.6", "0.2.9"))
CALL = {"args": ("127.0.0.1:{port}/x",), "host": HTTP}
HELLO = "127.0.0.1:{port}: 200 hello /x of 127.0.0.1\n"
KEYVALUE = "wasi:keyvalue/store@0.2.0-draft"


def plug(*paths):
    return tuple(word for path in paths for word in ("--plug", path))


def merged(version, to):
    """What is gone and has come where an application of HTTP and a relay of another version have one import for both."""
    names = ("wasi:cli/stderr", "wasi:http/outgoing-handler", "wasi:http/types", "wasi:io/error", "wasi:io/streams")
    return {"gone": names, "come": tuple(f"{name}@{to}" for name in names)} if version != to else {}


CASES = [
    # One relay, of the application's own version, and of a newer one.
    Case("c-http-0.2.6", HELLO, err="relay 0.2.6\n", does=("compose", *plug(RELAYS[1])), **CALL),
    Case("rs-http-0.2.6", "127.0.0.1:{port}/x: 200\n", err="relay 0.2.6\n", does=("compose", *plug(RELAYS[1])), **CALL),
    Case("c-http-0.2.3", HELLO, err="relay 0.2.9\n", does=("compose", "--merge-imports", *plug(RELAYS[2])), **CALL, **merged("0.2.3", "0.2.9")),
    # Three, in their order.
    Case("c-http-0.2.0", HELLO, err="relay 0.2.3\nrelay 0.2.6\nrelay 0.2.9\n", does=("compose", "--merge-imports", *plug(*RELAYS)),
         **CALL, **merged("0.2.0", "0.2.9")),
    Case("rs-http-0.2.0", "127.0.0.1:{port}/x: 200\n", err="relay 0.2.3\nrelay 0.2.6\nrelay 0.2.9\n",
         does=("compose", "--merge-imports", *plug(*RELAYS)), **CALL, **merged("0.2.0", "0.2.9")),
    # One that was composed is composed again.
    Case("c-http-0.2.0", HELLO, err="relay 0.2.3\nrelay 0.2.6\n",
         does=(("compose", "--merge-imports", *plug(RELAYS[0])), ("compose", "--merge-imports", *plug(RELAYS[1]))), **CALL,
         **merged("0.2.0", "0.2.6")),
    # An older one, by hand.
    Case("c-http-0.2.6", HELLO, err="relay 0.2.3\n",
         does=("compose", "--merge-imports", "--name", "app", "--plug", "old=" + RELAYS[0], "--wire",
               "app:wasi:http/outgoing-handler@0.2.6=old:wasi:http/outgoing-handler@0.2.3"), **CALL, gone=("wasi:http/outgoing-handler",),
         come=("wasi:http/outgoing-handler@0.2.3",)),
    # A label, and what is called so.
    Case("c-keyvalue", "k=carts/k\n", args=("carts", "k"), host=P3, err="keyvalue: open carts\nkeyvalue: get carts k\n", gone=(KEYVALUE,),
         does=(("label", "--import", KEYVALUE, "--as", "sessions"), ("compose", "--plug", "sessions={built}/provides-keyvalue.wasm"))),
    Case("c-keyvalue", gone=(KEYVALUE,), come=("sessions: " + KEYVALUE,), does=("label", "--import", KEYVALUE, "--as", "sessions"), runs=False),
    # Two stores of one make: two instances of one component, which is in the result once.
    Case("c-stores", "sessions anna=first/anna\ncarts berta=second/berta\n", host=P3, grown=6500,
         err="keyvalue: open first\nkeyvalue: get first anna\nkeyvalue: open second\nkeyvalue: get second berta\n",
         does=("compose", "--plug", "sessions={built}/provides-keyvalue.wasm", "--plug", "carts={built}/provides-keyvalue.wasm"),
         gone=("sessions: " + KEYVALUE, "carts: " + KEYVALUE)),
    # The shop without a platform.
    Case("examples/shop/shop", re.compile("200 Quay sells in NOK\n?"), env={"SHOP_NAME": "Quay"}, host=P3, serves=True,
         does=("compose", *plug("{examples}/shop/rates.wasm", "{examples}/shop/vault.wasm")),
         gone=("wasi:config/store", "wasmcloud:secrets/store", "wasmcloud:secrets/reveal", "payment-key: wasmcloud:secrets/secret",
               "session-key: wasmcloud:secrets/secret"), needs={"config": [], "secret": [], "env": ["LOG_LEVEL", "SHOP_NAME"]}),
]
