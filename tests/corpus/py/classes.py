"""Settings in classes: dataclass fields, attributes of self, properties, class attributes, inheritance, a singleton."""
import os
from dataclasses import dataclass, field


@dataclass
class Option:
    name: str
    default: str = ""
    aliases: tuple = ()

    def read(self):
        for name in (self.name, *self.aliases):
            if name in os.environ:
                return os.environ[name]
        return self.default


class Base:
    prefix = "BASE"

    def name(self, key):
        return f"{self.prefix}_{key}"


class Queue(Base):
    prefix = "QUEUE"

    def __init__(self, key="URL"):
        self.key = key
        self.options = [Option("QUEUE_DEPTH", "10"), Option(name="QUEUE_MODE", aliases=("QUEUE_KIND",))]

    @property
    def url(self):
        return os.environ.get(self.name(self.key), "")

    @staticmethod
    def token():
        return os.getenv("QUEUE_TOKEN")

    @classmethod
    def owner(cls):
        return os.getenv(cls.prefix + "_OWNER")


OPTION = Option("MODULE_OPTION", "x")


@dataclass
class Config:
    timeout: str = field(default_factory=lambda: os.getenv("CONFIG_TIMEOUT", "5"))


class WitWorld:
    def run(self) -> str:
        queue = Queue()
        values = [option.read() for option in queue.options]
        return repr([queue.url, queue.token(), Queue.owner(), values, OPTION.read(), Config().timeout])
