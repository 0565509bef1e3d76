"""The key made at the first start: once, for its owner alone, and never again in silence."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config import ROOT, SHORTEST_SECRET, BadSetting, Config


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first, second = read(tmp_path).secret_key, read(tmp_path).secret_key

    kept = tmp_path / "instance" / "secret_key"
    assert first == second == kept.read_text()
    assert len(first) >= SHORTEST_SECRET
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert os.listdir(kept.parent) == ["secret_key"]


def test_of_many_processes_that_start_at_once_one_makes_the_secret(tmp_path: Path) -> None:
    """What one of a process's number had left behind stopped the next start for good."""
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / f"secret_key.{os.getpid()}").touch()
    say = "from config import Config; print(Config.from_env({'INSTANCE_DIR': 'instance'}).secret_key)"
    crowd = [
        subprocess.Popen(
            [sys.executable, "-c", say],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]

    told = {process.communicate()[0].strip() for process in crowd}

    assert told == {read(tmp_path).secret_key}


def test_a_damaged_secret_is_not_replaced_in_silence(tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "secret_key").touch()

    with pytest.raises(BadSetting, match=r"^SECRET_KEY is not set, and .* is damaged"):
        read(tmp_path)


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "instance").touch()

    with pytest.raises(BadSetting, match=r"^SECRET_KEY is not set, and .* cannot be used"):
        read(tmp_path)


def read(folder: Path) -> Config:
    return Config.from_env({"INSTANCE_DIR": str(folder / "instance")})
