"""Set operators, heaps, context variables, what exceptions say of themselves, and what the library calls of the program's own functions."""
import functools
import heapq
import json
import operator
import os
from contextvars import ContextVar
from types import SimpleNamespace

WANTED = {"SET_DB", "SET_CACHE", "SET_LEFT_OUT"}
LEFT_OUT = frozenset({"SET_LEFT_OUT"})
TEMPLATE = '{"url": "env:HOOKED_URL", "nested": {"key": "env:HOOKED_KEY"}}'
tenant = ContextVar("tenant", default="TENANT_DEFAULT")


class Missing(Exception):
    def __init__(self, name):
        super().__init__(f"FALLBACK_{name}")
        self.name = name


class Plain(Exception):
    pass


def required(name):
    value = os.environ.get(name)
    if not value:
        raise Missing(name.lower().upper())
    return value


def expand(entry):
    return {k: os.environ.get(v[4:]) if isinstance(v, str) and v.startswith("env:") else v for k, v in entry.items()}


class Reader:
    """A prefix that holds within a block, by a class that is made in place."""

    def __init__(self):
        self.prefix = ""

    def prefixed(self, prefix):
        reader = self

        class Block:
            def __enter__(self):
                self.before, reader.prefix = reader.prefix, reader.prefix + prefix

            def __exit__(self, *_):
                reader.prefix = self.before

        return Block()

    def get(self, name):
        return os.environ.get(self.prefix + name)


reader = Reader()


class WitWorld:
    def run(self) -> str:
        out = [os.environ.get(name) for name in sorted(WANTED - LEFT_OUT)]
        both = {"BOTH_ONE", "BOTH_NOT"} & {"BOTH_ONE", "OTHER"}
        out += [os.environ.get(name) for name in both.union({"UNITED"}).difference(["BOTH_NOT"])]
        try:
            required("REQUIRED_ONE")
        except Missing as e:
            out.append(os.environ.get(str(e)))
        try:
            raise Plain("SAID_PLAINLY")
        except Plain as e:
            out.append(os.environ.get(f"{e}"))
        queue = []
        heapq.heappush(queue, (2, "QUEUE_LATE"))
        heapq.heappush(queue, (1, "QUEUE_SOON"))
        while queue:
            _, name = heapq.heappop(queue)
            out.append(os.environ.get(name))
        for place in ((3, "DECOY_THIRD"), (1, "HEAP_FIRST"), (2, "HEAP_SECOND")):
            heapq.heappush(queue, place)
        out += [os.environ.get(heapq.heappop(queue)[1]) for _ in range(2)]
        space = SimpleNamespace(log="SPACE_LOG")
        out += [os.environ.get(getattr(space, name) if hasattr(space, name) else "DECOY_" + name) for name in ("log",)]
        names = functools.reduce(operator.add, [["ADDED_ONE"], ["ADDED_TWO"]], [])
        out += map(os.environ.get, names)
        out.append(os.environ.get(tenant.get()))
        token = tenant.set("TENANT_SET")
        out.append(os.environ.get(tenant.get()))
        tenant.reset(token)
        with reader.prefixed("BLOCK_"):
            out.append(reader.get("NAME"))
        return repr(out) + str(json.loads(TEMPLATE, object_hook=expand))
