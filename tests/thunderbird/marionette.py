"""The remote control that is built into Thunderbird: commands and answers as JSON over TCP.

Each packet is its length in bytes, a colon, and JSON: a command is `[0, id, name, parameters]`, an
answer `[1, id, error, result]`. Knows nothing of mail.
"""

import json
import socket
from itertools import count
from typing import Any


class WrongAnswerError(AssertionError):
    """Thunderbird says that a command failed."""


class Marionette:
    """A session with one running Thunderbird, in its privileged context."""

    def __init__(self, port: int, patience: float) -> None:
        self._patience = patience
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=patience)
        self._bytes = self._socket.makefile("rb")
        self._numbers = count(1)
        hello = self._receive()
        assert hello["marionetteProtocol"] == 3
        self.call("WebDriver:NewSession")
        self.call("Marionette:SetContext", value="chrome")

    def call(self, name: str, **parameters: Any) -> Any:
        """Send a command and return its result."""
        number = next(self._numbers)
        data = json.dumps([0, number, name, parameters]).encode()
        self._socket.sendall(b"%d:%s" % (len(data), data))
        _, answered, error, result = self._receive()
        assert answered == number
        if error:
            raise WrongAnswerError(f"{name}: {error['error']}: {error['message']}")
        return result["value"] if isinstance(result, dict) and "value" in result else result

    def run(self, script: str, *arguments: Any) -> Any:
        """Run the body of an async function with `args`, and return what it returns."""
        wrapped = (
            "const [...args] = arguments; const done = args.pop();"
            f"(async () => {{ {script} }})().then("
            "value => done({value: value ?? null}),"
            "error => done({error: `${error}\\n${error.stack}`}));"
        )
        answer = self.call(
            "WebDriver:ExecuteAsyncScript",
            script=wrapped,
            args=list(arguments),
            scriptTimeout=int(self._patience * 1000),
            sandbox="system",
        )
        if "error" in answer:
            raise WrongAnswerError(answer["error"])
        return answer["value"]

    def close(self) -> None:
        """End the session; Thunderbird goes on."""
        self._bytes.close()
        self._socket.close()

    def _receive(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            byte = self._bytes.read(1)
            assert byte, "Thunderbird has closed the connection"
            length += byte
        return json.loads(self._bytes.read(int(length[:-1])))
