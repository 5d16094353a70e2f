"""A mail server that takes everything as fast as it can and forgets it: `python -m bench.sink DELAY_SECONDS`.

Prints its port. A server in Python that looks at what it takes would be the limit of whoever sends to it.
"""

import asyncio
import sys
from typing import cast


class Sink(asyncio.Protocol):
    """One connection. Answers in order, the answer to a text after a delay."""

    delay = 0.0

    def __init__(self) -> None:
        self._left = b""
        self._in_text = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say hello."""
        self._out = cast(asyncio.Transport, transport)
        self._out.write(b"220 sink.example\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer each line, and each text at its end."""
        self._left += data
        while self._left:
            end = self._left.find(b"\r\n.\r\n" if self._in_text else b"\r\n")
            if end < 0:
                return
            if self._in_text:
                self._left, self._in_text = self._left[end + 5 :], False
                if self.delay:
                    rest, self._left = self._left, b""
                    asyncio.get_running_loop().call_later(self.delay, self._late, rest)
                    return
                self._out.write(b"250 taken\r\n")
                continue
            line, self._left = self._left[:end], self._left[end + 2 :]
            self._answer(line[:4].upper())

    def _late(self, rest: bytes) -> None:
        self._out.write(b"250 taken\r\n")
        self.data_received(rest)

    def _answer(self, word: bytes) -> None:
        if word == b"EHLO":
            self._out.write(b"250-sink.example\r\n250-PIPELINING\r\n250 SMTPUTF8\r\n")
        elif word == b"DATA":
            self._in_text = True
            self._out.write(b"354 go on\r\n")
        elif word == b"QUIT":
            self._out.write(b"221 bye\r\n")
            self._out.close()
        else:
            self._out.write(b"250 fine\r\n")


async def serve(delay: float) -> None:
    """Listen until killed."""
    Sink.delay = delay
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
