"""Writes `schema.py`: enums, data classes and filter fields, from the server's schema."""

from __future__ import annotations

import re
import textwrap

from sdl import Definition, Field, TypeRef, parse

# Objects whose fields are read as they are, with all objects in them.
VALUES = [
    "AccuracyDifference", "AccuracyPoint", "Axis", "BoundingBox", "DatasetCounts", "DetectionRunProgress",
    "DetectionRunTiming", "DetectionStages", "EvaluatedPopulation", "EvaluationProtocol", "FrocPoint",
    "HounsfieldWindow", "NormalizedLocation", "Point", "PrecisionRecallPoint", "Provenance", "UploadedDetection",
]  # fmt: skip
# Objects that the client adds relations and methods to: the class has their own fields.
ENTITIES = {
    "BookmarkedImage": "BookmarkedImageFields",
    "Dataset": "DatasetFields",
    "Detection": "DetectionFields",
    "DetectionRun": "DetectionRunFields",
    "Detector": "DetectorFields",
    "DiscordantLesion": "DiscordantLesionFields",
    "Evaluation": "EvaluationFields",
    "Lesion": "LesionFields",
    "Patient": "PatientFields",
    "Stratum": "StratumFields",
    "Study": "StudyFields",
}
# Fields that cost a request of the server more than the list is worth; `Client.query` gets them.
LEFT_OUT = {
    "BookmarkedImage": {"huUrl"},
    "Dataset": {"importReport", "problems"},
    "Detector": {"manifest", "modelCard", "notReadyReason", "ready"},
    "Detection": {"currentVerdict", "reviewCount"},
    "DetectionRun": {"changedImageCount", "completeness", "estimatedEndAt", "evaluationCount", "queuePosition"},
}
FILTERS = {
    "LesionFilter": "LesionFilterFields",
    "BookmarkedImageFilter": "ImageFilterFields",
    "StudyFilter": "StudyFilterFields",
    "PatientFilter": "PatientFilterFields",
}
INPUT_ENUMS = ["DiscordantSide", "EvaluationPreset", "LesionArea", "ReviewPolicy", "RunPriority"]
SCALARS = {
    "Int": "int",
    "Float": "float",
    "String": "str",
    "ID": "str",
    "Boolean": "bool",
    "DateTime": "datetime",
    "JSON": "Any",
}
COMBINING = {"and", "or", "not", "dataset", "lesion"}
WIDTH = 118

HEADER = '''# Made from schema.graphql by scripts/generate.py; do not edit.
"""Types of the server: enums, the fields of its objects, and what its filters take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from ._graph import GraphEnum, GraphObject
from .filters import BooleanField, EnumField, Fields, IntegerField, NumberField, TextField
'''


