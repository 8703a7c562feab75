"""Interfaces under other names: other versions, a whole world at once, other drafts, secrets of another version."""

from bed import Case, P3

FILES = ("--dir", "{dir}::/data")

# What a program of the preview 1 adapter imports, and what it imports besides to list folders.
STREAMS = ("wasi:io/error", "wasi:io/streams", "wasi:cli/stdin", "wasi:cli/stdout", "wasi:cli/stderr", "wasi:clocks/wall-clock",
           "wasi:filesystem/types", "wasi:filesystem/preopens")
ALL = STREAMS + ("wasi:cli/environment", "wasi:cli/exit", "wasi:cli/terminal-input", "wasi:cli/terminal-output", "wasi:cli/terminal-stdin",
                 "wasi:cli/terminal-stdout", "wasi:cli/terminal-stderr")


def world(old, new, names):
    """What renames them all, and what the imports are then."""
    packages = ("io", "cli", "clocks", "filesystem")
    words = tuple(word for package in packages for word in ("--rename", f"wasi:{package}@{old}=wasi:{package}@{new}"))
    return {"does": ("virt",) + words, "gone": names, "come": tuple(f"{name}@{new}" for name in names)}


def moved(old, new, *names):
    return {"does": ("virt", "--rename", f"{old}={new}"), "gone": names or (old,), "come": (new,)}


def pair(name, old, new):
    return moved(f"{name}@{old}", f"{name}@{new}")


def secrets(old, new):
    both = ("wasmcloud:secrets/store", "wasmcloud:secrets/reveal")
    return {"does": ("virt", "--rename", f"wasmcloud:secrets/store@{old}=wasmcloud:secrets/store@{new}"), "gone": both,
            "come": tuple(f"{name}@{new}" for name in both)}


ENVIRONMENT = "wasi:cli/environment"
STORE, RUNTIME = "wasi:config/store@0.2.0-rc.1", "wasi:config/runtime@0.2.0-draft"

CASES = [
    # Labels stay: of secrets in another version, which is another resource, and back; of stores.
    Case("c-labelled", "database-pass the database-pass\napi-token the api-token\n", host=P3,
         behind=("database-pass=secret-database-pass", "api-token=secret-api-token", "secrets2"), needs={"secret": ["api-token", "database-pass"]},
         does=(("virt", "--rename", "wasmcloud:secrets@2.1.0=wasmcloud:secrets@1.0.0"), ("virt", "--rename", "wasmcloud:secrets@1.0.0=wasmcloud:secrets@2.1.0"))),
    Case("c-stores", runs=False, does=("virt", "--rename", "wasi:keyvalue@0.2.0-draft=wasi:keyvalue@0.2.0-draft2"),
         gone=("sessions: wasi:keyvalue/store@0.2.0-draft", "carts: wasi:keyvalue/store@0.2.0-draft"),
         come=("sessions: wasi:keyvalue/store@0.2.0-draft2", "carts: wasi:keyvalue/store@0.2.0-draft2")),
    # A function by itself goes by another name, and back.
    Case("c-bare", "greet: hello world\n", host=P3, behind=("bare",), args=("greet",),
         does=(("virt", "--rename", "greet=salute"), ("virt", "--rename", "salute=greet"))),
    Case("c-bare", runs=False, does=("virt", "--rename", "greet=salute"), gone=("greet: func(name: string) -> result<string, string>",),
         come=("salute: func(name: string) -> result<string, string>",)),
    # One interface, to and fro.
    Case("c-env-0.2.0", "A=1\n", env={"A": "1"}, **pair(ENVIRONMENT, "0.2.0", "0.2.12"), jco=True),
    Case("c-env-0.2.12", "A=1\n", env={"A": "1"}, **pair(ENVIRONMENT, "0.2.12", "0.2.0")),
    Case("rs-app-0.2.3", "A=1\n", args=("env",), env={"A": "1"}, **pair(ENVIRONMENT, "0.2.3", "0.2.9")),
    # All of them, with the resources that they have in common.
    Case("c-files-0.2.6", "ls /data: a.txt empty sub/\nfirst\n", args=("ls", "/data", "cat", "/data/a.txt"), host=FILES,
         **world("0.2.6", "0.2.0", ALL)),
    Case("c-stdio-0.2.0", "ABC\n", stdin="abc\n", err="something came\n", **world("0.2.0", "0.2.12", STREAMS)),
    Case("rs-app-0.2.12", "first\n", args=("cat", "/data/a.txt"), host=FILES, **world("0.2.12", "0.2.6", ALL)),
    # Another draft, where types have other names.
    Case("c-config-draft", "a=1\nb is not there\n", args=("a", "b"), host=("-S", "config", "-S", "config-var=a=1"), **moved(RUNTIME, STORE)),
    Case("c-config", "mode=fast\n", args=("mode",), behind=("config",), **moved(STORE, RUNTIME)),
    # Secrets, synchronous and not: what one version hands out is held by what the other knows.
    Case("c-secrets1", "api-token the api-token\n", args=("api-token",), host=P3, behind=("secrets2",), **secrets("1.0.0", "2.1.0")),
    Case("c-secrets2", "api-token the api-token\n", args=("api-token",), host=P3, behind=("secrets1",), **secrets("2.1.0", "1.0.0")),
]
