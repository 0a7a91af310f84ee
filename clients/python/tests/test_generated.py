"""What is generated is as its sources, and all of it is typed and tidy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CLIENT = Path(__file__).resolve().parent.parent


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=CLIENT, capture_output=True, text=True, check=False)


def test_nothing_generated_differs_from_its_source() -> None:
    done = run("scripts/generate.py", "--check")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["mypy", "--cache-dir=/dev/null"],
        ["ruff", "check", "--no-cache", "."],
        ["ruff", "format", "--no-cache", "--check", "."],
    ],
)
def test_the_types_and_the_style(words: list[str]) -> None:
    pytest.importorskip(words[0])
    done = run("-m", *words)
    assert done.returncode == 0, done.stdout + done.stderr
