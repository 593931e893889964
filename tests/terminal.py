"""A terminal in which programs run and keys are pressed (tmux)."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 300
"""Seconds; machines of tests are busy."""


class Terminal:
    """A tmux of its own."""

    def __init__(self, socket: Path) -> None:
        self._socket = str(socket)

    def start(self, command: str, environment: Mapping[str, str]) -> None:
        """Run a command; the screen stays when it has ended."""
        # Given to tmux itself, since it would put its own PATH over one that it is only told.
        shown = ("-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "30")
        self._tmux(*shown, f"{command}; sleep 600", environment=environment)

    def press(self, *keys: str) -> None:
        """Press keys, as tmux names them."""
        self._tmux("send-keys", *keys)

    def screen(self) -> str:
        """Return what is seen."""
        return self._tmux("capture-pane", "-p")

    def wait_for(self, text: str) -> None:
        """Wait until a text is seen."""
        end = time.monotonic() + PATIENCE
        while text not in (seen := self.screen()):
            assert time.monotonic() < end, seen
            time.sleep(0.2)

    def press_until(self, path: Path, *keys: str, seen: str = "") -> bytes:
        """Press keys, where `seen` is on the screen, until a file is there; return what it holds.

        A program that comes back from another one may throw away what was typed meanwhile.
        """
        end = time.monotonic() + PATIENCE
        while not path.exists():
            screen = self.screen()
            assert time.monotonic() < end, screen
            if seen in screen:
                self.press(*keys)
            time.sleep(1)
        return path.read_bytes()

    def _tmux(self, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
        command = ["tmux", "-S", self._socket, *arguments]
        env = {**os.environ, **(environment or {})}
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def open_terminal(folder: Path) -> Iterator[Terminal]:
    """Yield a terminal, and end what still runs in it."""
    terminal = Terminal(folder / "tmux")
    yield terminal
    subprocess.run(
        ["tmux", "-S", str(folder / "tmux"), "kill-server"], check=False, capture_output=True
    )
