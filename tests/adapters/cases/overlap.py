"""Asynchronous calls that are there beside each other, through adapters: none waits for another, all that was asked comes back as it was, what is
given up is given up, and nothing that they took stays taken."""

from bed import Case, P3

MEETING = "tidewaiter:meeting/meeting"
# In less memory than what is handed over, all in all.
HOST = (*P3, "-W", "max-memory-size=1310720")
SAID = "hello anna, hello berta, hello carla\nall is well\n"
STDERR = ("wasi:cli/stderr@0.2.0", "wasi:io/error@0.2.0", "wasi:io/streams@0.2.0")
LOG = ("virt", "--log", MEETING)
TIMES = "until soon: in time\nuntil later: in time\n"

CASES = [
    Case("c-together", SAID, behind=("meeting",), host=HOST),
    Case("c-together", SAID, behind=("meeting",), host=HOST, does=LOG, come=STDERR),
    Case("c-together", SAID, behind=("meeting", "logging"), host=HOST, does=(*LOG, "--log-to", "wasi:logging/logging"), come=("wasi:logging/logging",)),
    Case("c-together", SAID, behind=("meeting",), host=HOST, does=(LOG, LOG), come=STDERR),
    Case("c-sleepers", TIMES, host=P3),
    Case("c-sleepers", TIMES, host=P3, does=("virt", "--monotonic-offset", "3d")),
    Case("c-sleepers", TIMES, host=P3, does=("virt", "--monotonic-offset", "3d", "--log", "wasi:clocks/monotonic-clock"), come=STDERR),
    # It stands still, and what is waited for comes all the same.
    Case("c-sleepers", TIMES.replace("in time", "too early"), host=P3, does=("virt", "--monotonic", "5m")),
]
