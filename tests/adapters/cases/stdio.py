"""Standard streams: closed, empty, forgotten, logged; and all other streams as they were."""

import re

from bed import Case, P3, VERSIONS

HTTP = ("-S", "http")
NETWORK = ("-S", "inherit-network,allow-ip-name-lookup")
FILES = ("--dir", "{dir}::/data")
# These import 0.2.4 too, of which a stream can be waited for.
CLOCK = "wasi:clocks/monotonic-clock@0.2.4"
LOG = ("--logging-interface", "wasi:logging/logging")

CASES = [
    Case("c-stdio-{v}", "", stdin="abc\n", err="something came\n", versions=VERSIONS, gone=("wasi:cli/stdout",), jco=True,
         does=("virt", "--stdout", "ignore")),
    Case("c-stdio-{v}", "ABC\n", stdin="abc\n", err="", versions=VERSIONS, gone=("wasi:cli/stderr",), does=("virt", "--stderr", "ignore")),
    Case("c-stdio-{v}", "", stdin="abc\n", err="nothing came\n", versions=VERSIONS, gone=("wasi:cli/stdin",), jco=True,
         does=("virt", "--stdin", "empty")),
    Case("c-stdio-{v}", "", stdin="abc\n", err="nothing came\n", versions=VERSIONS, gone=("wasi:cli/stdin",), does=("virt", "--stdin", "deny")),
    Case("c-stdio-0.2.6", "", stdin="abc\n", err="", gone=("wasi:cli/stdin", "wasi:cli/stdout", "wasi:cli/stderr"), jco=True,
         does=("virt", "--stdin", "empty", "--stdout", "ignore", "--stderr", "ignore")),
    # Writing to what is closed fails, which this one does not look at.
    Case("c-stdio-{v}", "", stdin="abc\n", err="something came\n", versions=VERSIONS, gone=("wasi:cli/stdout",),
         does=("virt", "--stdout", "deny")),
    Case("rs-app-{v}", "", args=("args", "x"), versions=VERSIONS, gone=("wasi:cli/stdout",),
         does=("virt", "--stdout", "deny")),
    # A line of the log for each.
    Case("c-stdio-{v}", "", stdin="abc\ndef\n\ng\n", versions=VERSIONS, gone=("wasi:cli/stdout", "wasi:cli/stderr"), behind=("logging",),
         come=("wasi:logging/logging",), does=("virt", "--stdout", "log", "--stderr", "log", *LOG),
         err="log: info stdout: ABC\nlog: info stdout: DEF\nlog: info stdout: \nlog: info stdout: G\nlog: warn stderr: something came\n"),
    Case("rs-app-{v}", "", args=("args", "größe", "b"), versions=VERSIONS, gone=("wasi:cli/stdout",), behind=("logging",),
         come=("wasi:logging/logging",), does=("virt", "--stdout", "log", *LOG), err="log: info stdout: größe\nlog: info stdout: b\n"),
    # A line that never ended is told when the program ends, by returning or by itself.
    Case("c-stdio-{v}", "", stdin="abc\ndef", versions=VERSIONS, gone=("wasi:cli/stdout",), behind=("logging",), come=("wasi:logging/logging",),
         does=("virt", "--stdout", "log", *LOG), err="log: info stdout: ABC\nsomething came\nlog: info stdout: DEF\n"),
    Case("c-exit", "", args=("1", "ends"), status=1, gone=("wasi:cli/stdout",), behind=("logging",), come=("wasi:logging/logging",),
         does=("virt", "--stdout", "log", *LOG), err="log: info stdout: before\nlog: info stdout: ends\n"),
    Case("c-exit", "", args=("1", "ends"), status="fails", gone=("wasi:cli/stdout", "wasi:cli/exit"), behind=("logging",), come=("wasi:logging/logging",),
         does=("virt", "--stdout", "log", *LOG, "--deny-exit"), err=re.compile(r"(?s)log: info stdout: before\nlog: info stdout: ends\n.*denied: wasi:cli/exit.*")),
    # A message is a text: what is none is question marks; a line is not cut within a character.
    Case("c-stdio-0.2.6", "", stdin="a" * 2039 + "ü" * 3 + "\n", gone=("wasi:cli/stdout",), behind=("logging",), come=("wasi:logging/logging",),
         does=("virt", "--stdout", "log", *LOG), err="log: info stdout: " + "A" * 2039 + "ü\nlog: info stdout: üü\nsomething came\n"),
    # Lines longer than what is gathered are cut.
    Case("c-stdio-0.2.6", "", stdin="a" * 5000 + "\n", gone=("wasi:cli/stdout",), behind=("logging",), come=("wasi:logging/logging",),
         does=("virt", "--stdout", "log", *LOG),
         err="log: info stdout: " + "A" * 2040 + "\nlog: info stdout: " + "A" * 2040 + "\nlog: info stdout: " + "A" * 920 + "\nsomething came\n"),
    # Streams of files, requests and sockets stay the host's.
    Case("c-files-{v}", "", args=("cat", "/data/a.txt"), host=FILES, versions=VERSIONS, gone=("wasi:cli/stdout",),
         does=("virt", "--stdout", "ignore")),
    Case("c-files-{v}", "first\nwrite /data/new: done\nxyz", args=("cat", "/data/a.txt", "write", "/data/new", "xyz", "cat", "/data/new"),
         host=FILES, versions=VERSIONS, gone=("wasi:cli/stderr",), does=("virt", "--stderr", "ignore"), jco=False),
    Case("rs-app-{v}", "first\n", args=("cat", "/data/a.txt"), host=FILES, versions=VERSIONS, gone=("wasi:cli/stderr", "wasi:cli/stdin"),
         does=("virt", "--stderr", "ignore", "--stdin", "empty")),
    Case("rs-app-{v}", "0 bytes \n", args=("stdin",), stdin="abc\n", versions=VERSIONS, gone=("wasi:cli/stdin",),
         does=("virt", "--stdin", "empty")),
    Case("c-http-{v}", "127.0.0.1:{port}: 200 hello /x of 127.0.0.1\n", args=("127.0.0.1:{port}/x",), host=HTTP, versions=VERSIONS,
         gone=("wasi:cli/stderr",), does=("virt", "--stderr", "ignore")),
    Case("rs-http-{v}", "127.0.0.1:{port}/: 200\n", args=("127.0.0.1:{port}/",), host=HTTP, versions=VERSIONS, gone=("wasi:cli/stderr",),
         does=("virt", "--stderr", "ignore")),
    Case("c-sockets", "connect: done\nresolve: begun\n", args=("{port}",), host=NETWORK, gone=("wasi:cli/stderr",),
         does=("virt", "--stderr", "ignore")),
    Case("go-env", "A=1\n", args=("A",), env={"A": "1"}, gone=("wasi:cli/stderr", "wasi:cli/stdin"),
         does=("virt", "--stderr", "ignore", "--stdin", "empty")),
    Case("js-env", "A=1\n", args=("A",), env={"A": "1"}, host=HTTP, gone=("wasi:cli/stderr", "wasi:cli/stdin"),
         does=("virt", "--stderr", "ignore", "--stdin", "empty")),
    # 0.3: what is written is read by a task, and whoever waits for the end is told when all has been read.
    Case("suite/cli-stdio-roundtrip", "", stdin="hello, world!", host=P3, does=("virt", "--stdout", "ignore"), come=(CLOCK,), gone=("wasi:cli/stdout",)),
    Case("suite/cli-stdio-roundtrip", "", stdin="hello, world!", host=P3, does=("virt", "--stdout", "log", *LOG),
         gone=("wasi:cli/stdout",), come=("wasi:logging/logging", CLOCK), behind=("logging",), err="log: info stdout: hello, world!\nhello, world!"),
    Case("suite/cli-stdio-roundtrip", "", stdin="hello, world!", host=P3, does=("virt", "--stdout", "deny"), come=(CLOCK,), gone=("wasi:cli/stdout",),
         status="fails"),
    Case("suite/cli-stdio-roundtrip", "", stdin="hello, world!", host=P3, does=("virt", "--stdin", "empty"), come=(CLOCK,), gone=("wasi:cli/stdin",),
         status="fails", err=re.compile(r"(?s).*left: Dropped.*")),
    Case("suite/cli-stdio", "", host=P3, does=("virt", "--stdout", "ignore"), come=(CLOCK,), gone=("wasi:cli/stdout",)),
]
