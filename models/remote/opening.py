"""Open the remote engine that the settings name, with what measures the meaning of its rewrites."""

import logging
import math
from collections.abc import Sequence

from drafting.engine import Bar
from drafting.errors import RemoteAwayError, RemoteRefusedError
from drafting.prompt import load_templates
from drafting.remote_settings import read_address
from drafting.settings import Settings
from models.remote.client import Client, UnusableError
from models.remote.dialect import Dialect
from models.remote.engine import RemoteEngine, Score
from models.remote.scoring import ServerScorer

log = logging.getLogger(__name__)

TEMPLATE = "untrained"
RULES_ALONE = Bar(meaning=-math.inf)
"""No likelihood is beneath it: what the checks let through is used."""


def open_remote(settings: Settings) -> RemoteEngine:
    """Return an engine for the server that the settings name.

    A server that is away is only logged: it may be back when the first draft comes.

    Raises:
        RemoteRefusedError: the server doesn't do what it must.
        ModelError: the local model that is to measure meaning can't be loaded.

    """
    client = Client(
        read_address(settings.remote_url),
        settings.remote_key,
        settings.remote_timeout,
        settings.remote_connections,
    )
    try:
        return _open(settings, client)
    except Exception:
        client.close()
        raise


def _open(settings: Settings, client: Client) -> RemoteEngine:
    dialect = Dialect(settings.remote_dialect)
    template = load_templates()[TEMPLATE]
    score, bar = choose_score(settings, ServerScorer(client, settings.remote_model, template))
    engine = RemoteEngine(
        client, settings.remote_model, dialect, template, score, bar, settings.remote_connections
    )
    try:
        engine.check()
        if isinstance(score, ServerScorer):
            check_score(score)
    except RemoteAwayError as error:
        log.warning("%s", error)
    return engine


def choose_score(settings: Settings, scorer: ServerScorer) -> tuple[Score, Bar]:
    """Return what measures meaning, and the bar that goes with it."""
    match settings.remote_score:
        case "rules":
            return _know_nothing, RULES_ALONE
        case "server":
            return scorer, Bar()
        case "auto" if Dialect(settings.remote_dialect).scores:
            return scorer, Bar()
    # The bar was set with this very model and adapter (`make evaluate`). Loading torch takes
    # seconds: only who measures here waits for it.
    from models.weights import load_local_engine

    local = load_local_engine(settings)
    return local.score, Bar(meaning=local.bar.meaning)


def check_score(scorer: ServerScorer) -> None:
    """Ask once, of a sentence of ours, whether the server tells likelihoods.

    Raises:
        RemoteRefusedError: it doesn't.
        RemoteAwayError: it can't be asked now.

    """
    try:
        told = scorer.measure([("Send the form.", "Please send the form.")])
    except UnusableError:
        told = [-math.inf]
    if not math.isfinite(told[0]):
        raise RemoteRefusedError(
            "The model's server doesn't tell how likely a given text is, so it can't measure what "
            "a rewrite means. Please write DRAFTING_REMOTE_SCORE=local, which measures with the "
            "small model of this machine, or rules, which leaves it to the checks."
        )


def _know_nothing(pairs: Sequence[tuple[str, str]]) -> list[float]:
    return [0.0] * len(pairs)
