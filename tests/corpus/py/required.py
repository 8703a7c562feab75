"""Which variables are missing: sets against the environment, formats that take names from it, texts with variables in them."""
import os

REQUIRED = {"NEED_ONE", "NEED_TWO"}
LISTED = ["LIST_ONE", "LIST_TWO"]


def check(names):
    missing = [name for name in names if name not in os.environ]
    if missing:
        raise RuntimeError("missing: " + ", ".join(missing))


class WitWorld:
    def run(self) -> str:
        gone = REQUIRED - set(os.environ)
        if not {"SUBSET_NAME"} <= os.environ.keys() or not {"METHOD_NAME"}.issubset(os.environ):
            gone = set()
        check(LISTED)
        url = "https://{FORMAT_HOST}:{FORMAT_PORT}/".format(**os.environ)
        url += "{MAP_HOST}".format_map(os.environ) + "%(PERCENT_HOST)s" % os.environ
        url += os.path.expandvars("$EXPANDED/${BRACED}/x")
        table = dict.fromkeys(["KEYS_ONE", "KEYS_TWO"])
        for name in table:
            table[name] = os.environ.get(name)
        if value := os.getenv("WALRUS"):
            url += value
        first, *others = "SPLIT_ONE,SPLIT_TWO,SPLIT_THREE".split(",")
        url += str(os.getenv(first)) + str([os.getenv(name) for name in others])
        pairs = [(prefix, suffix) for prefix in ("EU", "US") for suffix in ("HOST", "PORT")]
        return url + repr(gone) + "".join(str(os.getenv("_".join(pair))) for pair in pairs)
