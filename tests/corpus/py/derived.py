"""Classes derived of dictionaries, lists, sets and texts: what they do themselves, and what their bases do for them."""
import copy
import os


class Strict(dict):
    """Asks for what it misses."""

    def __missing__(self, key):
        return os.environ.get("DERIVED_MISS_" + key.upper())


class Attr(dict):
    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__


class Stack(list):
    def push(self, x):
        self.append(x)
        return self

    def top(self):
        return self[-1]


class Keys(set):
    def __contains__(self, k):
        return super().__contains__(k.lower())


class Upper(str):
    def __new__(cls, v):
        return super().__new__(cls, v.upper())

    def env(self):
        return os.environ.get(f"DERIVED_{self}")


class Default(dict):
    def __init__(self, factory, *a, **k):
        super().__init__(*a, **k)
        self.factory = factory

    def __getitem__(self, k):
        if k not in self:
            self[k] = self.factory(k)
        return super().__getitem__(k)


class WitWorld:
    def run(self) -> str:
        s = Strict(have="DERIVED_HAVE")
        out = [os.environ.get(s["have"]), s["gone"]]
        a = Attr(x="DERIVED_X")
        a.y = "DERIVED_Y"
        out += [os.environ.get(a.x), os.environ.get(a["y"])]
        out += [os.environ.get(v) for v in copy.deepcopy(a).values()]
        st = Stack().push("DERIVED_S1").push("DERIVED_S2")
        out.append(os.environ.get(st.top()))
        st.pop()
        out += [os.environ.get("N" + n) for n in st]
        k = Keys(["one"])
        if "ONE" in k:
            out.append(os.environ.get("DERIVED_IN"))
        if len(k) > 1:
            out.append(os.environ.get("DERIVED_DECOY_LEN"))
        out.append(Upper("up").env())
        d = Default(lambda k: os.environ.get("DERIVED_D_" + k), given="DERIVED_GIVEN")
        out += [d["K"], os.environ.get(d["given"])]
        if isinstance(d, dict) and d:
            out.append(os.environ.get("DERIVED_ISDICT"))
        for key, value in Attr(z="DERIVED_ITEM").items():
            out.append(os.environ.get(value + "_" + key))
        e = Strict()
        e["late"] = "DERIVED_LATE"
        e.pop("late")
        out += [os.environ.get(v) for v in e.values()]
        return repr(out)
