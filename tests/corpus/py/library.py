"""Helpers of CPython's library between a name and the lookup, and functions of it that ask for names of their own."""
import argparse
import os
import string
import tempfile
from collections import ChainMap, OrderedDict, defaultdict
from itertools import chain

SPEC = OrderedDict([("host", "LIB_HOST"), ("port", "LIB_PORT")])


class Marked(string.Template):
    delimiter = "@"


class WitWorld:
    def run(self) -> str:
        parser = argparse.ArgumentParser()
        parser.add_argument("--user", default=os.environ.get("LIB_USER"))
        found = {key: os.getenv(name) for key, name in SPEC.items()}
        groups = defaultdict(list)
        groups["x"].append("LIB_GROUPED")
        found["g"] = [os.getenv(name) for name in groups["x"]]
        for name in chain(("LIB_CHAIN_A",), ["LIB_CHAIN_B"]):
            found[name] = os.getenv(name)
        merged = ChainMap({}, os.environ)
        found["m"] = merged.get("LIB_MERGED")
        found["t"] = string.Template("$x").substitute(x=os.getenv("LIB_TEMPLATE"))
        found["m"] = Marked("@LIB_MARKED of $LIB_DECOY").safe_substitute(os.environ)
        found["d"] = tempfile.gettempdir()
        return repr(found) + os.path.expanduser("~")
