# Made from _async/listing.py by scripts/generate.py; do not edit.
"""Lists that are read when they are needed."""

from __future__ import annotations

from collections.abc import Iterator, Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from typing import overload
from .transport import Transport

Item = TypeVar("Item")
PAGE_SIZE = 500
FIRST_PAGE_SIZE = 50


class Listing(Generic[Item]):
    """A list of the server. Nothing is requested before it is counted, read or indexed.

    Reading gives what is there at that time, page after page; indexing keeps the pages that it has read.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        root: str,
        arguments: str,
        variables: Mapping[str, tuple[str, Any]],
        fields: str,
        read: Callable[[Mapping[str, Any]], Item],
        wrapper: tuple[str, str] = ("", ""),
    ) -> None:
        """`root` is the path of the connection in the answer, `wrapper` what stands around it in the document."""
        self._transport = transport
        self._root = root
        self._arguments = arguments
        self._variables = variables
        self._fields = fields
        self._read = read
        self._wrapper = wrapper
        self._begun: list[Item] = []
        self._cursor: str | None = None
        self._is_complete = False

    def count(self) -> int:
        """How many there are."""
        connection = self._connection("", {}, "totalCount")
        return int(connection["totalCount"])

    def __len__(self) -> int:
        return self.count()

    def pages(self, size: int = PAGE_SIZE) -> Iterator[list[Item]]:
        """All items, `size` per request; 1 to 500."""
        after: str | None = None
        while True:
            items, after, has_more = self._page(size, after)
            if items:
                yield items
            if not has_more:
                return

    def __iter__(self) -> Iterator[Item]:
        for page in self.pages():
            for item in page:
                yield item

    def first(self, count: int) -> list[Item]:
        """The first items."""
        while len(self._begun) < count and not self._is_complete:
            missing = min(PAGE_SIZE, max(FIRST_PAGE_SIZE, count - len(self._begun)))
            items, self._cursor, has_more = self._page(missing, self._cursor)
            self._begun += items
            self._is_complete = not has_more
        return self._begun[:count]

    def at(self, index: int) -> Item:
        """One item; `-1` is the last one.

        Raises IndexError if the list is shorter.
        """
        if index < 0:
            items = self._last(-index)
            if len(items) == -index:
                return items[0]
        else:
            items = self.first(index + 1)
            if len(items) == index + 1:
                return items[index]
        raise IndexError(f"There is no item {index}: the list is shorter.")

    def part(self, chosen: slice) -> Sequence[Item]:
        """Several items, such as those of `slice(10)`."""
        bounds = (chosen.start or 0, chosen.stop if chosen.stop is not None else -1, chosen.step or 1)
        if min(bounds) < 0:
            bounds = chosen.indices(self.count())
        start, stop, step = bounds
        return (self.first(max(start, stop)))[start:stop:step]

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | Sequence[Item]:
        return self.part(index) if isinstance(index, slice) else self.at(index)

    def _last(self, count: int) -> list[Item]:
        if count > PAGE_SIZE:
            raise IndexError(f"Only the last {PAGE_SIZE} items can be reached from the end.")
        connection = self._connection("last: $last", {"last": ("Int", count)}, f"nodes {{ {self._fields} }}")
        return [self._read(node) for node in connection["nodes"]]

    def _page(self, size: int, after: str | None) -> tuple[list[Item], str | None, bool]:
        variables = {"first": ("Int", size), "after": ("String", after)}
        fields = f"pageInfo {{ hasNextPage endCursor }} nodes {{ {self._fields} }}"
        connection = self._connection("first: $first, after: $after", variables, fields)
        info = connection["pageInfo"]
        return [self._read(node) for node in connection["nodes"]], info["endCursor"], bool(info["hasNextPage"])

    def _connection(
        self, arguments: str, variables: Mapping[str, tuple[str, Any]], fields: str
    ) -> Mapping[str, Any]:
        given = {**self._variables, **variables}
        declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in given.items())
        listed = ", ".join(text for text in (self._arguments, arguments) if text)
        field = self._root.rpartition(".")[2] + (f"({listed})" if listed else "")
        before, behind = self._wrapper
        document = f"query{f' ({declared})' if declared else ''} {{ {before}{field} {{ {fields} }}{behind} }}"
        answer: Any = self._transport.graph(document, {name: value for name, (_, value) in given.items()})
        for name in self._root.split("."):
            answer = answer[name]
            if answer is None:
                raise LookupError(f"There is no {name} with this id.")
        return dict(answer)
