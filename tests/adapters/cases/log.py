"""Calls that are told of, on standard error and through wasi:logging: names, and no value."""

from bed import Case, P3

CONFIG = ("-S", "config", "-S", "config-var=a=1")

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
    # What is told of is what the application says, whatever the host is asked.
    Case("c-config", "b=1\n", args=("b",), host=CONFIG, does=("virt", "--log", "wasi:config/store", "--rename-config", "b=a"),
         err='wasi:config/store@0.2.0-rc.1 get "b"\n'),
]
