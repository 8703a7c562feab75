"""Prefixes that are set for a while: by generators and classes as context managers, by closures and module variables."""
import os
from contextlib import ExitStack, asynccontextmanager, contextmanager

PREFIX = ""


class Settings:
    def __init__(self, prefix=None):
        self.prefix = prefix

    def read(self, name):
        return os.environ.get((self.prefix or "") + name)

    @contextmanager
    def prefixed(self, prefix):
        try:
            old = self.prefix
            self.prefix = prefix if old is None else old + prefix
            yield self
        finally:
            self.prefix = None
        self.prefix = old


class Within:
    def __init__(self, settings, prefix):
        self.settings, self.prefix = settings, prefix

    def __enter__(self):
        self.old, self.settings.prefix = self.settings.prefix, self.prefix
        return self.settings

    def __exit__(self, *exception):
        self.settings.prefix = self.old


@contextmanager
def module_prefix(prefix):
    global PREFIX
    PREFIX = prefix
    yield os.environ.get("SCOPES_YIELDED")
    PREFIX = ""


@asynccontextmanager
async def later(settings, prefix):
    old, settings.prefix = settings.prefix, prefix
    try:
        yield settings
    finally:
        settings.prefix = old


def counter():
    prefix = "CELL_"

    def read(name):
        return os.getenv(prefix + name)

    def change(to):
        nonlocal prefix
        prefix = to

    return read, change


class Normal:
    """Sets what it is given in capitals, and by a property with a prefix."""

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value.upper())

    @property
    def named(self):
        return self.kept

    @named.setter
    def named(self, value):
        self.kept = "property_" + value


settings = Settings()


class WitWorld:
    def run(self) -> str:
        found = [settings.read("SCOPES_BEFORE")]
        with settings.prefixed("APP_"):
            found += [settings.read("HOST"), settings.read("PORT")]
            with settings.prefixed("DB_") as same:
                found.append(same.read("URL"))
            found.append(settings.read("BETWEEN"))
        found.append(settings.read("SCOPES_AFTER"))
        local = Settings()
        with Within(local, "CLASS_") as within:
            found.append(within.read("KEY"))
        found.append(local.read("SCOPES_LOCAL"))
        with module_prefix("GLOBAL_") as yielded:
            found += [yielded, os.getenv(PREFIX + "KEY")]
        found.append(os.getenv(PREFIX + "SCOPES_GLOBAL"))
        read, change = counter()
        found.append(read("KEY"))
        change("")
        found.append(read("SCOPES_CELL"))
        with ExitStack() as stack:
            stack.enter_context(local.prefixed("STACK_")).read("KEY")
        for prefix in ("ROUND_A_", "ROUND_B_"):
            other = Settings()
            with other.prefixed(prefix):
                found.append(other.read("KEY"))
        normal = Normal()
        normal.key = "hand_key"
        found.append(os.getenv(normal.key))
        normal.named = "key"
        found.append(os.getenv(normal.named))
        count = 0
        while count < 2:
            found.append(os.getenv(f"COUNT_{count:02d}"))
            count += 1
        return repr(found)
