"""Unique ids: 128 bits written as 22 Base62 characters, as QLDB wrote its document, table and transaction ids.

The encoding (developer guide `working.unique-id`; read off 27 real ids) writes each 64-bit half on its own, most
significant digit first, padded to 11 characters. In real ids one leading byte varies and the next seven look like a
clock. We do the same, with the leading byte fixed for each source: ids made one after the other are then neighbours
in the view's B-trees, which makes inserting them cheap. The clock moves once a millisecond, so that its half need not
be written anew for every id.
"""

import json
import os
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Protocol

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_HALF_LENGTH = 11
ID_LENGTH = 2 * _HALF_LENGTH
_PAIRS = [high + low for high in _ALPHABET for low in _ALPHABET]
_POOLED = 64
"""So many ids are made of one portion of randomness."""
_ANY_DIGIT = "".join(_ALPHABET[byte % 62] for byte in range(256)).encode()
_LEADING_DIGIT = "".join(_ALPHABET[byte % 16] for byte in range(256)).encode()
"""What a byte of randomness stands for. A half that begins with one of sixteen digits is no number over 64 bits."""


def base62(bits: bytes) -> str:
    """The 22 characters of 16 bytes."""
    high, low = int.from_bytes(bits[:8], "big"), int.from_bytes(bits[8:], "big")
    return _half(high) + _half(low)


def _half(number: int) -> str:
    pairs = []
    for _ in range(5):
        number, pair = divmod(number, 3844)
        pairs.append(_PAIRS[pair])
    pairs.append(_ALPHABET[number])
    pairs.reverse()
    return "".join(pairs)


def _random_halves(randomness: bytes) -> list[str]:
    """A half from every 11 bytes, digit by digit: dividing numbers takes many times as long."""
    count = len(randomness) // _HALF_LENGTH
    leading = randomness[:count].translate(_LEADING_DIGIT).decode("ascii")
    others = randomness[count:].translate(_ANY_DIGIT).decode("ascii")
    size = _HALF_LENGTH - 1
    return [leading[each] + others[each * size : each * size + size] for each in range(count)]


class IdSource(Protocol):
    """What makes ids: each call gives one never given before."""

    def new_id(self) -> str: ...

    def branch(self, *path: str) -> "IdSource":
        """A source for one purpose. Where ids are repeatable, the ids of one purpose do not depend on the others."""


class RandomIds:
    """Ids from a clock and the operating system's randomness."""

    def __init__(
        self,
        randomness: Callable[[int], bytes] = os.urandom,
        nanoseconds: Callable[[], int] = time.time_ns,
    ) -> None:
        self._randomness = randomness
        self._nanoseconds = nanoseconds
        self._lead = int.from_bytes(randomness(1), "big") << 56
        self._tick = -1
        self._clock_half = ""
        self._halves: list[str] = []
        """Random ones, made many at a time."""

    def new_id(self) -> str:
        tick = self._nanoseconds() >> 20
        if tick != self._tick:
            self._tick = tick
            self._clock_half = _half(self._lead | tick)
        if not self._halves:
            self._halves += _random_halves(self._randomness(_POOLED * _HALF_LENGTH))
        return self._clock_half + self._halves.pop()

    def branch(self, *path: str) -> "RandomIds":
        """The same source: all its ids differ."""
        return self


class SeededIds:
    """The same ids for the same seed, path and order of calls, on every machine: the beginnings of SHA-256 hashes."""

    def __init__(self, seed: str, *path: str) -> None:
        self._seed = seed
        self._path = path
        self._key = json.dumps((seed, *path)).encode()
        self._count = 0

    def new_id(self) -> str:
        self._count += 1
        return base62(sha256(self._key + self._count.to_bytes(8, "big")).digest()[:16])

    def branch(self, *path: str) -> "SeededIds":
        return SeededIds(self._seed, *self._path, *path)
