"""Configuration: set, with defaults, allowed, denied, renamed, prefixed; every draft."""

from bed import Case

STORE = "wasi:config/store@0.2.0-rc.1"
# What the host of these cases has.
HOST = ("-S", "config", "-S", "config-var=a=1", "-S", "config-var=b=2", "-S", "config-var=app.a=9")
GET = ("a", "b", "c")


def virt(*options):
    return ("virt",) + options


CASES = [
    Case("c-config", "a=1\nb=2\nc=new, with a comma\n", args=GET, host=HOST, does=virt("--config", "c=new, with a comma"), grown=5000),
    Case("c-config", "a=set\nb=2\nc is not there\n", args=GET, host=HOST, does=virt("--config", "a=set")),
    Case("c-config", "a=1\nb=2\nc=3\n", args=GET, host=HOST, does=virt("--config-default", "a=7", "--config-default", "c=3")),
    Case("c-config", "a=1\nb is not there\nc is not there\n", args=GET, host=HOST, does=virt("--allow-config", "a,c"),
         needs={"config": ["a", "c"]}),
    Case("c-config", "a=1\nb is not there\nc is not there\n", args=GET, host=HOST, does=virt("--deny-config", "b")),
    Case("c-config", "a is not there\nb is not there\nc is not there\n", args=GET, does=virt("--deny-all-config"), gone=(STORE,)),
    Case("c-config", "a is not there\nb=0\nc is not there\n", args=GET, does=virt("--deny-all-config", "--config", "b=0"), gone=(STORE,)),
    Case("c-config", "a=1\nb=2\nc=2\n", args=GET, host=HOST, does=virt("--rename-config", "c=b")),
    # What is set, or has a default, is not the host's.
    Case("c-config", "a=mine\nb=default\nc is not there\n", args=GET, host=HOST,
         does=virt("--config", "a=mine", "--config-default", "b=default", "--deny-config", "a,b,c")),
    Case("c-config", "a is not there\nb is not there\nc=2\n", args=GET, host=HOST, does=virt("--rename-config", "c=b", "--deny-config", "a,b")),
    Case("c-config", "a=9\nb is not there\nc is not there\n", args=GET, host=HOST, does=virt("--prefix-config", "app.")),
    Case("c-config", "a=9\nb=9\nc=0\n", args=GET, host=HOST,
         does=virt("--prefix-config", "app.", "--rename-config", "b=a", "--config-default", "c=0")),
    # All there is.
    Case("c-config", lambda out: same(out, "a=1\nb=2\napp.a=9\nc=3\n"), host=HOST, does=virt("--config", "c=3")),
    Case("c-config", lambda out: same(out, "a=1\nb=2\napp.a=9\nc=3\n"), host=HOST,
         does=virt("--config-default", "a=7", "--config-default", "c=3")),
    Case("c-config", lambda out: same(out, "a=1\nc=1\n"), host=HOST, does=virt("--allow-config", "a", "--rename-config", "c=a")),
    Case("c-config", lambda out: same(out, "a=9\n"), host=HOST, does=virt("--prefix-config", "app.")),
    Case("c-config", "", does=virt("--deny-all-config"), gone=(STORE,)),
    # A draft of another name, by a provider.
    Case("c-config-draft", "mode=fast\na=1\n", args=("mode", "a"), behind=("config",), does=virt("--config", "a=1")),
    Case("c-config-draft", "a=fast\n", args=("a",), behind=("config",), does=virt("--rename-config", "a=mode")),
]


def same(out, lines):
    """Whether the lines are there, in any order."""
    got = sorted(out.splitlines())
    return None if got == sorted(lines.splitlines()) else f"{got} are not {lines!r}"
