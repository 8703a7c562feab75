"""The environment where a mapping is wanted: keywords, attributes, the standard library's own."""
import collections
import configparser
import os
import string
import types
from typing import NamedTuple


class Server(NamedTuple):
    SERVER_HOST: str
    SERVER_PORT: str = "80"


class Attributes:
    LEVEL = "info"

    def __init__(self):
        self.__dict__.update(os.environ)

    def address(self):
        return self.ATTRIBUTE_HOST, getattr(self, "ATTRIBUTE_PORT", "80"), self.LEVEL


class Given:
    def __init__(self, GIVEN_NAME="", *, GIVEN_SIZE="1", **more):
        self.name, self.size, self.more = GIVEN_NAME, GIVEN_SIZE, more.get("GIVEN_MORE")


def named(TAKEN_A, TAKEN_B=None):
    return TAKEN_A, TAKEN_B


def all_set(target):
    for name, value in os.environ.items():
        setattr(target, name, value)
    return target


def lower_case():
    parser = configparser.ConfigParser(os.environ)  # what it makes of names is not followed: it is said
    return parser.get("DEFAULT", "name", fallback="")


class WitWorld:
    def run(self) -> str:
        space = types.SimpleNamespace(**os.environ)
        text = string.Template("$TEMPLATE_A and ${TEMPLATE_B}").safe_substitute(**os.environ)
        both = dict(os.environ, LOCAL="1")
        chain = collections.ChainMap({"LOCAL": "1"}, both)
        return str(
            [
                space.SPACE_A,
                hasattr(space, "SPACE_B"),
                text,
                Server(**os.environ),
                Attributes().address(),
                Given(**os.environ),
                named(**os.environ),
                all_set(Attributes()).SET_ALL,
                chain["CHAINED"],
                lower_case(),
            ]
        )
