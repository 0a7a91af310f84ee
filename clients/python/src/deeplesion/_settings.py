"""Where the server is, and the key: arguments, then the environment, then the file that `login` writes."""

from __future__ import annotations

import json
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

VERSION = "0.1.0"
LOCAL_SERVER = "http://127.0.0.1:4000"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Settings:
    """How a server is reached."""

    url: str
    """The address of the server, without a slash at its end and without `/graphql`."""
    key: str | None
    timeout_seconds: float
    cache_folder: Path | None

    def __repr__(self) -> str:
        # A key must not get into logs and tracebacks.
        return f"Settings(url={self.url!r}, key={'set' if self.key else None})"


def config_file() -> Path:
    """The file of `deeplesion-client login`."""
    folder = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(folder).expanduser() / "deeplesion" / "config.json"


def read_config() -> dict[str, Any]:
    """The contents of the file, which is `{"url": …, "keys": {URL: KEY}}`; empty if it is not there.

    Raises ValueError if it cannot be read as such.
    """
    path = config_file()
    try:
        text = path.read_text("utf8")
    except FileNotFoundError:
        return {}
    try:
        config = json.loads(text)
    except ValueError as cause:
        raise ValueError(f"Expected {path} to be JSON: log in again with deeplesion-client login URL.") from cause
    if not isinstance(config, dict):
        raise ValueError(f"Expected {path} to be a JSON object: log in again with deeplesion-client login URL.")
    return config


def write_config(url: str, key: str | None) -> Path:
    """Remembers the address, and the key for it. Only the user can read the file."""
    path = config_file()
    config = read_config()
    keys = {**config.get("keys", {})}
    keys.pop(url, None)
    if key:
        keys[url] = key
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_suffix(".new")
    with open(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf8") as file:
        json.dump({"url": url, "keys": keys}, file, indent=2)
    written.replace(path)
    return path


def server_url(url: str) -> str:
    """The address of a server as it is used.

    Raises ValueError for what is no http or https address.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
        raise ValueError(f"Expected the address of a server such as https://HOST or {LOCAL_SERVER}, got {url!r}.")
    return url.rstrip("/").removesuffix("/graphql")


def find_settings(
    url: str | None, key: str | None, timeout_seconds: float, cache_folder: str | os.PathLike[str] | None
) -> Settings:
    """The settings of a client: each argument, or what stands for it."""
    config = read_config() if url is None or key is None else {}
    found = server_url(url or os.environ.get("DEEPLESION_URL") or config.get("url") or LOCAL_SERVER)
    secret = key or os.environ.get("DEEPLESION_KEY") or config.get("keys", {}).get(found) or None
    parts = urlsplit(found)
    if secret and parts.scheme == "http" and parts.hostname not in LOOPBACK:
        warnings.warn(f"The key is sent to {parts.hostname} without encryption: use https.", stacklevel=3)
    folder = cache_folder or os.environ.get("DEEPLESION_CACHE")
    return Settings(found, secret, timeout_seconds, Path(folder).expanduser() if folder else None)
