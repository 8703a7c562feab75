"""Keys that were asked when the component was built: the module's own code has run, and its values stay. One is asked at run time."""
import os

DEBUG = os.environ.get("BUILD_DEBUG") == "1"
HOST = os.getenv("BUILD_HOST", "localhost")
TABLE = {name: os.getenv(name) for name in ("BUILD_ONE", "BUILD_TWO")}


class WitWorld:
    def run(self) -> str:
        if DEBUG:
            return os.environ["ONLY_IN_DEBUG"]
        return HOST + str(TABLE.get("BUILD_ONE")) + str(os.getenv("RUN_HOST"))
