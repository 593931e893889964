"""Turn the settings into an engine: the model of this machine, or one behind a server.

Whoever starts the program calls `load_engine` once and hands the engine on. Imports neither torch
nor httpx before it is known which of them is needed.
"""

from drafting.engine import Engine
from drafting.settings import Settings


def load_engine(settings: Settings) -> Engine:
    """Load what the settings name.

    Raises:
        SettingError: a value can't be used on this machine.
        ModelError: the model or adapter isn't there or can't be read, or the server can't be used.

    """
    if settings.engine == "openai":
        from models.remote.opening import open_remote

        return open_remote(settings)
    from models.weights import load_local_engine

    return load_local_engine(settings)
