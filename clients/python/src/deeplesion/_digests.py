"""Checksums of downloads, as RFC 9530 states them."""

from __future__ import annotations

import base64
import binascii
import re

_SHA256 = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]+):", re.IGNORECASE)


def stated_sha256(header: str | None) -> bytes | None:
    """The SHA-256 of a header `Repr-Digest`; None if it states none."""
    match = _SHA256.search(header or "")
    if match is None:
        return None
    try:
        return base64.b64decode(match.group(1), validate=True)
    except binascii.Error:
        return None
