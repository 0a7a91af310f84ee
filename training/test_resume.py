"""Stages that are killed, and go on or begin again: python -m unittest test_resume"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from dataclasses import replace
from pathlib import Path
from typing import Callable

import torch

from config import PRESETS, Config
from data import PreparedData, prepare
from parent import VARIABLE
from test_training import make_folder
from train import train

HERE = Path(__file__).parent
PATIENCE_S = 120
STEPS = 30
SIZES = ["--preset", "tiny", "--save-every", "5", "--steps", str(STEPS)]


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("it did not happen in time")
        time.sleep(0.05)


def start(*words: str, **environment: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, *words], cwd=HERE, env={**os.environ, **environment}, stdout=subprocess.DEVNULL
    )


class KilledStages(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        torch.set_num_threads(1)
        cls.root = Path(tempfile.mkdtemp())
        make_folder(cls.root / "folder", 10)
        sizes = {"data": str(cls.root / "prepared"), "save_every": 5, "steps": STEPS}
        cls.config = Config(**{**PRESETS["tiny"], **sizes})
        prepare([str(cls.root / "folder")], cls.config.data, cls.config, processes=1)

    @classmethod
    def tearDownClass(cls) -> None:
        shutil.rmtree(cls.root)

    def test_a_killed_training_ends_with_the_bits_of_an_uninterrupted_one(self) -> None:
        whole, killed = self.root / "whole", self.root / "killed"
        train(replace(self.config, out=str(whole)))
        words = ["train.py", *SIZES, "--data", self.config.data, "--out", str(killed)]
        process = start(*words)
        wait_for((killed / "checkpoint.pt").exists)
        process.send_signal(signal.SIGKILL)
        process.wait()
        step = torch.load(killed / "checkpoint.pt", weights_only=False)["step"]
        self.assertEqual(start(*words, "--resume").wait(), 0)
        ours, theirs = (torch.load(out / "checkpoint.pt", weights_only=False) for out in (whole, killed))
        self.assertLess(step, theirs["step"])
        for name, value in ours["average"].items():
            torch.testing.assert_close(theirs["average"][name], value, rtol=0, atol=0, msg=name)

    def test_a_killed_preparation_is_none_and_begins_again(self) -> None:
        """The index is written last: what is there without it is not taken for a prepared set."""
        out = self.root / "again"
        config = replace(self.config, data=str(out))
        prepare([str(self.root / "folder")], out, config, processes=1)
        (out / "index.json").unlink()
        with self.assertRaises(FileNotFoundError):
            PreparedData(config)
        prepare([str(self.root / "folder")], out, config, processes=1)
        self.assertEqual(len(PreparedData(config).images), 10)

    def test_a_script_ends_when_the_process_that_it_was_started_for_is_gone(self) -> None:
        parent = start("-c", "import time; time.sleep(600)")
        out = self.root / "orphan"
        words = ["train.py", *SIZES, "--data", self.config.data, "--steps", "1000000", "--out", str(out)]
        script = start(*words, **{VARIABLE: str(parent.pid)})
        wait_for((out / "checkpoint.pt").exists)
        self.assertIsNone(script.poll())
        parent.kill()
        parent.wait()
        self.assertEqual(script.wait(PATIENCE_S), 1)


if __name__ == "__main__":
    unittest.main()
