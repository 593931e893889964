"""How often each key and each address may ask; over it, the answer comes at once and says when.

Counts in memory, by hashes of keys and by addresses, and tells neither to anybody.
"""

import time

from flask import Flask, current_app, g, request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from drafting.errors import TooManyRequestsError
from drafting.settings import Settings


class Limits:
    """The limits of one app."""

    def __init__(self, settings: Settings) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self.rewrites = parse(settings.rewrite_limit)
        self.others = parse(settings.other_limit)

    def charge(self, limit: RateLimitItem, kind: str, who: str, cost: int = 1) -> None:
        """Count `cost` against a limit.

        Raises:
            TooManyRequestsError: that would be more than it allows; nothing is counted.

        """
        if self._limiter.hit(limit, kind, who, cost=cost):
            return
        reset, _ = self._limiter.get_window_stats(limit, kind, who)
        error = TooManyRequestsError(
            f"That is more than the {limit.amount} per {limit.get_expiry()} seconds that one "
            "may ask for here. Please wait a moment, then go on."
        )
        error.retry_after = max(1, round(reset - time.time()))
        raise error


def init_app(app: Flask, settings: Settings) -> None:
    """Give an app its limits."""
    app.extensions["drafting_limits"] = Limits(settings)


def _get() -> Limits:
    limits: Limits = current_app.extensions["drafting_limits"]
    return limits


def charge_request() -> None:
    """Count a request against its address."""
    if request.endpoint not in {"probes.healthz", "probes.readyz", "static"}:
        _get().charge(_get().others, "others by address", request.remote_addr or "")


def charge_caller(name: str) -> None:
    """Count a request against its key."""
    _get().charge(_get().others, "others by key", name)


def charge_rewrites(drafts: int) -> None:
    """Count drafts to rewrite against their address, and against their key where there is one."""
    limits = _get()
    limits.charge(limits.rewrites, "rewrites by address", request.remote_addr or "", drafts)
    if g.caller.name:
        limits.charge(limits.rewrites, "rewrites by key", g.caller.name, drafts)
