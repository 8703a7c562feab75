"""What one call leaves to the next ones, as often as the outside calls; and dispatch by type that is set up while the program runs."""
import os
from functools import singledispatch

turn = 0
first, second, third = "CHAIN_A", "CHAIN_B", "CHAIN_C"
waiting = ["WAIT_A", "WAIT_B", "WAIT_C"]


class Stage:
    ready = opened = False


def counted():
    global turn
    turn += 1
    if turn == 1:
        return os.environ.get("COUNT_FIRST")
    if turn == 2:
        return os.environ.get("COUNT_SECOND")
    return os.environ.get("COUNT_LATER")


def chained():
    global first, second
    value = os.environ.get(first)
    first, second = second, third
    return value


def taken():
    return os.environ.get(waiting.pop(0)) if waiting else None


def begin():
    global handler
    handler = go_on
    return os.environ.get("HANDLER_BEGIN")


def go_on():
    global handler
    handler = finish
    return os.environ.get("HANDLER_GO_ON")


def finish():
    return os.environ.get("HANDLER_FINISH")


handler = begin


def staged():
    if Stage.opened:
        return os.environ.get("STAGE_OPENED")
    Stage.opened = Stage.ready
    Stage.ready = True
    return os.environ.get("STAGE_CLOSED")


def dispatched():
    @singledispatch
    def ask(value):
        return os.environ.get("DISPATCH_ANY")

    @ask.register
    def _(value: int):
        return os.environ.get("DISPATCH_NUMBER")

    @ask.register(str)
    def _(value):
        return os.environ.get("DISPATCH_TEXT")

    return ask(1), ask("text"), ask(None)


class WitWorld:
    def run(self) -> str:
        return str([counted(), chained(), taken(), handler(), staged(), dispatched()])
