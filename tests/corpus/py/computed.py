"""A name that is not known, one whose beginning is, and a constant."""
import os


class WitWorld:
    def run(self) -> str:
        which = os.environ.get("WHICH_PROFILE", "DEFAULT")
        return str(os.getenv(f"PROFILE_{which}_PATH")) + str(os.getenv(which.lower() + "x"))