def snake_case(name: str) -> str:
    """`longDiameterMm` as `long_diameter_mm`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: "_" + match.group(1).lower(), name)


def typed_schema(text: str) -> str:
    """The module for a schema."""
    types = parse(text)
    classes = {name: name for name in VALUES} | ENTITIES
    objects = [object_class(types, name, classes) for name in sorted(classes)]
    filters = [filter_class(types, name, class_name) for name, class_name in FILTERS.items()]
    enums = sorted(enums_of(types))
    parts = [HEADER, *(enum_class(types[name]) for name in enums), *objects, *filters, all_filters(types)]
    return "\n\n".join(part.strip("\n") + "\n" for part in parts)


def read_fields(types: dict[str, Definition], name: str) -> list[Field]:
    """The fields of an object that its class has."""
    left_out = LEFT_OUT.get(name, set())
    return [
        one
        for one in types[name].fields
        if not (one.has_arguments or one.is_deprecated or one.name in left_out)
        and (one.type.name in SCALARS or one.type.name in VALUES or types[one.type.name].kind == "enum")
    ]


def enums_of(types: dict[str, Definition]) -> set[str]:
    used = {one.type.name for name in [*VALUES, *ENTITIES] for one in read_fields(types, name)}
    used |= {one.type.name for name in FILTERS for one in types[name].fields}
    return {name for name in used if name in types and types[name].kind == "enum"} | set(INPUT_ENUMS)


def doc(text: str, indent: int) -> str:
    """A docstring of one or more lines."""
    pad = " " * indent
    text = " ".join(text.split()).replace("\\", "\\\\")
    if len(text) + indent + 6 <= WIDTH and not text.endswith('"'):
        return f'{pad}"""{text}"""'
    lines = textwrap.wrap(text, WIDTH - indent, break_long_words=False, break_on_hyphens=False)
    return "\n".join([f'{pad}"""', *(pad + line for line in lines), f'{pad}"""'])


def enum_class(definition: Definition) -> str:
    lines = [f"class {definition.name}(GraphEnum):", doc(definition.description, 4), ""]
    for name, description in definition.values:
        lines += [f'    {name} = "{name}"', doc(description, 4)] if description else [f'    {name} = "{name}"']
    literal = ", ".join(f'"{name}"' for name, _ in definition.values)
    body = "\n".join(textwrap.wrap(literal, WIDTH - 4, initial_indent="    ", subsequent_indent="    "))
    return "\n".join(lines) + f"\n\n\n{definition.name}Name = Literal[\n{body},\n]"


def annotation(reference: TypeRef) -> str:
    inner = SCALARS.get(reference.name, reference.name)
    whole = f"list[{inner}]" if reference.is_list else inner
    return f"{whole} | None" if reference.is_nullable and whole != "Any" else whole


def reader(types: dict[str, Definition], reference: TypeRef, value: str) -> str:
    """The expression that turns a value of an answer into one of the class."""
    if reference.name == "DateTime":
        read = "cls._time({})"
    elif reference.name == "Float":
        # JSON has 1.0 as 1.
        read = "float({})"
    elif reference.name in SCALARS:
        return value
    elif types[reference.name].kind == "enum":
        read = reference.name + ".read({})"
    else:
        read = reference.name + ".from_graph({})"
    whole = f"[{read.format('one')} for one in {value}]" if reference.is_list else read.format(value)
    return f"None if {value} is None else {whole}" if reference.is_nullable else whole


def selection(types: dict[str, Definition], name: str) -> str:
    """What is selected of an object, with the objects in it."""
    parts = []
    for one in read_fields(types, name):
        parts.append(f"{one.name} {{ {selection(types, one.type.name)} }}" if one.type.name in VALUES else one.name)
    return " ".join(parts)


def object_class(types: dict[str, Definition], name: str, classes: dict[str, str]) -> str:
    definition = types[name]
    fields = read_fields(types, name)
    chosen = textwrap.wrap(selection(types, name), WIDTH - 12)
    lines = ["@dataclass(frozen=True)", f"class {classes[name]}(GraphObject):", doc(definition.description, 4), ""]
    lines += ["    SELECTION: ClassVar[str] = (", *(f'        "{line} "' for line in chosen), "    )"]
    lines += [""]
    for one in fields:
        lines += [f"    {snake_case(one.name)}: {annotation(one.type)}", doc(one.description, 4)]
    lines += ["", "    @classmethod", "    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:"]
    lines += ["        return {"]
    for one in fields:
        value = f'data["{one.name}"]'
        lines.append(f'            "{snake_case(one.name)}": {reader(types, one.type, value)},')
    return "\n".join([*lines, "        }"])


def filter_field(types: dict[str, Definition], one: Field) -> tuple[str, str]:
    """The class of a field of a filter, and the expression that makes it."""
    name = one.type.name
    arguments = f'"{one.name}"' + (", takes_list=True" if one.type.is_list else "")
    if name == "FloatRange":
        return "NumberField", f"NumberField({arguments})"
    if name == "Boolean":
        return "BooleanField", f"BooleanField({arguments})"
    if name == "Int":
        return "IntegerField", f"IntegerField({arguments})"
    if name in ("String", "ID"):
        return "TextField", f"TextField({arguments})"
    if types[name].kind != "enum":
        raise ValueError(f"The filter field {one.name} is of type {name}, which this script does not know.")
    return f"EnumField[{name}, {name}Name]", f"EnumField({arguments}, enum={name})"


def filter_fields(types: dict[str, Definition], name: str) -> list[Field]:
    return [one for one in types[name].fields if one.name not in COMBINING]


def field_lines(types: dict[str, Definition], fields: list[Field]) -> list[str]:
    lines = []
    for one in fields:
        kind, made = filter_field(types, one)
        lines += [f"    {snake_case(one.name)}: {kind} = {made}", doc(one.description, 4)]
    return lines


def filter_class(types: dict[str, Definition], name: str, class_name: str) -> str:
    fields = filter_fields(types, name)
    names = ", ".join(f'"{one.name}"' for one in fields)
    known = textwrap.wrap(names + ",", WIDTH - 8, initial_indent="        ", subsequent_indent="        ")
    head = [f"class {class_name}(Fields):", doc(types[name].description, 4), ""]
    head += [f'    FILTER: ClassVar[str] = "{name}"', "    NAMES: ClassVar[frozenset[str]] = frozenset(("]
    return "\n".join([*head, *known, "    ))", "", *field_lines(types, fields)])


def all_filters(types: dict[str, Definition]) -> str:
    """The class of `F`: each field once, whatever filters have it."""
    found: dict[str, Field] = {}
    for name in FILTERS:
        for one in filter_fields(types, name):
            found.setdefault(one.name, one)
    lines = ["class AllFilterFields(Fields):", '    """All fields of filters: `F` is one of these."""', ""]
    lines += ['    FILTER: ClassVar[str] = ""', "    NAMES: ClassVar[frozenset[str]] = frozenset()", ""]
    lines += ["    lesion: LesionFilterFields = LesionFilterFields(of_lesion=True)"]
    lines += ['    """Fields of lesions, for filters of images: at least one lesion of the image fits."""']
    lines += field_lines(types, list(found.values()))
    return "\n".join([*lines, "", "", "F = AllFilterFields()"])
