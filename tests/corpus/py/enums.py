"""Names kept in enumerations, named tuples, slots, frozen sets, nested dictionaries and a chain of fallbacks."""
import enum
import os
from collections import namedtuple
from types import SimpleNamespace
from typing import NamedTuple


class Key(enum.Enum):
    USER = "ENUM_USER"
    GROUP = "ENUM_GROUP"


class Name(enum.StrEnum):
    HOME = "STRENUM_HOME"


class Text(str, enum.Enum):
    MAIL = "TEXT_MAIL"


class Stage(enum.Enum):
    TEST = "STAGE_TEST_URL"
    LIVE = "STAGE_LIVE_URL"

    @classmethod
    def current(cls):
        try:
            return cls(os.environ.get("STAGE_NAME", ""))
        except ValueError:
            return cls.TEST


class Variable(NamedTuple):
    name: str
    default: str = ""


Field = namedtuple("Field", "key kind")


class Slotted:
    __slots__ = ("name",)

    def __init__(self, name):
        self.name = name


VARIABLES = [Variable("TUPLE_ONE"), Variable("TUPLE_TWO", "2")]
FIELD = Field("TUPLE_FIELD", int)
SLOT = Slotted("SLOT_NAME")
SPACE = SimpleNamespace(name="SPACE_NAME")
TREE = {"db": {"host": {"env": "TREE_DB_HOST"}}, "web": {"host": {"env": "TREE_WEB_HOST"}}}


class WitWorld:
    def run(self) -> str:
        out = [os.getenv(Key.USER.value), os.environ.get(Name.HOME), os.environ.get(Text.MAIL)]
        out += [os.getenv(key.value) for key in Key]
        out += [os.getenv(v.name, v.default) for v in VARIABLES]
        out += [os.getenv(name) for name, _ in [Variable("TUPLE_MADE", "")]]
        out += [os.getenv(FIELD.key), os.getenv(SLOT.name), os.getenv(SPACE.name), os.getenv(Slotted("SLOT_MADE").name)]
        out += [os.getenv(Stage.current().value)]
        out += [os.getenv(section["host"]["env"]) for section in TREE.values()]
        return repr(out) + repr(os.getenv("FALL_ONE") or os.getenv("FALL_TWO") or "none")
