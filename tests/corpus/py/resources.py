# world: resources
"""An exported interface with a resource, whose methods ask; a function with its argument in the name."""
import os

from wit_world import exports


class Vault(exports.Vault):
    def open(self, name: str) -> str:
        return os.getenv("VAULT_" + name.upper()) or os.getenv("VAULT_DEFAULT", "")


class Box:
    def __init__(self):
        self.prefix = os.getenv("BOX_PREFIX", "BOX")
        self.fallback = "BOX_FALLBACK"

    def get(self) -> str:
        return os.environ.get(self.fallback) or self._helper("BOX_HELPER")

    def _helper(self, name):
        return os.getenv(name, "")
