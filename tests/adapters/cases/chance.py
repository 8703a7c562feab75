"""What is different in each run, made the same: clocks and random numbers."""

import re
import time

from bed import Case, P3

RESOLUTION = r"resolution \d+\n"
MONOTONIC = r"monotonic \d+ goes on\n"


def wall(offset):
    """Whether the clock shows the time of now and so many seconds more."""

    def wrong(said):
        match = re.fullmatch(r"wall (\d+)\.(\d+)\n" + RESOLUTION + MONOTONIC, said)
        return "" if match and abs(int(match[1]) - time.time() - offset) < 60 else f"the clock is not {offset} s ahead"

    return wrong


def monotonic(at_least):
    """Whether the monotonic clock shows so many nanoseconds and a few more."""

    def wrong(said):
        match = re.search(r"monotonic (\d+) goes on\n", said)
        return "" if match and at_least <= int(match[1]) < at_least + 60 * 10**9 else f"the clock does not begin at {at_least}"

    return wrong


CASES = [
    Case("c-clocks", re.compile(r"wall 1709204400\.250000000\n" + RESOLUTION + MONOTONIC), jco=True, grown=6000,
         does=("virt", "--time", "2024-02-29T12:00:00.25+01:00")),
    Case("c-clocks", re.compile(r"wall 5\.0\n" + RESOLUTION + r"monotonic 300000000000 goes on\n"), jco=True,
         does=("virt", "--time", "5", "--monotonic", "5m")),
    # Each look moves the clock on, over the end of a second too.
    Case("c-ticks", "wall 1709208000.0\nwall 1709208001.500000000\nwall 1709208003.0\n", jco=True, grown=6000,
         does=("virt", "--time", "2024-02-29T12:00:00Z", "--time-step", "1.5s")),
    Case("c-ticks", "wall 7.0\nwall 7.1\nwall 7.2\n", jco=True, does=("virt", "--time", "7", "--time-step", "1ns")),
    Case("c-clocks", wall(-129600), does=("virt", "--time-offset", "-1.5d"), jco=True, grown=6000),
    Case("c-clocks", wall(7230), does=("virt", "--time-offset", "7230500ms"), jco=True),
    # Before 1970 there is nothing that an unsigned second could tell.
    Case("c-clocks", re.compile(r"wall 0\.0\n" + RESOLUTION + MONOTONIC), does=("virt", "--time-offset", "-1000000d"), jco=True),
    Case("c-clocks", re.compile(r"wall \d+\.\d+\n" + RESOLUTION + r"monotonic 1000 goes on\n"), jco=True, grown=6000,
         does=("virt", "--monotonic", "1us", "--monotonic-step", "1ms")),
    Case("c-clocks", monotonic(100 * 86400 * 10**9), does=("virt", "--monotonic-offset", "100d"), grown=6000),
    Case("c-clocks", re.compile(r"wall \d+\.\d+\n" + RESOLUTION + r"monotonic 0 goes on\n"), does=("virt", "--monotonic-offset", "-100000d")),
    # 0.3: what is waited for comes, however wrong the clock is.
    Case("suite/wall-clock", host=P3, does=("virt", "--time", "1960-01-01T00:00:00Z")),
    Case("suite/wall-clock", host=P3, does=("virt", "--time-offset", "-100")),
    Case("suite/wall-clock", host=P3, does=("virt", "--time", "1960-01-01T00:00:00Z", "--time-step", "1ms")),
    Case("suite/monotonic-clock", host=P3, does=("virt", "--monotonic-offset", "100d")),
    Case("suite/monotonic-clock", host=P3, does=("virt", "--monotonic", "100d", "--monotonic-step", "1ms")),
    # Random numbers: the same in every engine, and others for another seed.
    Case("c-random", "random 7c172ff9a5c2cd7597d1d13e4460f0d1\ninsecure 8578605780904490515\nseed 16968601505772979999 10218030354791016688\n",
         does=("virt", "--random-seed", "hi"), gone=("wasi:random/random", "wasi:random/insecure", "wasi:random/insecure-seed"), jco=True,
         grown=6000),
    Case("c-random", re.compile(r"random (?!7c17)[0-9a-f]{32}\ninsecure \d+\nseed \d+ \d+\n"), does=("virt", "--random-seed", "ho"),
         gone=("wasi:random/random", "wasi:random/insecure", "wasi:random/insecure-seed"), jco=True),
    Case("suite/random", host=P3, does=("virt", "--random-seed", "x"),
         gone=("wasi:random/random", "wasi:random/insecure", "wasi:random/insecure-seed")),
    Case("fixture/random/p3-random-imports", host=P3, does=("virt", "--random-seed", "x"),
         gone=("wasi:random/random", "wasi:random/insecure", "wasi:random/insecure-seed")),
    Case("c-random", does=("virt", "--deny-random"), gone=("wasi:random/random", "wasi:random/insecure", "wasi:random/insecure-seed"),
         err=re.compile(r"(?s).*denied: wasi:random/insecure@.*"), status="fails", jco=True, grown=6000),
]
