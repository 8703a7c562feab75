"""Keys asked while something fails, and in branches of a match; decoys in handlers that nothing comes to, and behind what always fails."""
import os
import sys


class Missing(LookupError):
    pass


def required(name):
    if name not in os.environ:
        raise Missing(name)
    return os.environ[name]


def usage(text):
    print(text, file=sys.stderr)
    sys.exit(2)
    return os.environ.get("DECOY_BEHIND_EXIT")


def quiet():
    try:
        count = int("12") + len("abc")
    except ValueError:
        return os.environ.get("DECOY_NOT_RAISED")
    try:
        return required(f"REQUIRED_{count}")
    except TypeError:
        return os.environ.get("DECOY_OTHER_CLASS")
    except LookupError:
        return os.environ.get("DERIVED_CLASS")


def even(names):
    at = 0
    while at < len(names):
        if at % 2 == 0:
            os.environ.get(f"EVEN_{names[at]}")
        at += 1


def region(name):
    match name:
        case "eu" | "us":
            return os.environ.get(f"REGION_{name}")
        case _:
            return None


def tenant(name):
    if name not in ("acme", "globex"):
        raise ValueError(name)
    return os.environ.get(f"TENANT_{name}")


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
        region(os.getenv("REGION_NAME", "eu"))
        tenant(os.getenv("TENANT_NAME"))
        count = 0
        while count < 3:
            count += 1
            value = os.getenv("WHILE_NAME")
        assert os.getenv("ASSERT_NAME") != "no", os.getenv("ASSERT_MESSAGE")
        even(["A", "B", "C"])
        if value == "?":
            usage("no help")
            os.environ.get("DECOY_BEHIND_USAGE")
        return str(value) + str(first("FIRST_A", "FIRST_B")) + str(quiet())
