"""Calls that are told of, on standard error and through wasi:logging: names, and no value."""

from bed import Case, P3

CONFIG = ("-S", "config", "-S", "config-var=a=1")

BARE = ("greet", "take", "later", "many", "[constructor]counter", "[method]counter.next", "[static]counter.of")


def told(before):
    """Whether each function was told of, and what was said to none."""

    def wrong(err):
        names = ["greet", "[constructor]counter", *["[method]counter.next"] * 2, "[static]counter.of", "[method]counter.next", "take", "later", "many"]
        lines = [line.partition(" calls: ")[2] for line in err.splitlines() if line.startswith("log: info ")]
        return None if lines == [before + name for name in names] else err

    return wrong


CASES = [
    Case("c-config", "a=1\nzz is not there\n", args=("a", "zz"), host=CONFIG, does=("virt", "--log", "wasi:config/store"),
         err='wasi:config/store@0.2.0-rc.1 get "a"\nwasi:config/store@0.2.0-rc.1 get "zz"\n'),
    Case("c-keyvalue", "k=v\n", args=("", "k"), host=("-S", "keyvalue", "-S", "keyvalue-in-memory-data=k=v"),
         does=("virt", "--log", "wasi:keyvalue/*"),
         err='wasi:keyvalue/store@0.2.0-draft open ""\nwasi:keyvalue/store@0.2.0-draft [method]bucket.get\n'),
    # Handles borrowed, owned, and within results; streams of the host.
    Case("c-files-0.2.6", "ls /data: a.txt empty sub/\n", args=("ls", "/data"), host=("--dir", "{dir}::/data"),
         does=("virt", "--log", "wasi:filesystem/*"), err=lambda err: None if "[method]descriptor.read-directory\n" in err else err),
    # The name of a secret, not the secret.
    Case("c-secrets1", "api-token the api-token\n", args=("api-token",), behind=("secrets1", "logging"), come=("wasi:logging/logging",),
         does=("virt", "--log", "wasmcloud:secrets/*", "--log-to", "wasi:logging/logging"),
         err=lambda err: None if 'get "api-token"' in err and "the api-token" not in err else err),
    # Functions of all shapes: methods, more parameters than are flat, asynchronous ones; bare.
    Case("c-shapes", "greet: hello world\nnew\nnext: 5 6\nof: 7, taken 8\nlater: later on\nmany: 136 end\n", host=P3, behind=("shapes", "logging"),
         args=("greet", "new", "next", "of", "later", "many"), come=("wasi:logging/logging",),
         does=("virt", "--log", "tidewaiter:bed/*", "--log-to", "wasi:logging/logging"), err=told("tidewaiter:bed/all-shapes ")),
    Case("c-bare", "greet: hello world\nnew\nnext: 5 6\nof: 7, taken 8\nlater: later on\nmany: end\n", host=P3, behind=("bare", "logging"),
         args=("greet", "new", "next", "of", "later", "many"), come=("wasi:logging/logging",),
         does=("virt", *(option for name in BARE for option in ("--log", name)), "--log-to", "wasi:logging/logging"), err=told("")),
    # A name is no line of its own, and no longer than standard error takes at once.
    Case("c-config", 'x"\n\\y is not there\n', args=('x"\n\\y',), host=CONFIG, does=("virt", "--log", "wasi:config/store"),
         err='wasi:config/store@0.2.0-rc.1 get "x\\22\\0a\\5cy"\n'),
    Case("c-config", "a" + "ü" * 3000 + " is not there\n", args=("a" + "ü" * 3000,), host=CONFIG, does=("virt", "--log", "wasi:config/store"),
         err='wasi:config/store@0.2.0-rc.1 get "a' + "ü" * 399 + '"…\n'),
    # What is told of is what the application says, whatever the host is asked.
    Case("c-config", "b=1\n", args=("b",), host=CONFIG, does=("virt", "--log", "wasi:config/store", "--rename-config", "b=a"),
         err='wasi:config/store@0.2.0-rc.1 get "b"\n'),
]
