"""Variables that are set and removed are not asked for."""
import os


class WitWorld:
    def run(self) -> str:
        os.environ["SET_ONLY"] = "1"
        os.environ.update({"UPDATED_ONLY": "2"})
        os.environ.setdefault("SET_DEFAULT", "3")
        os.environ.pop("POPPED", None)
        return str(os.getenv("AFTERWARDS"))
