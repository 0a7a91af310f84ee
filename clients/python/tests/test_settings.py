"""Where address and key come from."""

from __future__ import annotations

import stat

import pytest

from deeplesion import Client
from deeplesion._settings import config_file, find_settings, read_config, write_config


def test_arguments_come_before_the_environment_and_that_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_settings(None, None, 1, None).url == "http://127.0.0.1:4000"
    write_config("https://file.example", "dl_FILE")
    assert (find_settings(None, None, 1, None).url, find_settings(None, None, 1, None).key) == (
        "https://file.example",
        "dl_FILE",
    )
    monkeypatch.setenv("DEEPLESION_URL", "https://environment.example/")
    monkeypatch.setenv("DEEPLESION_KEY", "dl_ENVIRONMENT")
    found = find_settings(None, None, 1, None)
    assert (found.url, found.key) == ("https://environment.example", "dl_ENVIRONMENT")
    found = find_settings("https://argument.example/base/graphql", "dl_ARGUMENT", 1, None)
    assert (found.url, found.key) == ("https://argument.example/base", "dl_ARGUMENT")


def test_a_key_of_the_file_is_sent_only_to_its_own_server() -> None:
    write_config("https://one.example", "dl_ONE")
    assert find_settings("https://other.example", None, 1, None).key is None
    assert find_settings("https://one.example/graphql", None, 1, None).key == "dl_ONE"


def test_only_the_user_can_read_the_file() -> None:
    write_config("https://one.example", "dl_ONE")
    assert stat.S_IMODE(config_file().stat().st_mode) == 0o600
    write_config("https://one.example", None)
    assert read_config() == {"url": "https://one.example", "keys": {}}


def test_a_broken_file_is_told_by_its_name() -> None:
    config_file().parent.mkdir(parents=True)
    config_file().write_text("{")
    with pytest.raises(ValueError, match=r"config\.json to be JSON"):
        Client()


def test_a_key_without_encryption_is_warned_of() -> None:
    with pytest.warns(UserWarning, match="without encryption"):
        find_settings("http://hospital.example", "dl_KEY", 1, None)


@pytest.mark.parametrize("url", ["hospital.example", "ftp://hospital.example", "https://user:secret@hospital.example"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="Expected the address of a server"):
        Client(url)
