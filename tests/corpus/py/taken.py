"""What the library takes out of sequences and objects, dictionaries that make what they miss, and methods with arguments given before."""
import functools
import itertools
import operator
import os


class Environment(dict):
    """Asks for what it does not have yet."""

    def __missing__(self, name):
        self[name] = os.environ.get(name)
        return self[name]

    def __getattr__(self, name):
        return self["ATTR_" + name.upper()]


class Service:
    class Address:
        host = "BEHIND_DOTS"

    key = "BY_ATTRIBUTE"
    unused = "NOT_TAKEN"

    def ask(self, name, default=None):
        return os.environ.get(name, default)

    port = functools.partialmethod(ask, "BY_PARTIAL_METHOD", default="80")


environment = Environment()
keys = operator.itemgetter("first", "second")
key_of = operator.attrgetter("key")
NAMES = ["TAKEN_ONE", "TAKEN_TWO", "", "DROPPED_ONE"]


class WitWorld:
    def run(self) -> str:
        out = [environment["MISSED_ITEM"], environment.attribute, Service().port()]
        out += map(os.environ.get, keys({"first": "ITEM_FIRST", "second": "ITEM_SECOND", "third": "ITEM_THIRD"}))
        out.append(os.environ.get(key_of(Service)))
        out.append(os.environ.get(operator.attrgetter("Address.host")(Service)))
        taken = list(itertools.takewhile(bool, NAMES))
        for name in itertools.chain(itertools.islice(taken, 1), taken[1:]):
            out.append(os.environ.get(name))
        for name in itertools.filterfalse(lambda n: n.startswith("NO"), ["NO_NAME", "KEPT_NAME"]):
            out.append(os.environ.get(name))
        for name in itertools.dropwhile(lambda n: n != "FROM_HERE", ["BEFORE", "FROM_HERE", "BEHIND"]):
            out.append(os.environ.get(name))
        options = {**({"flag": 1} if out[0] else {})}
        out.append(os.environ.get("SOME_OPTIONS" if len(options) else "NO_OPTIONS"))
        return repr(out)
