"""What the generated classes of the graph are made of."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar, TypeVar

EnumType = TypeVar("EnumType", bound="GraphEnum")
ObjectType = TypeVar("ObjectType", bound="GraphObject")


class GraphEnum(str, Enum):
    """A closed list of names. Its members are equal to their names, such as `CoarseType.LUNG == "LUNG"`."""

    def __str__(self) -> str:
        return str(self.value)

    def __format__(self, format_spec: str) -> str:
        return format(str(self.value), format_spec)

    @classmethod
    def read(cls: type[EnumType], name: str) -> EnumType:
        """The member of this name in an answer. A name that a newer server added becomes a member of its own."""
        known = cls.__members__.get(name)
        if known is not None:
            return known
        added = str.__new__(cls, name)
        added._name_ = name
        added._value_ = name
        return added

    @classmethod
    def expect(cls: type[EnumType], name: str) -> EnumType:
        """The member of a name that a caller chose.

        Raises ValueError with the known names for another one.
        """
        if isinstance(name, cls):
            return name
        known = cls.__members__.get(name)
        if known is not None:
            return known
        near = difflib.get_close_matches(str(name).upper(), cls.__members__, 1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"Expected {cls.__name__} to be one of {', '.join(cls.__members__)}; got {name!r}.{hint}")


class GraphObject:
    """An object of the graph with the fields that `SELECTION` requests."""

    SELECTION: ClassVar[str] = ""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    @classmethod
    def from_graph(cls: type[ObjectType], data: Mapping[str, Any], **added: Any) -> ObjectType:
        """Reads an object of an answer. `added` are the fields of a class that has more than the graph's."""
        return cls(**cls._values(data), **added)

    @staticmethod
    def _time(text: str) -> datetime:
        # Python 3.10 does not read the Z of UTC.
        return datetime.fromisoformat(text.replace("Z", "+00:00"))
