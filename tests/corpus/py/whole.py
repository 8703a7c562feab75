"""The environment as a whole: a prefix, equality, a copy as a dictionary, comprehension, a merge with defaults."""
import os

DEFAULTS = {"MERGED_ONE": "1"}


class WitWorld:
    def run(self) -> str:
        taken = {name[5:].lower(): value for name, value in os.environ.items() if name.startswith(("TAKE_", "LEND_"))}
        print(taken)
        out = {}
        for key, value in os.environ.items():
            if key.startswith("DEMO_"):
                out[key[5:]] = value
            elif key == "EQUAL_ONE" or key in ("EQUAL_TWO", "EQUAL_THREE"):
                out[key] = value
        copy = dict(os.environ)
        upper = {k.upper(): v for k, v in os.environ.items()}
        merged = {**DEFAULTS, **os.environ}
        out["a"] = copy["COPIED"]
        out["b"] = merged.get("MERGED_ONE")
        out["c"] = os.environ.copy().get("COPIED_TOO")
        out["d"] = next((v for k, v in os.environ.items() if k == "FOUND_BY_NEXT"), None)
        return repr(out) + str(len(upper))
