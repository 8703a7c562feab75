# world: resources
"""An exported interface with a resource, whose class is looked for in a module of the interface's name."""
import os

import vault


class Vault:
    def open(self, name: str) -> str:
        return os.getenv("VAULT_" + name.upper()) or os.getenv("VAULT_DEFAULT", "") or vault.__name__

    def unexported(self):
        return os.getenv("UNEXPORTED")
