"""Steps for processes of their own: what they run must be importable."""

import os
import signal
from itertools import chain

from hinterland.errors import InputError


def square(number):
    os.write(1, b"a library prints")
    return [number * number]


def join(lists):
    return list(chain.from_iterable(lists))


def deal(number):
    return [number, number * number, "piece"]


def end_once(folder, number):
    """End the process at the first part of each number that is divisible by three."""
    mark = folder / str(number)
    if number % 3 == 0 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return [number]


def end_always(_number):
    os.kill(os.getpid(), signal.SIGKILL)


def refuse(number):
    raise InputError("row {number} cannot be read", number=number)
