"""Settings as classes make them: a metaclass, descriptors, a class that makes one instance of itself, attributes by their names."""
import os
import re
from functools import cached_property, partial
from itertools import product

required = partial(os.environ.__getitem__)
REFERENCE = re.compile(r"\$\{(\w+)\}")
TABLE = """
SETTING_HOST=required
SETTING_PORT=8080
"""


class FromEnvironment(type):
    def __getattr__(cls, name):
        return os.environ[f"{cls.PREFIX}_{name}"]


class Mail(metaclass=FromEnvironment):
    PREFIX = "MAIL"


class Variable:
    def __init__(self, default=None):
        self.default = default

    def __set_name__(self, owner, name):
        self.name = f"CLIENT_{name.upper()}"

    def __get__(self, instance, owner):
        return os.environ.get(self.name, self.default)


class Client:
    url = Variable()

    @cached_property
    def token(self):
        return required("CLIENT_TOKEN")


class Settings:
    _one = None

    def __new__(cls):
        if cls._one is None:
            cls._one = super().__new__(cls)
            cls._one._load()
        return cls._one

    def _load(self):
        self.__dict__.update({name.lower(): os.environ.get("ONE_" + name) for name in ("USER", "GROUP")})


class Defaults:
    RETRIES = 3
    TIMEOUT = 10

    def __init__(self):
        for name in dir(self):
            if name.isupper():
                setattr(self, name, os.environ.get("DEFAULT_" + name))


def snake(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper()


class WitWorld:
    def run(self) -> str:
        out = [Mail.HOST, Client().url, Client().token, Settings().user, Defaults().RETRIES]
        for line in TABLE.strip().splitlines():
            name, _, default = line.partition("=")
            out.append(os.environ.get(name, default))
        out += map(os.environ.get, map("_".join, product(["ZONE"], ["EU", "US"])))
        out += [os.environ.get(snake(name)) for name in ("poolSize", "poolMaxAge")]
        out.append(REFERENCE.sub(lambda match: os.environ[match.group(1)], "http://${PROXY_HOST}:${PROXY_PORT}/"))
        return repr(out)
