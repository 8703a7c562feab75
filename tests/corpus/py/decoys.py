"""Texts that look like names and are no names: printed, compared, kept in dictionaries, given to functions that do not ask."""
import os

HEADERS = {"X_API_KEY": "1", "AUTHORIZATION": "2"}
LOGGED = ["LOG_LINE_ONE", "LOG_LINE_TWO"]


class Store:
    def __init__(self):
        self.rows = {"ROW_ONE": "a"}

    def get(self, name, default=None):
        return self.rows.get(name, default)


def getenv(name):
    return name.lower()


def debug():
    return os.environ["DEBUG_ONLY"]


ENABLED = False


class WitWorld:
    def run(self) -> str:
        store = Store()
        values = [store.get("STORE_KEY"), HEADERS.get("HEADER_KEY"), getenv("LOCAL_GETENV")]
        for line in LOGGED:
            print(line)
        if "NOT_ASKED" in HEADERS or "ALSO_NOT" in values:
            values.append("x")
        if ENABLED:
            values.append(debug())
        environ = {"SHADOWED": "1"}
        values.append(environ.get("SHADOWED"))
        pairs = [("PAIR", "LEFT"), ("TWIN", "RIGHT")]
        values += [os.getenv(f"{a}_{b}") for a, b in pairs]
        return repr(values) + str(os.environ.get("REAL_ONE"))
