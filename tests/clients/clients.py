"""What the tests with real clients share: where the clients are, servers that are started and surely stopped, and the guest.

Everything listens on 127.0.0.1 alone, on ports that were free a moment before, and ends with the test: a server is a context, and
each waiting has a limit.
"""

import contextlib
import glob
import importlib.util
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import house  # noqa: E402

PEERS = os.environ.get("TIDEWAITER_PEERS", os.path.join(house.TOP, ".peers"))
SHARED = os.environ.get("TIDEWAITER_SHARED", os.path.normpath(os.path.join(house.TOP, "..", "shared")))
CORPUS = os.path.join(house.TOP, "tests", "corpus", "built")
GUEST = os.path.join(house.TOP, "tests", "clients", "guest")

# The one host that the guest calls; ferry.c has the same.
TIDE_PORT = 28217

# What the guest is given, and must say that it was given. The values are such that a parser of YAML 1.1 would change them.
VALUES = {
    "env": {"FERRY_NAME": "anna", "FERRY_DECKS": "03", "FERRY_BELL": "no", "FERRY_PASSWORD": "open: #sesame"},
    "config": {"ferry.timetable": "1_000"},
    "secret": {"quay-token": "0x1F", "pilot-key": "~"},
}


# The handler's own, where both guests make one workload: the secrets are the workload's, the rest each component's.
HANDLER_VALUES = {
    "env": {"FERRY_NAME": "berta", "FERRY_DECKS": "2", "FERRY_BELL": "on", "FERRY_PASSWORD": "shut"},
    "config": {"ferry.timetable": "summer"},
    "secret": VALUES["secret"],
}


def said(values):
    """The lines by which the guest says that these values reached it."""
    return sorted(f"{kind} {key}={value}" for kind, keys in values.items() for key, value in keys.items())


# Texts that YAML takes for something else where they are not quoted, or that quoting spoils where it is done by halves.
AWKWARD = [
    "no", "0755", "1e3", "~", "a: b # c", "- x", "it's", '"said"', "\\n", "{}", "[1]", "&a", "*a", "!x", "%x", "@x", "`x`", "null",
    "2026-01-02", "12:30:45", "0x1F", ".inf", "trailing ", " leading", "=", "<<", "Größe €", "1_000", "a\ttab", "|", "> x", "? x", "",
    "$HOME", "$(HOME)", "${HOME:-x}", "a\\\\b", "100%",
]


def components():
    """Components to make manifests for: of the corpus every third, for builds of one program have one manifest; of the examples; and the
    guest. A core module is none."""
    found = sorted(path for path in glob.glob(CORPUS + "/*.wasm") if not path.endswith("-m.wasm"))[::3] + glob.glob(GUEST + "/*.wasm")
    found += glob.glob(os.path.join(house.TOP, "examples", "**", "*.wasm"), recursive=True)
    return sorted(found)


def needs(wasm):
    return json.loads(house.answer("needs", "--format", "json", wasm))["needs"]


def values_for(wasm):
    """A value for each key that a component asks for, an awkward one: {section: {key: value}}. Runtimes' own keys are left out."""
    asked = [need for need in needs(wasm) if need["kind"] in ("env", "config", "secret") and need["origin"] == "app"]
    values = {}
    for number, need in enumerate(asked):
        values.setdefault(need["kind"], {})[need["key"]] = AWKWARD[number % len(AWKWARD)]
    return values


def values_file(path, values, **others):
    """Writes a values file; JSON is YAML."""
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"format": "tidewaiter.values/1", **values, **others}, file, ensure_ascii=False)
    return path


# ---- Clients


def client(name, package):
    """The path of a client. Ends the test as skipped where it is missing; PACKAGE says where it comes from."""
    for path in (os.path.join(PEERS, "bin", name), shutil.which(name), "/usr/sbin/" + name):
        if path and os.access(path, os.X_OK):
            return path
    house.skip(f"{name} is not there ({package})")


def python_with(*modules):
    """Goes on in the Python of the peers where this one lacks a module; ends the test as skipped where that lacks it too."""
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if not missing:
        return
    python = os.path.join(PEERS, "python", "bin", "python")
    if sys.prefix == sys.base_prefix and os.access(python, os.X_OK):
        os.execv(python, [python, *sys.argv])
    house.skip(f"not there: {', '.join(missing)} of PyPI (./dev peers)")


def need_target(name):
    if "manifest" not in house.commands() or name not in house.answer("manifest", "--list-targets"):
        house.skip(f"this tidewaiter makes no manifest for {name}")


def generate(checks, target, wasm, *options):
    """A manifest of a target; None where the platform could not express it, which must be said."""
    run = house.tidewaiter("manifest", "--target", target, *options, wasm)
    if run.returncode == 1:
        checks.expect(run.stderr and not run.stdout, f"{wasm}: refused without a word, or with half an answer")
        return None
    if run.returncode != 0:
        checks.expect(False, f"{wasm}: manifest ends with {run.returncode}: {run.stderr[:300]}")
        return None
    return run.stdout


