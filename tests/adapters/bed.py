"""The test bed of adapters: applications that say what they see, run in real engines, and what stands between.

A case is an application of built/, what tidewaiter does to it, what stands behind it, how it is run, and what it must say then. What is
checked of every case, whatever it says:
  - tidewaiter succeeds in silence, and its output is valid to itself and to wasm-tools;
  - the imports of the output are those of the application, but for `gone` and `come`: whatever no case names passes unchanged;
  - `needs` of the output, where the case tells them;
  - what the application says and how it ends, in wasmtime and, with `jco`, on Node.
"""

import contextlib
import dataclasses
import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import urllib.error
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import house  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
BUILT = os.path.join(HERE, "built")
PEERS = os.environ.get("TIDEWAITER_PEERS", os.path.join(house.TOP, ".peers"))
SHARED = os.environ.get("TIDEWAITER_SHARED", os.path.normpath(os.path.join(house.TOP, "..", "shared")))
VERSIONS = ("0.2.0", "0.2.3", "0.2.6", "0.2.9", "0.2.12")

# What an application of 0.3 may use; an engine that was not asked refuses it.
P3 = ("-W", "component-model-async=y,component-model-implements=y", "-S", "p3,http,inherit-network")


@dataclasses.dataclass
class Case:
    """One application, seen once. In all texts {dir} is a folder with files (see `folder`), {suite} that of the suite's programs, {given} one with
    what `given` says, {port} a server's port, {v} the version, {built} and {examples} those folders."""

    app: str  # of built/, without .wasm; or `go-env`, `js-env` (made at need), or `suite/NAME` or `fixture/NAME`, of ../shared
    out: object = ""  # what it says: a text, a compiled expression that matches all of it, or a function of it that says what is wrong
    does: tuple = ()  # what tidewaiter does: ("virt", OPTION…), or several such, one after another; APP and -o are added
    given: dict = dataclasses.field(default_factory=dict)  # files that tidewaiter is given in {given}: what is in each
    before: tuple = ()  # what stands behind it first: providers, or LABEL=PROVIDER, composed with the application before `does`
    behind: tuple = ()  # the same, after
    args: tuple = ()
    env: dict = dataclasses.field(default_factory=dict)  # the host's
    stdin: str = ""
    host: tuple = ()  # options of wasmtime: what the host grants
    err: object = None  # what stands on standard error; None: not looked at
    status: object = 0  # how it ends; "fails": not with 0
    gone: tuple = ()  # interfaces, in all versions or in that which is named, that are imported no more
    come: tuple = ()  # interfaces, with version, that are imported now; labelled ones as "LABEL: INTERFACE"
    needs: dict = None  # kind: [key…] that the output needs, of origin app; only these kinds are looked at
    owed: str = ""  # why the needs are not told yet: then they must not be, so that this is taken out when they are
    grown: int = None  # how many bytes the output may have more than the application
    versions: tuple = ()  # one case for each, {v} in `app`
    jco: bool = False  # on Node too
    runs: bool = True  # False: looked at, not run
    serves: bool = False  # it is a service: what it says is the status of a GET of / and the body


EVERYTHING = bool(os.environ.get("TIDEWAITER_ALL"))
SANITIZED = bool(os.environ.get("TIDEWAITER_SANITIZE"))
SLOW = ("go-", "js-")
SLOW_MOST = 1  # of the applications that take seconds to compile, and of runs on Node, so many in a file of cases


def sampled(cases):
    """The cases to carry out, each with a version. All, where TIDEWAITER_ALL is set. Else each is tried in one of its versions, in turns, and of
    what takes long only the first ones; under sanitizers a third of the cases, as it is tidewaiter that they are for."""
    slow = node = 0
    for number, case in enumerate(cases):
        if EVERYTHING:
            yield from ((case, version) for version in case.versions or (None,))
            continue
        if SANITIZED and number % 3:
            continue
        if case.app.startswith(SLOW):
            slow += 1
            if slow > SLOW_MOST:
                continue
        if case.jco:
            node += 1
            case = dataclasses.replace(case, jco=node <= SLOW_MOST)
        yield case, case.versions[number % len(case.versions)] if case.versions else None


# ---- Applications that are not kept


