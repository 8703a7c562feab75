"""Coroutines, gather, asynchronous generators and context managers."""
import asyncio
import os
from contextlib import contextmanager


async def read(name):
    await asyncio.sleep(0)
    return os.environ.get(name)


async def stream():
    for name in ("STREAM_ONE", "STREAM_TWO"):
        yield name


@contextmanager
def scope(name):
    yield os.getenv(name)


class Session:
    async def __aenter__(self):
        self.token = await read("SESSION_TOKEN")
        return self

    async def __aexit__(self, *error):
        return os.getenv("SESSION_EXIT")


async def main():
    async with Session() as session:
        values = await asyncio.gather(read("GATHER_ONE"), read("GATHER_TWO"))
        async for name in stream():
            values.append(os.getenv(name))
        with scope("SCOPE_NAME") as value:
            return repr([values, value, session.token])


class WitWorld:
    def run(self) -> str:
        coroutine = main()
        try:
            coroutine.send(None)
        except StopIteration as stop:
            return stop.value
        return ""
