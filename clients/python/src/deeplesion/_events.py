"""Server-sent events."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """One event of a stream."""

    name: str
    data: str


class EventReader:
    """Puts the lines of a stream together."""

    def __init__(self) -> None:
        self._name = ""
        self._data: list[str] = []

    def read(self, line: str) -> Event | None:
        """Takes the next line without its end; gives the event that it completes."""
        if line == "":
            event = Event(self._name or "message", "\n".join(self._data)) if self._name or self._data else None
            self._name = ""
            self._data = []
            return event
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            self._name = value
        elif field == "data":
            self._data.append(value)
        return None
