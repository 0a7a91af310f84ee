"""When a request is sent again."""

from __future__ import annotations

import random
from dataclasses import dataclass

from .errors import ConnectionFailed, DeepLesionError, RateLimited, ServerError, Unavailable


@dataclass(frozen=True)
class RetryPolicy:
    """Requests that failed for the moment are sent again: 429, 503, and connections that ended.

    A mutation is sent again only if it has an idempotency key, with which it is carried out once.
    """

    attempts: int = 5
    """How often a request is sent at most."""
    first_pause_seconds: float = 0.5
    """Doubled from one attempt to the next, and varied by a quarter, so that clients do not come back together."""
    longest_pause_seconds: float = 60.0
    """If the server asks for a longer pause, the error is raised at once."""

    def pause_before_next(self, attempt: int, error: DeepLesionError) -> float | None:
        """Seconds until the next attempt; None if there is none. `attempt` is that which failed, from 1."""
        if attempt >= self.attempts or not isinstance(error, (ConnectionFailed, RateLimited, Unavailable)):
            return None
        pause = self.first_pause_seconds * 2 ** (attempt - 1)
        asked = error.retry_after_seconds if isinstance(error, ServerError) else None
        if asked is not None and asked > self.longest_pause_seconds:
            return None
        jitter = 1 + random.random() / 4
        return float(max(asked or 0.0, min(pause, self.longest_pause_seconds)) * jitter)
