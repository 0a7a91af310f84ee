"""Reads the GraphQL schema language: as much of it as a printed schema has, without a dependency."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field

TOKEN = re.compile(
    r'(?P<block>"""(?:\\"""|.|\n)*?""")|(?P<string>"(?:\\.|[^"\\])*")|(?P<skip>[\s,]+|\#[^\n]*)'
    r"|(?P<word>[A-Za-z_]\w*)|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<mark>[{}()\[\]:=!|&@])"
)


@dataclass
class TypeRef:
    """A type where it is used: `[Lesion!]!` is a list that cannot be null."""

    name: str
    is_list: bool
    is_nullable: bool


@dataclass
class Field:
    """A field of an object or input, or an argument."""

    name: str
    type: TypeRef
    description: str
    has_arguments: bool
    is_deprecated: bool


@dataclass
class Definition:
    """A type of the schema: `fields` of objects and inputs, `values` of enums with their descriptions."""

    kind: str
    name: str
    description: str
    fields: list[Field] = field(default_factory=list)
    values: list[tuple[str, str]] = field(default_factory=list)


def parse(text: str) -> dict[str, Definition]:
    """All types of a schema by name."""
    return Parser(text).document()


class Parser:
    def __init__(self, text: str) -> None:
        self.tokens: list[str] = []
        at = 0
        while at < len(text):
            match = TOKEN.match(text, at)
            if match is None:
                raise ValueError(f"Expected GraphQL, got {text[at : at + 40]!r}.")
            at = match.end()
            if match.lastgroup != "skip":
                self.tokens.append(match.group())
        self.at = 0

    @property
    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, expected: str | None = None) -> str:
        token = self.next
        if expected is not None and token != expected:
            raise ValueError(f"Expected {expected!r}, got {token!r}.")
        self.at += 1
        return token

    def skips(self, token: str) -> bool:
        if self.next != token:
            return False
        self.at += 1
        return True

    def description(self) -> str:
        if self.next.startswith('"""'):
            return textwrap.dedent(self.take()[3:-3]).strip().replace('\\"""', '"""')
        return self.take()[1:-1] if self.next.startswith('"') else ""

    def document(self) -> dict[str, Definition]:
        found: dict[str, Definition] = {}
        while self.next:
            definition = self.definition()
            found[definition.name] = definition
        return found

    def definition(self) -> Definition:
        description = self.description()
        kind = self.take()
        if kind == "directive":
            raise ValueError("Directives are not read: the printed schema has none of its own.")
        definition = Definition(kind, "schema" if kind == "schema" else self.take(), description)
        if self.skips("implements"):
            while self.next not in "{@":
                self.take()
        self.directives()
        if self.skips("="):
            while self.next == "|" or self.tokens[self.at - 1] in "=|":
                self.take()
        if self.skips("{"):
            while not self.skips("}"):
                self.member(definition)
        return definition

    def member(self, definition: Definition) -> None:
        description = self.description()
        name = self.take()
        if definition.kind == "enum":
            self.directives()
            definition.values.append((name, description))
            return
        has_arguments = self.skips("(")
        while has_arguments and not self.skips(")"):
            self.member(Definition("argument", "", ""))
        self.take(":")
        reference = self.type()
        if self.skips("="):
            self.value()
        definition.fields.append(Field(name, reference, description, has_arguments, self.directives()))

    def type(self) -> TypeRef:
        if self.skips("["):
            inner = self.type()
            self.take("]")
            return TypeRef(inner.name, True, not self.skips("!"))
        return TypeRef(self.take(), False, not self.skips("!"))

    def value(self) -> None:
        closing = {"[": "]", "{": "}"}.get(self.take())
        while closing and not self.skips(closing):
            if not self.skips(":"):
                self.value()

    def directives(self) -> bool:
        """Whether `@deprecated` is among them."""
        is_deprecated = False
        while self.skips("@"):
            is_deprecated |= self.take() == "deprecated"
            if self.skips("("):
                while not self.skips(")"):
                    self.take()
        return is_deprecated
