"""Tables of names walked by loops: pairs, dictionaries, enumerate, zip, sorted; a set; a list that is built."""
import os

PAIRS = [("CACHE_TTL", "60"), ("CACHE_SIZE", "1000")]
DEFAULTS = {"DB_HOST": "localhost", "DB_PORT": "5432"}
FLAGS = {"FLAG_ONE", "FLAG_TWO"}
SERVICES = ("pay", "mail")
PARTS = ("URL", "TOKEN")


class WitWorld:
    def run(self) -> str:
        out = [os.getenv(key, fallback) for key, fallback in PAIRS]
        out += [os.environ.get(key) or value for key, value in DEFAULTS.items()]
        for number, flag in enumerate(sorted(FLAGS)):
            out.append(f"{number}{os.getenv(flag)}")
        for service, part in zip(SERVICES, PARTS):
            out.append(os.getenv(f"{service.upper()}_{part}"))
        more = []
        for suffix in ["A", "B"]:
            more.append("SHARD_" + suffix)
        for name in more:
            out.append(os.environ.get(name))
        return ",".join(filter(None, out))
