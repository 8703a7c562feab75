"""Keys asked while something fails, and in branches of a match."""
import os


def first(*names):
    for name in names:
        try:
            return os.environ[name]
        except KeyError:
            continue
    return os.environ.get("LAST_RESORT")


class WitWorld:
    def run(self) -> str:
        try:
            value = os.environ["TRY_NAME"]
        except KeyError:
            value = os.environ.get("EXCEPT_NAME")
        finally:
            os.getenv("FINALLY_NAME")
        match value:
            case "a" | "b":
                value = os.getenv("CASE_LETTER")
            case {"kind": kind}:
                value = os.getenv("CASE_MAPPING")
            case [one, *rest]:
                value = os.getenv("CASE_SEQUENCE")
            case _:
                value = os.getenv("CASE_OTHER")
        count = 0
        while count < 3:
            count += 1
            value = os.getenv("WHILE_NAME")
        assert os.getenv("ASSERT_NAME") != "no", os.getenv("ASSERT_MESSAGE")
        return str(value) + str(first("FIRST_A", "FIRST_B"))
