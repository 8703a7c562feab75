"""Constants, a helper with a default, a name chosen by a branch; a decoy, and a function that nothing calls."""
import os

BANNER = "PRINTED_ONLY"


def setting(name, fallback=None):
    value = os.environ.get(name)
    return fallback if value is None else value


def never_called():
    return os.environ["NEVER_ASKED"]


class WitWorld:
    def run(self) -> str:
        print(BANNER)
        port = int(os.getenv("HTTP_PORT", "8080"))
        level = os.environ["LOG_LEVEL"]
        zone = setting("ZONE_A" if port > 8000 else "ZONE_B", "eu")
        if "VERBOSE" in os.environ:
            level = "debug"
        return f"{port} {level} {zone} {setting(name='REGION')}"
