"""Which files of a website belong together: by name, and where names say nothing, by how they look as wholes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from paravent.site.placing import Placement, similar
from paravent.site.registry import SYSTEMS


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a picture gives for finding its family. size: width and height, upright. print: its fingerprint."""

    size: tuple[int, int]
    print: bytes

    @property
    def area(self) -> int:
        """Pixels."""
        return self.size[0] * self.size[1]


@dataclass(frozen=True, slots=True)
class Family:
    """One picture in all its files, confirmed by pixels. base: path of the largest. placements: where each lies in that,
    by path; the base's own too. named: names said that other pictures belong to it, which pixels did not confirm."""

    base: str
    placements: Mapping[str, Placement]
    named: bool = False


class _Groups:
    """Sets of paths that grow together (union-find)."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._leader = {path: path for path in paths}

    def leader(self, path: str) -> str:
        while (above := self._leader[path]) != path:
            self._leader[path] = self._leader[above]
            path = above
        return path

    def join(self, one: str, other: str) -> None:
        self._leader[self.leader(other)] = self.leader(one)

    def all(self) -> list[tuple[str, ...]]:
        groups: dict[str, list[str]] = defaultdict(list)
        for path in self._leader:
            groups[self.leader(path)].append(path)
        return [tuple(group) for group in groups.values()]


def by_name(paths: Sequence[str]) -> list[tuple[str, ...]]:
    """Groups of pictures that may be one, as their names have it; each path in one group."""
    groups = _Groups(paths)
    for system in SYSTEMS:
        for one, other in system.kin(paths):
            groups.join(one, other)
    return groups.all()


def by_look(groups: Sequence[tuple[str, ...]], looks: Mapping[str, Look]) -> list[tuple[str, ...]]:
    """The groups, those joined whose largest pictures look the same as wholes: uploaded twice, or sized without a name."""
    largest = [
        max((path for path in group if path in looks), key=lambda path: looks[path].area, default="") for group in groups
    ]
    shown = [index for index, path in enumerate(largest) if path]
    joined = _Groups([path for group in groups for path in group])
    for group in groups:
        for path in group[1:]:
            joined.join(group[0], path)
    prints, sizes = [looks[largest[i]].print for i in shown], [looks[largest[i]].size for i in shown]
    for one, other in similar(prints, sizes):
        joined.join(largest[shown[one]], largest[shown[other]])
    return joined.all()
