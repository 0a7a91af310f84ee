"""Pauses of both clients."""

from __future__ import annotations

import asyncio
from time import sleep

__all__ = ["async_sleep", "sleep"]

async_sleep = asyncio.sleep
