"""Several modules: names and helpers from another one, a package that is imported late, a star import, a global that is set."""
import os

from settings_of_packages import *  # noqa: F403
from settings_of_packages import helpers
import settings_of_packages.late  # noqa: F401 (what is not imported now is not in the component)
from settings_of_packages.names import TOKEN_NAME as token_name

_cache = None


def cache():
    global _cache
    if _cache is None:
        _cache = helpers.required("PACKAGE_CACHE")
    return _cache


class WitWorld:
    def run(self) -> str:
        from settings_of_packages import late
        return repr([os.environ[token_name], helpers.required("PACKAGE_REQUIRED"), helpers.Settings.load(), late.value(), cache(),
                     os.getenv(STAR_NAME)])  # noqa: F405
