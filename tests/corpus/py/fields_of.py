"""Data classes whose fields say which variable they come from: by metadata, by their own names with a prefix, by annotations."""
import dataclasses
import os
import typing
from dataclasses import dataclass, field


def setting(name, default=None, cast=str):
    return field(default=default, metadata={"env": name, "cast": cast})


@dataclass
class Server:
    host: str = setting("FIELD_HOST", "::")
    port: int = setting("FIELD_PORT", 80, int)
    note: str = "no variable"


@dataclass(frozen=True)
class Store:
    url: str
    timeout: float = 1.5
    retries: int = 3


class Named(typing.NamedTuple):
    user: str = "nobody"
    group: str = "nogroup"


class Typed:
    level: str
    color: bool


def load(cls):
    values = {}
    for f in dataclasses.fields(cls):
        name = f.metadata.get("env")
        if name and name in os.environ:
            values[f.name] = f.metadata["cast"](os.environ[name])
    return cls(**values)


def prefixed(cls, prefix):
    return cls(**{f.name: os.environ.get(prefix + f.name.upper(), f.default) for f in dataclasses.fields(cls)})


def annotated(cls, prefix):
    made = cls()
    for name in typing.get_type_hints(cls):
        setattr(made, name, os.getenv(f"{prefix}_{name.upper()}"))
    return made


class WitWorld:
    def run(self) -> str:
        named = Named(*(os.environ.get(f"NAMED_{name.upper()}", "") for name in Named._fields))
        return f"{load(Server)} {prefixed(Store, 'STORE_')} {named} {annotated(Typed, 'TYPED')}"
