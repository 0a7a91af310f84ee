"""The README's blocks, put together, run against the product."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

CLIENT = Path(__file__).resolve().parent.parent


def test_the_readme_runs_as_one_script(product_url: str, tmp_path: Path) -> None:
    text = (CLIENT / "README.md").read_text("utf8")
    script = "\n".join(re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE))
    environment = {**os.environ, "PYTHONPATH": str(CLIENT / "src"), "DEEPLESION_URL": product_url, "MPLBACKEND": "Agg"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^demo@1 275 lesions", done.stdout, re.MULTILINE)
    assert "NotFound" in done.stdout
    for name in ("lesions.csv", "slice.png", "lesion.png"):
        assert (tmp_path / name).stat().st_size > 1000
