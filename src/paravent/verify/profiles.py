"""The colour profiles that a copy may carry, known by digests of verification's own."""

from __future__ import annotations

from collections.abc import Container, Sized
from hashlib import sha256
from typing import Protocol

# SHA-256 of the four profiles that Paravent builds (`formats.shared.icc`); a change there must be made here too, by hand.
_DIGESTS = {
    "srgb": "a1893a8f44eaac90a694fff78f47e28c99ae10cfc1765e6dc4bf26ad1fbaf777",
    "display-p3": "4e0a8e0e1913b236f91358c80c9ee3aefe0bb80ec78534670171c8453bac306e",
    "adobe-rgb": "c3c50b0ba642f63d078badf37cb35bfd67e02424d028bc8c0c64f25ac609ba96",
    "prophoto-rgb": "ec3eda71897d95eaeb312993bf554c839e082acc9bb8199bd6d731cc728886f2",
}


class Allowed(Container[bytes], Sized, Protocol):
    """Profiles that are permitted; empty: none."""


class Profiles:
    """Built-in profiles by name. `profile in profiles` compares digests of the whole."""

    def __init__(self, *names: str) -> None:
        self._digests = frozenset(_DIGESTS[name] for name in names)

    def __contains__(self, profile: object) -> bool:
        return isinstance(profile, bytes | memoryview) and sha256(profile).hexdigest() in self._digests

    def __len__(self) -> int:
        return len(self._digests)


def planned(name: str) -> Profiles:
    """What a plan asks for: one profile by name, or none for "". Raises KeyError for a name that is not built in."""
    return Profiles(name) if name else Profiles()


ALL = Profiles(*_DIGESTS)
