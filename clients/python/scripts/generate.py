#!/usr/bin/env python3
"""Writes what is generated: `schema.py` from the server's schema, and the synchronous client from the asynchronous one.

python3 scripts/generate.py           # writes
python3 scripts/generate.py --check   # fails if what is there differs, as the tests ask
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from synchronous import synchronous_files
from typed_schema import typed_schema

CLIENT = Path(__file__).resolve().parent.parent
PACKAGE = CLIENT / "src" / "deeplesion"
SCHEMA = CLIENT.parent.parent / "schema.graphql"


def generated() -> dict[Path, str]:
    """All generated files with their contents."""
    return {PACKAGE / "schema.py": typed_schema(SCHEMA.read_text("utf8"))} | synchronous_files(PACKAGE)


def differing(files: dict[Path, str]) -> list[Path]:
    """Files that are not there, or have other contents."""
    return [path for path, text in files.items() if not path.exists() or path.read_text("utf8") != text]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, and fail if a file differs")
    is_check = parser.parse_args().check
    files = generated()
    for path in differing(files):
        if is_check:
            print(
                f"{path.relative_to(CLIENT)} differs: run python3 clients/python/scripts/generate.py", file=sys.stderr
            )
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(files[path], "utf8")
    return int(is_check and bool(differing(files)))


if __name__ == "__main__":
    sys.exit(main())
