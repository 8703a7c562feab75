"""Lambdas, closures, partial, decorators, default arguments, map, functions in tables, generators."""
import functools
import os


def reader(prefix):
    def read(name, default=""):
        return os.environ.get(f"{prefix}{name}", default)
    return read


def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        print("call", function.__name__)
        return function(*args, **kwargs)
    return wrapper


@logged
def fetch(name):
    return os.getenv(name)


@functools.lru_cache(maxsize=None)
def cached(name="CACHED_DEFAULT"):
    return os.getenv(name)


HANDLERS = {"alpha": lambda: os.getenv("HANDLER_ALPHA"), "beta": lambda: os.getenv("HANDLER_BETA")}
fixed = functools.partial(os.getenv, "PARTIAL_FIXED")
tail = functools.partial(fetch, name="PARTIAL_NAMED")


def names():
    yield "YIELDED_ONE"
    yield from ("YIELDED_TWO", "YIELDED_THREE")


def asks_what_is_sent():
    """Asks for what it is sent."""
    found = []
    while True:
        name = yield found
        if name is None:
            return found
        found.append(os.environ.get(name))


def never_sent():
    name = yield
    if name is not None:
        os.environ.get("DECOY_NOT_SENT")


def returns_a_name():
    yield "FROM_INNER"
    return "RETURNED_BY_INNER"


def yields_what_is_returned():
    last = yield from returns_a_name()
    yield last


class WitWorld:
    def run(self) -> str:
        driven = asks_what_is_sent()
        next(driven)
        driven.send("SENT_ONE")
        driven.send("SENT_TWO")
        next(never_sent())
        [os.environ.get(name) for name in yields_what_is_returned()]
        app = reader("APP_")
        mode = app("MODE")
        out = [mode, app("HOST", default="x"), fetch("DECORATED"), cached(), fixed(), tail(), HANDLERS[mode]()]
        out += map(os.getenv, ["MAPPED_ONE", "MAPPED_TWO"])
        out += [os.getenv(name) for name in names()]
        get = os.environ.get
        return repr(out + [get("BOUND_GET"), any(os.getenv(n) for n in ("ANY_ONE", "ANY_TWO"))])