# ---- Servers


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def folder():
    with tempfile.TemporaryDirectory(prefix="tidewaiter-clients-") as path:
        yield path


class Server:
    """A process and what it printed, standard error with it."""

    def __init__(self, command, log, **options):
        self.path = log
        self.out = open(log, "w", encoding="utf-8")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.out, stderr=self.out, **options)

    def text(self):
        with open(self.path, encoding="utf-8", errors="replace") as log:
            return re.sub(r"\x1b\[[0-9;]*m", "", log.read())

    def lines(self):
        return self.text().splitlines()

    def ended(self):
        return self.process.poll() is not None

    def wait_for(self, good, seconds=60):
        """Waits until GOOD() is true, the process ends or the time is over; says whether it was."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if good():
                return True
            if self.ended():
                return good()
            time.sleep(0.05)
        return False

    def stop(self):
        if not self.ended():
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.out.close()


@contextlib.contextmanager
def server(command, log, **options):
    running = Server(command, log, **options)
    try:
        yield running
    finally:
        running.stop()


def listening(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def get(port, host=None, path="/"):
    """Status and text that a server answers with; 0 and why where it does not answer."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": host} if host else {})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, str(error)
    except OSError as error:
        return 0, str(error)


def get_when_ready(running, port, host=None, seconds=60):
    """The answer once the workload is there: before that, hosts answer 404 or 503."""
    answers = [(0, "never asked")]

    def asked():
        answers.append(get(port, host))
        return answers[-1][0] not in (0, 404, 503)

    running.wait_for(asked, seconds)
    return answers[-1]


TIDE = """
import http.server
class Tide(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", %d), Tide).serve_forever()
"""


@contextlib.contextmanager
def tide(top):
    """The host that the guest calls. Its port is written in the guest: where something else keeps it, the test skips."""
    until = time.monotonic() + 120
    while listening(TIDE_PORT):
        if time.monotonic() > until:
            house.skip(f"port {TIDE_PORT} of 127.0.0.1, which the guest calls, is taken")
        time.sleep(0.5)
    with server([sys.executable, "-c", TIDE % TIDE_PORT], os.path.join(top, "tide.log")) as running:
        assert running.wait_for(lambda: listening(TIDE_PORT)), running.text()
        yield running


def wash_environment(top):
    """wash keeps caches in the home folder and may look for news: it gets a home of its own and none of our variables."""
    home = os.path.join(top, "home")
    os.makedirs(home, exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "HOME": home, "NO_COLOR": "1"}


REGISTRY = """version: 0.1
storage: {{filesystem: {{rootdirectory: {top}/registry}}}}
http: {{addr: "127.0.0.1:{port}"}}
"""


class Registry:
    """A registry without TLS, filled by wash."""

    def __init__(self, top, wash):
        self.top, self.wash = top, wash
        self.program = client("docker-registry", "./dev peers unpacks it from Debian")
        self.port = free_port()

    @contextlib.contextmanager
    def started(self):
        config = os.path.join(self.top, "registry.yaml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(REGISTRY.format(top=self.top, port=self.port))
        with server([self.program, "serve", config], os.path.join(self.top, "registry.log"), env=wash_environment(self.top)) as running:
            if not running.wait_for(lambda: listening(self.port), 60):
                raise RuntimeError(f"docker-registry does not start: {running.text()}")
            yield self

    def push(self, guest):
        """Pushes one of the guests; its image."""
        image = f"127.0.0.1:{self.port}/{guest}:1"
        run = subprocess.run([self.wash, "oci", "push", "--insecure", image, os.path.join(GUEST, guest + ".wasm")],
                             env=wash_environment(self.top), text=True, capture_output=True)
        if run.returncode != 0:
            raise RuntimeError(f"wash oci push: {run.stdout}{run.stderr}")
        return image


# ---- NATS, as much of it as asks one question


def nats_request(port, subject, payload, seconds=60):
    """The JSON answer to one request."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        stream = connection.makefile("rwb")
        stream.readline()  # INFO
        body = json.dumps(payload).encode()
        stream.write(b'CONNECT {"verbose":false,"headers":false}\r\nSUB answer 1\r\n')
        stream.write(b"PUB %s answer %d\r\n%s\r\n" % (subject.encode(), len(body), body))
        stream.flush()
        while True:
            line = stream.readline()
            if line.startswith(b"PING"):
                stream.write(b"PONG\r\n")
                stream.flush()
            elif line.startswith(b"MSG"):
                return json.loads(stream.read(int(line.split()[-1]) + 2))
            elif line.startswith(b"-ERR") or not line:
                raise ValueError(f"NATS says {line!r} to {subject}")
