"""Filters in Python: `(F.coarse_type == "LUNG") & ~F.possibly_noisy`.

An expression becomes the filter input of the graph only when it is used, for the kind of object that is listed. The
fields of `F` are generated from the schema.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Generic, TypeVar

from ._graph import GraphEnum

Json = Mapping[str, Any]
EnumType = TypeVar("EnumType", bound=GraphEnum)
Name = TypeVar("Name", bound=str)


class Expression:
    """A condition. Combine conditions with `&`, `|` and `~`."""

    def __and__(self, other: Expression) -> Expression:
        return _All((self, _expect_expression(other)))

    def __or__(self, other: Expression) -> Expression:
        return _AtLeastOne((self, _expect_expression(other)))

    def __invert__(self) -> Expression:
        return _None(self)

    def __bool__(self) -> bool:
        raise TypeError(
            "A filter is neither true nor false. Combine filters with &, | and ~, each comparison in parentheses, in "
            "place of and, or and not; for a range use between(), because 10 <= F.x <= 20 means and."
        )

    def to_input(self, filter_name: str, known: frozenset[str]) -> dict[str, Any]:
        """The input of the graph. `known` are the fields of that filter.

        Raises ValueError for a field that the filter does not have.
        """
        raise NotImplementedError


def _expect_expression(other: object) -> Expression:
    if isinstance(other, Expression):
        return other
    raise TypeError(f"Expected a filter, got {other!r}. Each comparison needs parentheses: (F.a == 1) & (F.b == 2).")


class Condition(Expression):
    """One field and what it is compared with."""

    def __init__(self, field: str, value: Any, of_lesion: bool = False) -> None:
        self.field = field
        self.value = value
        self.of_lesion = of_lesion

    def to_input(self, filter_name: str, known: frozenset[str]) -> dict[str, Any]:
        if self.of_lesion and filter_name != "LesionFilter":
            return LesionCondition(Condition(self.field, self.value)).to_input(filter_name, known)
        if self.field not in known:
            raise ValueError(
                f"A {filter_name} has no field {self.field}. It has {', '.join(sorted(known))}; images can also be "
                "chosen by their lesions with F.lesion."
            )
        return {self.field: self.value}

    def __repr__(self) -> str:
        return f"{self.field} {self.value!r}"


class LesionCondition(Expression):
    """For filters of images: at least one lesion of the image fits."""

    def __init__(self, inner: Expression) -> None:
        self.inner = inner

    def to_input(self, filter_name: str, known: frozenset[str]) -> dict[str, Any]:
        from .schema import LesionFilterFields

        inner = self.inner.to_input("LesionFilter", LesionFilterFields.NAMES)
        if filter_name == "LesionFilter":
            return inner
        if filter_name != "BookmarkedImageFilter":
            raise ValueError(f"A {filter_name} does not choose by lesions: only filters of images have F.lesion.")
        return {"lesion": inner}


class _All(Expression):
    def __init__(self, parts: tuple[Expression, ...]) -> None:
        self.parts: tuple[Expression, ...] = tuple(
            one for part in parts for one in (part.parts if isinstance(part, _All) else (part,))
        )

    def to_input(self, filter_name: str, known: frozenset[str]) -> dict[str, Any]:
        parts = self.parts if filter_name == "LesionFilter" else _of_one_lesion(self.parts)
        inputs = [part.to_input(filter_name, known) for part in parts]
        return inputs[0] if len(inputs) == 1 else {"and": inputs}


def _of_one_lesion(parts: tuple[Expression, ...]) -> list[Expression]:
    """Conditions on lesions that `&` joins speak of the same lesion: a range must not be met by two."""
    own = [part for part in parts if not (isinstance(part, Condition) and part.of_lesion)]
    lesion = [Condition(part.field, part.value) for part in parts if isinstance(part, Condition) and part.of_lesion]
    if not lesion:
        return own
    return [*own, LesionCondition(_All(tuple(lesion)))]


class _AtLeastOne(Expression):
    def __init__(self, parts: tuple[Expression, ...]) -> None:
        self.parts: tuple[Expression, ...] = tuple(
            one for part in parts for one in (part.parts if isinstance(part, _AtLeastOne) else (part,))
        )

    def to_input(self, filter_name: str, known: frozenset[str]) -> dict[str, Any]:
        return {"or": [part.to_input(filter_name, known) for part in self.parts]}


class _None(Expression):
    def __init__(self, part: Expression) -> None:
        self.part = part

    def __invert__(self) -> Expression:
        return self.part

    def to_input(self, filter_name: str, known: frozenset[str]) -> dict[str, Any]:
        return {"not": self.part.to_input(filter_name, known)}


class _Field:
    """A field of a filter. It has the operators that the server has."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, name: str, *, takes_list: bool = False, of_lesion: bool = False) -> None:
        self.name = name
        self.takes_list = takes_list
        self.of_lesion = of_lesion

    def _is(self, value: Any) -> Expression:
        return Condition(self.name, value, self.of_lesion)

    def _is_one_of(self, values: list[Any]) -> Expression:
        if self.takes_list:
            return self._is(values)
        return _AtLeastOne(tuple(self._is(value) for value in values))

    def _equals(self, value: Any) -> Expression:
        return self._is([value] if self.takes_list else value)


