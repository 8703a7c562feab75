"""Names that come out of attributes: __getattr__, a descriptor, __getitem__, __call__, annotations, dataclass fields, vars, members."""
import dataclasses
import enum
import functools
import os
import os as system


class Lazy:
    def __getattr__(self, name):
        return os.environ["LAZY_" + name.upper()]


class Variable:
    def __init__(self, key):
        self.key = key

    def __get__(self, instance, owner):
        return os.getenv(self.key)


class Described:
    host = Variable("DESCRIBED_HOST")


class Called:
    def __call__(self, key, cast=str):
        return cast(os.getenv(f"CALLED_{key}"))

    def __getitem__(self, key):
        return os.getenv("ITEM_" + key)


class Annotated:
    annotated_host: str
    annotated_port: int = 80


@dataclasses.dataclass
class Fields:
    field_one: str = ""
    field_two: int = 2


class Keys:
    FIRST = "VARS_FIRST"
    SECOND = "VARS_SECOND"


class Member(enum.Enum):
    A = "MEMBER_A"


class Handlers:
    """Methods by names of which the beginning is known; a dictionary, a module's names and an enumeration are asked so too."""

    def do_read(self):
        return os.getenv("DO_READ")

    def do_write(self):
        return os.getenv("DO_WRITE")

    def other(self):
        return os.getenv("DECOY_OTHER")


def limit_fast():
    return os.getenv("LIMIT_FAST")


TABLE = {"key_a": "TABLE_A", "key_b": "TABLE_B", "other": "DECOY_TABLE"}


def by_name(kind):
    method = getattr(Handlers(), "do_" + kind, None)
    limit = globals().get(f"limit_{kind}", str)
    return [method and method(), limit(), os.getenv(TABLE.get("key_" + kind, "TABLE_DEFAULT"))]


def nested(types):
    """Names are put together for data classes only."""
    for kind in types:
        if dataclasses.is_dataclass(kind):
            for field in dataclasses.fields(kind):
                os.getenv(f"{kind.__name__}_{field.name}".upper())


lazy, call = Lazy(), Called()


def walk(tree):
    for value in tree.values():
        if isinstance(value, dict):
            walk(value)
        elif isinstance(value, str):
            os.getenv(value)


class WitWorld:
    def run(self) -> str:
        by_name(os.getenv("KIND_NAME", ""))
        nested([str, Fields, int])
        out = [lazy.token, Described().host, call("KEY", cast=str), call["KEY"]]
        out += [os.environ.get(name.upper()) for name in Annotated.__annotations__]
        out += [os.environ.get(field.name.upper()) for field in dataclasses.fields(Fields)]
        out += [os.getenv(value) for name, value in vars(Keys).items() if not name.startswith("_")]
        out += [os.getenv(member.value) for member in Member.__members__.values()]
        out += [getattr(os, "environ").get("GETATTR_NAME"), system.getenv("ALIASED"), os.environ.__getitem__("DUNDER")]
        out.append(functools.reduce(lambda found, name: found or os.getenv(name), ("REDUCED_A", "REDUCED_B"), None))
        walk({"a": {"b": {"c": "WALKED_DEEP"}}, "d": "WALKED"})
        return repr(out)
