"""Several modules: names and helpers from another one, a package that is imported late, a star import, a global that is set."""
import copy
import importlib
import os

from settings_of_packages import *  # noqa: F403
from settings_of_packages import helpers
import settings_of_packages.late  # noqa: F401 (what is not imported now is not in the component)
from settings_of_packages.names import TOKEN_NAME as token_name

_cache = None
SPEC = {"a": {"env": "PACKAGE_COPIED"}, "b": {"env": "DECOY_COPIED"}}


def cache():
    global _cache
    if _cache is None:
        _cache = helpers.required("PACKAGE_CACHE")
    return _cache


class WitWorld:
    def run(self) -> str:
        from settings_of_packages import late
        spec = copy.deepcopy(SPEC)
        spec.pop("b")
        os.getenv(importlib.import_module("settings_of_packages.names").LATER_NAME)
        [os.getenv(each["env"]) for each in spec.values()]
        return repr([os.environ[token_name], helpers.required("PACKAGE_REQUIRED"), helpers.Settings.load(), late.value(), cache(),
                     os.getenv(STAR_NAME)])  # noqa: F405
