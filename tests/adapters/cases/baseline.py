"""The applications as they are: what the bed shows of a host without any adapter. What goes wrong here is a fault of the bed."""

import re

from bed import Case, P3, VERSIONS

HTTP = ("-S", "http")
FILES = ("--dir", "{dir}::/data")

CASES = [
    # The environment.
    Case("c-env-{v}", "A=1,x=y\nB=2\n", env={"B": "2", "A": "1,x=y"}, versions=VERSIONS),
    Case("c-env-{v}", "A=1\nC is not there\n", args=("A", "C"), env={"A": "1"}, versions=VERSIONS, jco=True),
    Case("c-secretive", "password s3cret\nhost db\n", env={"DB_PASS": "s3cret", "DB_HOST": "db"}, needs={"env": ["DB_HOST", "DB_PASS"]},
         jco=True),
    Case("rs-app-{v}", "A=1\n", args=("env",), env={"A": "1"}, versions=VERSIONS),
    Case("rs-app-{v}", "hello\n", env={"APP_GREETING": "hello"}, versions=VERSIONS),
    Case("go-env", "A=1\nC is not there\n", args=("A", "C"), env={"A": "1"}),
    Case("js-env", "A=1\nC is not there\n", args=("A", "C"), env={"A": "1"}, host=HTTP),
    # Arguments, exit.
    Case("c-args-{v}", re.compile(r"0 .*\n1 one\n2 two words\n"), args=("one", "two words"), versions=VERSIONS, jco=True),
    Case("rs-app-{v}", "one\ntwo words\n", args=("args", "one", "two words"), versions=VERSIONS),
    Case("c-exit", "before\n", args=("0",), jco=True),
    Case("c-exit", "before\n", args=("1",), status=1, jco=True),
    Case("c-exit", "before\nafter\n", jco=True),
    # Clocks, random numbers.
    Case("c-clocks", re.compile(r"wall 1[0-9]{9}\.\d+\nresolution \d+\nmonotonic \d+ goes on\n"), jco=True),
    Case("c-random", re.compile(r"random [0-9a-f]{32}\ninsecure \d+\nseed \d+ \d+\n"), jco=True),
    # Standard streams.
    Case("c-stdio-{v}", "ABC\n", stdin="abc\n", err="something came\n", versions=VERSIONS, jco=True),
    Case("c-stdio-{v}", "", err="nothing came\n", versions=VERSIONS),
    Case("rs-app-{v}", "4 bytes abc\n", args=("stdin",), stdin="abc\n", versions=VERSIONS),
    # Files.
    Case("c-files-{v}", "preopen /data\n", host=FILES, versions=VERSIONS),
    Case("c-files-{v}", "", versions=VERSIONS),
    Case("c-files-{v}", "ls /data: a.txt empty sub/\nfirst\nstat /data/sub: folder\nstat /data/sub/b.txt: file of 7\n"
         "write /data/new: done\nxyzcat /data/no: no such file\n",
         args=("ls", "/data", "cat", "/data/a.txt", "stat", "/data/sub", "stat", "/data/sub/b.txt", "write", "/data/new", "xyz", "cat",
               "/data/new", "cat", "/data/no"), host=FILES, versions=VERSIONS),
    Case("c-files-{v}", "cat /data/a.txt: not capable\n", args=("cat", "/data/a.txt"), versions=VERSIONS),
    Case("rs-app-{v}", "first\n", args=("cat", "/data/a.txt"), host=FILES, versions=VERSIONS),
    Case("rs-app-{v}", "error NotFound\n", args=("cat", "/data/a.txt"), versions=VERSIONS),
    # HTTP.
    Case("c-http-{v}", "127.0.0.1:{port}: 200 hello /x of 127.0.0.1\nlocalhost:{port}: 200 hello /y of localhost\n"
         "127.0.0.1:1: error connection-refused\n", args=("127.0.0.1:{port}/x", "localhost:{port}/y", "127.0.0.1:1/"), host=HTTP,
         versions=VERSIONS),
    Case("rs-http-{v}", "127.0.0.1:{port}/: 200\n127.0.0.1:1/: error 6\n", args=("127.0.0.1:{port}/", "127.0.0.1:1/"), host=HTTP,
         versions=VERSIONS),
    # Sockets.
    Case("c-sockets", "connect: done\nresolve: begun\n", args=("{port}",), host=("-S", "inherit-network,allow-ip-name-lookup")),
    Case("c-sockets", "connect: error connection-refused\nresolve: begun\n", args=("1",),
         host=("-S", "inherit-network,allow-ip-name-lookup")),
    Case("c-sockets", "create: error access-denied\nresolve: error permanent-resolver-failure\n", args=("{port}",)),
    # What wasmtime provides in memory.
    Case("c-config", "a=1\nzz is not there\n", args=("a", "zz"), host=("-S", "config", "-S", "config-var=a=1")),
    Case("c-config", "a=1\n", host=("-S", "config", "-S", "config-var=a=1")),
    Case("c-keyvalue", "k=v\nx is not there\nn=5\n", args=("", "k", "x", "n=5"),
         host=("-S", "keyvalue", "-S", "keyvalue-in-memory-data=k=v")),
    Case("c-keyvalue", "open: error no-such-store\n", args=("other", "k"), host=("-S", "keyvalue")),
    # What it does not, by the providers.
    Case("c-config", "greeting=hello, world\nzz is not there\n", args=("greeting", "zz"), behind=("config",),
         err="config: get greeting\nconfig: get zz\n"),
    Case("c-config-draft", "greeting=hello, world\nmode=fast\napp/greeting=hi\n", behind=("config",), err="config: get-all\n"),
    Case("c-keyvalue", "k=carts/k\n", args=("carts", "k=5"), behind=("keyvalue",),
         err="keyvalue: open carts\nkeyvalue: set carts k=5\nkeyvalue: get carts k\n"),
    Case("c-blobstore", "pictures is there, called pictures\nnone is not there, error no container none\n", args=("pictures", "none"),
         behind=("blobstore",)),
    Case("c-messaging", "publish: done\nrequest: news.reply body\n", args=("news", "body"), behind=("messaging",),
         err="messaging: publish news body\nmessaging: request news body\n"),
    Case("c-secrets1", "database-pass the database-pass\n", behind=("secrets1",), needs={"secret": ["database-pass"]},
         err="secrets: get database-pass\nsecrets: reveal database-pass\n"),
    Case("c-secrets1", "raw (bytes) the raw\nnone: error not-found\n", args=("raw", "none"), behind=("secrets1",)),
    Case("c-secrets2", "database-pass the database-pass\n", behind=("secrets2",), host=P3, needs={"secret": ["database-pass"]}),
    Case("c-secrets2", "raw (bytes) the raw\nnone: error not-found\n", args=("raw", "none"), behind=("secrets2",), host=P3),
    Case("c-labelled", "database-pass the database-pass\napi-token the api-token\n", host=P3,
         behind=("database-pass=secret-database-pass", "api-token=secret-api-token", "secrets2"),
         needs={"secret": ["api-token", "database-pass"]}),
    Case("c-logging", "logged\n", behind=("logging",),
         err="".join(f"log: {level} bed: written\n" for level in ("trace", "debug", "info", "warn", "error", "critical"))),
    # Functions of all shapes.
    Case("c-shapes", "greet: hello world\nnobody: error nobody is there\nnew\nnext: 5 6\nof: 7, taken 8\nlater: later on\nmany: 136 end\n",
         behind=("shapes",), host=P3, err="shapes: greet world\nshapes: greet nobody\nshapes: of k\n"),
    Case("c-bare", "greet: hello world\nnobody: hello nobody\nnew\nnext: 5 6\nof: 7, taken 8\nlater: later on\nmany: end\n",
         behind=("bare",), host=P3),
    # WASI 0.3.
    Case("suite/cli-env", args=("a", "b", "42"), env={"foo": "bar", "baz": "42"}, host=P3),
    Case("suite/cli-env", args=("a", "b", "42"), env={"foo": "bar"}, host=P3, status="fails"),
    Case("suite/cli-exit", host=P3, status=1),
    Case("suite/cli-stdio", re.compile("(?s).*"), host=P3),
    Case("suite/random", host=P3),
    Case("suite/wall-clock", host=P3),
    Case("fixture/random/p3-random-imports", host=P3),
]
