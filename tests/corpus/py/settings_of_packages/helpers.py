from os import environ as env, getenv

from . import names


def required(name):
    try:
        return env[name]
    except KeyError:
        raise SystemExit(f"{name} is not set")


class Settings:
    @classmethod
    def load(cls):
        self = cls()
        for field, variable in names.FIELDS.items():
            setattr(self, field, getenv(variable))
        return self
