"""The reference suites of ../shared/conformance, unpacked into a cache, and their scripts. For the checks in this folder."""

import json
import lzma
import os
import pathlib
import sys
import tarfile

SKIP = 77  # exit status of a test that skips


def sample(files):
    """Of many files one in twelve, the same ones each time, and one in a hundred under sanitizers; all of them where TIDEWAITER_ALL is set.

    For the comparisons that start two programs for each file: the whole takes minutes."""
    step = 1 if os.environ.get("TIDEWAITER_ALL") else 100 if os.environ.get("TIDEWAITER_SANITIZE") else 12
    return files[::step]


def build_folder():
    return pathlib.Path(os.environ.get("TIDEWAITER_BUILD") or pathlib.Path(__file__).resolve().parents[2] / "build")


def shared_folder():
    return pathlib.Path(os.environ.get("TIDEWAITER_SHARED") or pathlib.Path(__file__).resolve().parents[3] / "shared")


def program(name):
    """A program that the build made for these checks."""
    path = build_folder() / "tests" / name
    if not path.exists():
        sys.exit(f"{path} is not there: build first")
    return path


def _cached(source, unpack):
    """The folder that `unpack(source, folder)` filled, again only when `source` has changed since."""
    cache = build_folder() / "conformance" / source.name
    stamp = cache.with_suffix(cache.suffix + ".stamp")
    state = f"{source.stat().st_size} {source.stat().st_mtime_ns}"
    if not cache.exists() or not stamp.exists() or stamp.read_text() != state:
        cache.mkdir(parents=True, exist_ok=True)
        unpack(source, cache)
        stamp.write_text(state)
    return cache


def _unpack_tar(source, folder):
    with tarfile.open(source) as archive:
        archive.extractall(folder)


def suite(name):
    """The folder of the suite NAME.tar.xz, or None where it is not there."""
    source = shared_folder() / "conformance" / f"{name}.tar.xz"
    return _cached(source, _unpack_tar) if source.exists() else None


def corpus():
    """Every .wasm of ../shared/corpus, packed ones unpacked."""
    built = shared_folder() / "corpus" / "built"

    def unpack(source, folder):
        for packed in sorted(source.glob("*.wasm.xz")):
            (folder / packed.stem).write_bytes(lzma.decompress(packed.read_bytes()))

    if not built.exists():
        return []
    return sorted(built.glob("*.wasm")) + sorted(_cached(built, unpack).glob("*.wasm"))


def scripts(folder):
    """Yields (name, folder, commands) for each script of a suite."""
    for path in sorted(folder.rglob("script.json")):
        yield str(path.parent.relative_to(folder)), path.parent, json.loads(path.read_text())["commands"]