class NumberField(_Field):
    """A number with a unit. A row that lacks the number does not fit, and fits the negation."""

    def __ge__(self, number: float) -> Expression:
        return self._is({"gte": _number(number)})

    def __le__(self, number: float) -> Expression:
        return self._is({"lte": _number(number)})

    def __gt__(self, number: float) -> Expression:
        # The server's bounds are closed; the next number of a double is the same as an open bound.
        return self._is({"gte": math.nextafter(_number(number), math.inf)})

    def __lt__(self, number: float) -> Expression:
        return self._is({"lte": math.nextafter(_number(number), -math.inf)})

    def __eq__(self, number: float) -> Expression:  # type: ignore[override]
        return self.between(number, number)

    def __ne__(self, number: float) -> Expression:  # type: ignore[override]
        return ~self.between(number, number)

    def between(self, low: float, high: float) -> Expression:
        """From `low` to `high`, both included."""
        return self._is({"gte": _number(low), "lte": _number(high)})


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"Expected a finite number, got {value!r}.")
    return float(value)


class IntegerField(_Field):
    """A whole number that names something."""

    def __eq__(self, number: int) -> Expression:  # type: ignore[override]
        return self._equals(_integer(number))

    def __ne__(self, number: int) -> Expression:  # type: ignore[override]
        return ~self._equals(_integer(number))

    def is_in(self, numbers: Iterable[int]) -> Expression:
        """One of these."""
        return self._is_one_of([_integer(number) for number in numbers])


def _integer(value: object) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise ValueError(f"Expected a whole number, got {value!r}.")
    return int(value.__index__())


class TextField(_Field):
    """A name or id."""

    def __eq__(self, text: str) -> Expression:  # type: ignore[override]
        return self._equals(_text(text))

    def __ne__(self, text: str) -> Expression:  # type: ignore[override]
        return ~self._equals(_text(text))

    def is_in(self, texts: Iterable[str]) -> Expression:
        """One of these."""
        return self._is_one_of([_text(text) for text in _expect_list(texts)])


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"Expected text, got {value!r}.")
    return value


def _expect_list(values: Iterable[Name]) -> Iterable[Name]:
    if isinstance(values, str):
        raise ValueError(f"Expected a list of names, got the single name {values!r}: use ==.")
    return values


class EnumField(_Field, Generic[EnumType, Name]):
    """One of a closed list of names."""

    def __init__(self, name: str, *, enum: type[EnumType], takes_list: bool = False, of_lesion: bool = False) -> None:
        super().__init__(name, takes_list=takes_list, of_lesion=of_lesion)
        self.enum = enum

    def __eq__(self, name: EnumType | Name) -> Expression:  # type: ignore[override]
        return self._equals(self.enum.expect(name).value)

    def __ne__(self, name: EnumType | Name) -> Expression:  # type: ignore[override]
        return ~self._equals(self.enum.expect(name).value)

    def is_in(self, names: Iterable[EnumType | Name]) -> Expression:
        """One of these."""
        return self._is_one_of([self.enum.expect(name).value for name in _expect_list(names)])


class BooleanField(_Field, Expression):
    """True or false, and a condition by itself: `F.has_pixels`, `~F.possibly_noisy`."""

    def __invert__(self) -> Expression:
        return self._is(False)

    def __eq__(self, value: bool) -> Expression:  # type: ignore[override]
        if not isinstance(value, bool):
            raise ValueError(f"Expected True or False, got {value!r}.")
        return self._is(value)

    def __ne__(self, value: bool) -> Expression:  # type: ignore[override]
        return ~(self == value)

    def to_input(self, filter_name: str, known: frozenset[str]) -> dict[str, Any]:
        return self._is(True).to_input(filter_name, known)


class Fields:
    """The fields of a filter."""

    FILTER: ClassVar[str]
    NAMES: ClassVar[frozenset[str]]

    def __init__(self, *, of_lesion: bool = False) -> None:
        if not of_lesion:
            return
        for name, value in vars(type(self)).items():
            if isinstance(value, _Field):
                field = copy.copy(value)
                field.of_lesion = True
                setattr(self, name, field)

    def any(self, expression: Expression) -> Expression:
        """For filters of images, as `F.lesion.any(…)`: one lesion of the image fits the whole expression."""
        return LesionCondition(_expect_expression(expression))


def filter_input(fields: type[Fields], where: Expression | Json | None) -> dict[str, Any]:
    """The input of the graph for a filter of Python, or for one that is written as the graph has it.

    Raises ValueError for a field that the filter does not have, TypeError for what is no filter.
    """
    if where is None:
        return {}
    if isinstance(where, Expression):
        return where.to_input(fields.FILTER, fields.NAMES)
    if isinstance(where, Mapping):
        return dict(where)
    raise TypeError(f"Expected a filter such as F.split == 'TEST', or a dict as the graph has it; got {where!r}.")
