"""Makes the synchronous client from the asynchronous one, as httpcore does it: word by word.

A comment of the source that begins with `# sync: ` is code of the synchronous client, as it is.
"""

from __future__ import annotations

import re
from pathlib import Path

HEADER = "# Made from {name} by scripts/generate.py; do not edit.\n"
WORDS = [
    (r"async def", "def"),
    (r"async with", "with"),
    (r"async for", "for"),
    (r"await ", ""),
    (r"__aenter__", "__enter__"),
    (r"__aexit__", "__exit__"),
    (r"__aiter__", "__iter__"),
    (r"__anext__", "__next__"),
    (r"\baclose\b", "close"),
    (r"\baclosing\b", "closing"),
    (r"\baread\b", "read"),
    (r"\baiter_", "iter_"),
    (r"\bAsyncGenerator\[(.*), None\]", r"Generator[\1, None, None]"),
    (r"\bAsync([A-Z])", r"\1"),
    (r"\basync_", ""),
    (r"_async\b", "_sync"),
]
PATTERNS = [(re.compile(pattern), replacement) for pattern, replacement in WORDS]


def synchronous(text: str) -> str:
    """The synchronous form of a module."""
    lines = []
    for line in text.splitlines():
        indent, mark, code = line.partition("# sync: ")
        if mark and not indent.strip():
            lines.append(indent + code)
            continue
        for pattern, replacement in PATTERNS:
            line = pattern.sub(replacement, line)
        lines.append(line)
    return "\n".join(lines) + "\n"


def synchronous_files(package: Path) -> dict[Path, str]:
    """The modules of `_sync` with their contents."""
    return {
        package / "_sync" / path.name: HEADER.format(name=f"_async/{path.name}") + synchronous(path.read_text("utf8"))
        for path in sorted((package / "_async").glob("*.py"))
    }
