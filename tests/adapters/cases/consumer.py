"""One instance within a composed component: adapters for it alone. The application asks its own environment, and wasi:config, which another
component provides from an environment of its own and the configuration behind it."""

from bed import Case, P3

ENVIRONMENT, CONFIG = "wasi:cli/environment", "wasi:config/store"
COMPOSE = ("compose", "--name", "app", "--plug", "settings={built}/provides-settings.wasm")
HOST = {"env": {"A": "the host's"}, "host": ("-S", "config", "-S", "config-var=k=behind")}
SEEN = {"app": "c-consumer", "args": ("A", "k"), **HOST}


def both(own, told, key):
    return f"A: own {own}, told {told}\nk: own none, told {key}\n"


def virt(name, *options):
    return ("virt", "--for", name, *options)


CASES = [
    Case(**SEEN, out=both("the host's", "the host's", "behind"), does=COMPOSE),
    # One has its own variable, the other the host's; whichever it is, and whatever it is called by.
    Case(**SEEN, out=both("the host's", "set", "behind"), does=(COMPOSE, virt("settings", "--env", "A=set"))),
    Case(**SEEN, out=both("set", "the host's", "behind"), does=(COMPOSE, virt("$app", "--env", "A=set"))),
    Case(**SEEN, out=both("set", "the host's", "behind"), does=(COMPOSE, virt("step0-out.$app", "--env", "A=set"))),
    Case(**SEEN, out=both("one", "two", "behind"),
         does=(COMPOSE, virt("app", "--env", "A=one"), virt("settings", "--env", "A=two"))),
    # What is denied to one is the other's still; denied to both, it is imported no more.
    Case(**SEEN, out=both("none", "the host's", "behind"), does=(COMPOSE, virt("app", "--deny-env"))),
    Case(**SEEN, out=both("the host's", "none", "behind"), does=(COMPOSE, virt("settings", "--deny-env"))),
    Case(**SEEN, out=both("the host's", "the host's", "none"), does=(COMPOSE, virt("settings", "--deny-all-config")), gone=(CONFIG,)),
    Case("c-consumer", "mode none\n", env={"APP_MODE": "x"}, does=(COMPOSE, virt("app", "--deny", "wasi:cli/environment=empty"),
                                                                   virt("settings", "--deny-env")), host=HOST["host"], gone=(ENVIRONMENT,), needs={"env": []}),
    # Only what it needs itself; what it may ask for besides has to be named.
    Case("c-consumer", "mode x\n", env={"APP_MODE": "x"}, host=HOST["host"], does=(COMPOSE, virt("app", "--only-needed", "--allow-env", "B")),
         needs={"env": ["APP_MODE", "B"]}),
    Case(**SEEN, out=both("none", "the host's", "behind"), does=(COMPOSE, virt("app", "--only-needed", "--allow-env", "B"))),
    # What it imports anew: what the whole imports already, before it or behind, or what it does not.
    Case(**SEEN, out=both("the host's", "behind", "behind"), does=(COMPOSE, virt("settings", "--env-from-config", "A=k"))),
    Case(**SEEN, out=both("of settings", "the host's", "behind"), does=(COMPOSE, virt("settings", "--config", "C=of settings"),
                                                                       virt("app", "--env-from-config", "A=C"))),
    Case("c-consumer", both("the database-pass", "the host's", "none"), args=("A", "k"),
         env=HOST["env"], host=("-S", "config", *P3), behind=("database-pass=secret-database-pass", "secrets2"),
         does=(COMPOSE, virt("app", "--env-from-secret", "A=database-pass", "--declare")),
         come=("database-pass: wasmcloud:secrets/secret@2.1.0", "wasmcloud:secrets/store@2.1.0", "wasmcloud:secrets/reveal@2.1.0"),
         needs={"secret": ["database-pass"]}),
    # Both have the same secret: one import.
    Case("c-consumer", "A: own the database-pass, told the database-pass\n", args=("A",), env=HOST["env"], host=("-S", "config", *P3),
         behind=("database-pass=secret-database-pass", "secrets2"),
         does=(COMPOSE, virt("app", "--env-from-secret", "A=database-pass", "--declare"),
               virt("settings", "--env-from-secret", "A=database-pass", "--declare")),
         come=("database-pass: wasmcloud:secrets/secret@2.1.0", "wasmcloud:secrets/store@2.1.0", "wasmcloud:secrets/reveal@2.1.0"),
         needs={"secret": ["database-pass"]}),
    # Each its own secret, and neither sees the other's, however deep they are.
    Case("c-consumer", "A: own the database-pass, told the api-token\n", args=("A",), env=HOST["env"], host=("-S", "config", *P3),
         behind=("database-pass=secret-database-pass", "api-token=secret-api-token", "secrets2"),
         does=(COMPOSE, ("virt", "--log", "wasi:cli/exit"), ("virt", "--log", "wasi:filesystem/preopens"),
               virt("step0-out.settings", "--env-from-secret", "A=api-token", "--declare"),
               virt("step0-out.app", "--env-from-secret", "A=database-pass", "--declare")),
         come=("api-token: wasmcloud:secrets/secret@2.1.0", "database-pass: wasmcloud:secrets/secret@2.1.0", "wasmcloud:secrets/store@2.1.0",
               "wasmcloud:secrets/reveal@2.1.0"),
         needs={"secret": ["api-token", "database-pass"]}),
    # One within another.
    Case(**SEEN, out=both("the host's", "inner", "none"),
         does=(COMPOSE, virt("settings", "--allow-config", "other"), virt("settings.$settings", "--env", "A=inner"))),
    Case(**SEEN, out=both("the host's", "first", "behind"),
         does=(COMPOSE, virt("settings", "--env", "A=first"), virt("settings", "--env", "A=second"))),
    # Types that come through the whole, in another version.
    Case(**SEEN, out=both("the host's", "the host's", "behind"), does=(COMPOSE, virt("settings", "--rename", "wasi:cli@0.2.6=wasi:cli@0.2.12")),
         come=("wasi:cli/environment@0.2.12", "wasi:cli/stderr@0.2.12")),
    # A chain of relays, of which the last lets nothing through.
    Case("c-http-0.2.6", "127.0.0.1:{port}: at once, error HTTP-request-denied\n", args=("127.0.0.1:{port}/x",), host=("-S", "http"),
         err="relay 0.2.6\nrelay 0.2.6\n", gone=("wasi:http/outgoing-handler",),
         does=(("compose", "--name", "app", "--plug", "one={built}/provides-relay-0.2.6.wasm", "--plug",
                "two={built}/provides-relay-0.2.6.wasm"), virt("one", "--allow-host", "127.0.0.1:*"), virt("two", "--deny-http"))),
]
