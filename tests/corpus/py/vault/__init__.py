import os

from wit_world import exports
from wit_world.exports import vault


class Box(vault.Box):
    def __init__(self):
        self.prefix = os.getenv("BOX_PREFIX", "BOX")
        self.fallback = "BOX_FALLBACK"

    def get(self) -> str:
        return os.environ.get(self.fallback) or self._helper("BOX_HELPER")

    def _helper(self, name):
        return os.getenv(name, "") + repr(exports)