def cached(name, make):
    """A file made once by MAKE(path), in the cache of the tree."""
    path = os.path.join(house.TOP, ".cache", "adapters", name)
    if not os.path.exists(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        part = f"{path}.{os.getpid()}"
        make(part)
        os.replace(part, path)
    return path


def made_of_go(name):
    """A Go program as a component, or None where Go or the preview 1 adapter is not there."""
    adapter = os.path.join(PEERS, "node/node_modules/@bytecodealliance/jco/lib/wasi_snapshot_preview1.command.wasm")
    source = os.path.join(HERE, "go", name + ".go")
    if not shutil.which("go") or not os.path.exists(adapter):
        return None

    def make(path):
        with tempfile.TemporaryDirectory() as top:
            core = os.path.join(top, "core.wasm")
            env = {**os.environ, "GOOS": "wasip1", "GOARCH": "wasm", "GO111MODULE": "off", "GOFLAGS": "-buildvcs=false"}
            subprocess.run(["go", "build", "-trimpath", "-ldflags=-s -w", "-o", core, source], env=env, check=True)
            subprocess.run([peer("wasm-tools"), "component", "new", core, "--adapt", f"wasi_snapshot_preview1={adapter}", "-o", path],
                           check=True)

    return cached(f"go-{name}.wasm", make)


def made_of_js(name):
    """A JavaScript program as a component, or None where jco, which brings ComponentizeJS along, is not there."""
    node, jco = shutil.which("node"), peer("jco")
    if not node or not jco:
        return None

    def make(path):
        run = subprocess.run([node, os.path.realpath(jco), "componentize", os.path.join(HERE, "js", name + ".js"), "--wit",
                              os.path.join(HERE, "js", "wit"), "--world-name", name, "--disable", "http", "-o", path],
                             text=True, capture_output=True)
        if run.returncode:
            raise RuntimeError(f"jco componentize: {run.stdout}{run.stderr}")

    return cached(f"js-{name}.wasm", make)


def unpacked(archive, member):
    """A file of an archive of ../shared/conformance, or None where that is not there."""
    source = os.path.join(SHARED, "conformance", archive)
    if not os.path.exists(source):
        return None

    def make(path):
        with tarfile.open(source) as tar:
            with tar.extractfile(member) as file, open(path, "wb") as to:
                shutil.copyfileobj(file, to)

    return cached(member, make)


def application(name):
    """The path of an application; None: it cannot be had here."""
    if name.startswith("go-"):
        return made_of_go(name[3:])
    if name.startswith("js-"):
        return made_of_js(name[3:])
    if name.startswith("examples/"):
        return os.path.join(house.TOP, name + ".wasm")
    if name.startswith("suite/"):
        return unpacked("wasi-testsuite.tar.xz", f"wasi-testsuite/p3/{name[6:]}.wasm")
    if name.startswith("fixture/"):
        return unpacked("fixtures-jco.tar.xz", f"fixtures/jco/p3/{name[8:]}.wasm")
    return os.path.join(BUILT, name + ".wasm")


# ---- What stands around


@functools.lru_cache(None)
def peer(name):
    """The path of a peer, or None."""
    path = os.path.join(PEERS, "bin", name)
    return path if os.access(path, os.X_OK) else shutil.which(name)


class Hello(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"hello {self.path} of {self.headers['Host'].split(':')[0]}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def surroundings():
    """A server, and a folder in which each run finds what `folder` makes."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hello)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with tempfile.TemporaryDirectory(prefix="tidewaiter-adapters-") as top:
        try:
            yield {"port": str(server.server_address[1]), "top": top}
        finally:
            server.shutdown()
            server.server_close()


def get(url):
    """Status and body of what a server answers."""
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return f"{answer.status} {answer.read().decode()}"
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read().decode()}"


def folder(top):
    """A fresh folder with files, to be granted or baked in."""
    path = os.path.join(top, "files")
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(os.path.join(path, "sub", "deep"))
    for name, text in {"a.txt": "first\n", "sub/b.txt": "second\n", "sub/deep/c.txt": "third\n", "empty": ""}.items():
        with open(os.path.join(path, name), "w", encoding="utf-8") as file:
            file.write(text)
    suite = os.path.join(top, "suite")
    shutil.rmtree(suite, ignore_errors=True)
    os.makedirs(suite)
    for name in ("a.txt", "b.txt"):
        file = unpacked("wasi-testsuite.tar.xz", f"wasi-testsuite/p3/fs-tests.dir/{name}")
        if file:
            shutil.copy(file, suite)
    return path


# ---- Looking at components


def imports(wasm):
    """The names that a component imports, as wasm-tools prints them; what WIT cannot say (a resource that is exported twice) it does not print."""
    run = subprocess.run([peer("wasm-tools"), "component", "wit", "--all-features", wasm], text=True, capture_output=True)
    if "cannot represent this component in WIT" in run.stderr:
        return sorted(entry["name"] for entry in json.loads(house.answer("needs", "--format", "json", wasm))["imports"])
    if run.returncode:
        raise RuntimeError(run.stderr)
    world = re.search(r"^world \S+ \{\n(.*?)^\}", run.stdout, re.M | re.S)
    return sorted(re.findall(r"^  import ([^;{]+?)(?:;| \{)", world[1], re.M)) if world else []


def without_version(name):
    return re.sub(r"@[^@]*$", "", name)


def needs(wasm, kinds):
    """The keys of those kinds that the application itself needs."""
    document = json.loads(house.answer("needs", "--format", "json", wasm))
    found = {kind: [] for kind in kinds}
    for need in document["needs"]:
        if need["kind"] in found and need["origin"] == "app":
            found[need["kind"]].append(need["key"])
    return {kind: sorted(keys) for kind, keys in found.items()}


# ---- A case


class Bench:
    """Carries cases out."""

    def __init__(self, checks, around):
        self.checks, self.around = checks, around
        self.count = self.missing = 0

    def text(self, text, version):
        for key, value in {**self.around, "dir": os.path.join(self.around["top"], "files"),
                           "suite": os.path.join(self.around["top"], "suite"), "given": os.path.join(self.around["top"], "given"), "v": version or "", "built": BUILT,
                           "examples": os.path.join(house.TOP, "examples")}.items():
            text = text.replace("{" + key + "}", value)
        return text

    def compose(self, wasm, providers, label):
        if not providers:
            return wasm
        out = os.path.join(self.around["top"], "composed.wasm" if wasm.endswith("out.wasm") else "whole.wasm")
        named = [name.rpartition("=") for name in providers]
        plugs = [option for label, equals, name in named
                 for option in ("--plug", label + equals + os.path.join(BUILT, f"provides-{name}.wasm"))]
        run = house.tidewaiter("compose", wasm, *plugs, "-o", out)
        self.checks.expect(run.returncode == 0 and not run.stdout + run.stderr, f"{label}: compose: {run.stderr}")
        return out if run.returncode == 0 else None

    def transform(self, case, version, wasm, label):
        """What tidewaiter makes of the application; None: it failed, which has been said."""
        given = os.path.join(self.around["top"], "given")
        shutil.rmtree(given, ignore_errors=True)
        os.makedirs(given)
        for name, text in case.given.items():
            with open(os.path.join(given, name), "w", encoding="utf-8", newline="") as file:
                file.write(self.text(text, version))
        steps = (case.does,) if case.does and isinstance(case.does[0], str) else case.does
        for number, (command, *options) in enumerate(steps):
            out = os.path.join(self.around["top"], f"step{number}-out.wasm")
            options = [self.text(option, version) for option in options]
            if command == "stub":
                stub = os.path.join(self.around["top"], "stub.wasm")
                run = house.tidewaiter("stub", wasm, "-o", stub)
                self.checks.expect(run.returncode == 0 and not run.stdout + run.stderr, f"{label}: stub: {run.stdout}{run.stderr}")
                self.valid(stub, label)
                command, options = "compose", ["--plug", f"stub={stub}", *options]
            run = house.tidewaiter(command, wasm, *options, "-o", out)
            self.checks.expect(run.returncode == 0 and not run.stdout + run.stderr, f"{label}: {command}: {run.stdout}{run.stderr}")
            if run.returncode:
                return None
            wasm = out
        return wasm

    def valid(self, wasm, label):
        for command in ([house.TIDEWAITER, "validate", wasm], [peer("wasm-tools"), "validate", "--features", "all", wasm]):
            run = subprocess.run(command, text=True, capture_output=True)
            self.checks.expect(run.returncode == 0, f"{label}: {os.path.basename(command[0])}: {run.stdout}{run.stderr}")

    def inspect(self, case, version, before, after, label):
        gone = [self.text(name, version) for name in case.gone]
        come = [self.text(name, version) for name in case.come]
        had = imports(before)
        gone = had if gone == ["*"] else gone
        wanted = sorted([name for name in had if not {name, without_version(name)} & set(gone)] + come)
        self.checks.equal(imports(after), wanted, f"{label}: imports")
        for name in gone:
            self.checks.expect(name in had + list(map(without_version, had)), f"{label}: {name} was not imported before")
        if case.needs is not None:
            got, wanted = needs(after, case.needs), {kind: sorted(keys) for kind, keys in case.needs.items()}
            if case.owed:
                print(f"owed: {label}: {case.owed}")
                self.checks.expect(got != wanted, f"{label}: needs are told and owed no more")
            else:
                self.checks.equal(got, wanted, f"{label}: needs")
        if case.grown is not None:
            grown = os.path.getsize(after) - os.path.getsize(before)
            self.checks.expect(grown <= case.grown, f"{label}: grown by {grown} bytes")

    def agrees(self, got, wanted, what):
        if callable(wanted):
            why = wanted(got)
            self.checks.expect(not why, f"{what}: {why}: {got!r}")
        elif isinstance(wanted, re.Pattern):
            self.checks.expect(wanted.fullmatch(got), f"{what}: {got!r} is not {wanted.pattern!r}")
        else:
            self.checks.equal(got, wanted, what)

    def run_in(self, engine, command, case, version, environment, label):
        folder(self.around["top"])
        run = subprocess.run(command, text=True, input=self.text(case.stdin, version), capture_output=True, env=environment, timeout=120)
        label = f"{label}, {engine}"
        out = case.out if callable(case.out) or isinstance(case.out, re.Pattern) else self.text(case.out, version)
        self.agrees(run.stdout, out, f"{label}: output ({run.stderr.strip()[-300:]})")
        if case.err is not None and engine == "wasmtime":
            self.agrees(run.stderr, case.err, f"{label}: standard error")
        good = run.returncode != 0 if case.status == "fails" else run.returncode == case.status
        self.checks.expect(good, f"{label}: ended with {run.returncode}, wanted {case.status}: {run.stderr[-300:]}")

    def serve(self, case, version, wasm, label):
        folder(self.around["top"])
        grants = [option for name, value in case.env.items() for option in ("--env", f"{name}={self.text(value, version)}")]
        host = [self.text(option, version) for option in case.host]
        command = [peer("wasmtime"), "serve", "-C", "cache=n", "-S", "cli", "--addr", "127.0.0.1:0", *grants, *host, wasm]
        with subprocess.Popen(command, text=True, stderr=subprocess.PIPE, env={"HOME": self.around["top"]}) as service:
            try:
                at = re.search(r"http://\S+", service.stderr.readline())
                answer = get(at[0]) if at else "it does not serve"
            finally:
                service.kill()
            said = service.stderr.read()
        out = case.out if isinstance(case.out, re.Pattern) else self.text(case.out, version)
        self.agrees(answer, out, f"{label}, wasmtime serve ({said[-300:]})")

    def execute(self, case, version, wasm, label):
        if case.serves:
            self.serve(case, version, wasm, label)
            return
        own_name = self.text(case.app, version).split("/")[-1] + ".wasm"
        args = [self.text(arg, version) for arg in case.args]
        variables = {name: self.text(value, version) for name, value in case.env.items()}
        grants = [option for name, value in variables.items() for option in ("--env", f"{name}={value}")]
        host = [self.text(option, version) for option in case.host]
        command = [peer("wasmtime"), "run", "-C", "cache=n", "--argv0", own_name, *grants, *host, wasm, *args]
        self.run_in("wasmtime", command, case, version, {"HOME": self.around["top"]}, label)
        node, jco = shutil.which("node"), peer("jco")
        if case.jco and node and jco:
            self.run_in("jco", [node, os.path.realpath(jco), "run", wasm, *args], case, version, variables, label)

    def carry_out(self, case, version):
        name = self.text(case.app, version)
        label = f"{name} {' '.join(map(str, case.does))} {' '.join(case.args)}".strip()
        wasm = application(name)
        if wasm is None:
            self.missing += 1
            print(f"left out: {name} cannot be had here")
            return
        self.count += 1
        folder(self.around["top"])
        before = self.compose(wasm, case.before, label)
        after = before and self.transform(case, version, before, label)
        if not after:
            return
        self.valid(after, label)
        self.inspect(case, version, before, after, label)
        whole = self.compose(after, case.behind, label)
        if whole and case.runs and not SANITIZED:
            self.execute(case, version, whole, label)


def carry_out(cases):
    """Carries out all, and ends the test."""
    for name in ("wasm-tools", "wasmtime"):
        if not peer(name):
            house.skip(f"{name} is not there (./dev peers)")
    commands = set(house.commands())
    checks = house.Checks()
    with surroundings() as around:
        bench = Bench(checks, around)
        for case, version in sampled(cases):
            bench.carry_out(case, version)
    print(f"{bench.count} cases, {bench.missing} left out")
    checks.end()
