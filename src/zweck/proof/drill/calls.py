"""Where the processes of a drill connect to, read from the kernel while they do it.

`Watch` belongs to whoever begins a drill: it hands one end of a pair of sockets on, gets the kernel's descriptor
through it, and answers each call with "go on" from a thread of its own.
"""

import fcntl
import ipaddress
import os
import select
import socket
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from zweck.promises.values import CouldNotLook
from zweck.proof.drill.seccomp import IO_URING_SETUP, NoSeccomp, numbers

# struct seccomp_notif and seccomp_notif_resp, and the requests made of their sizes (linux/seccomp.h).
_CALL, _ANSWER = struct.Struct("QIIiIQ6Q"), struct.Struct("QqiI")
_RECEIVE, _SEND = 0xC0502100, 0xC0182101
_GO_ON = 1
_LOOK_SECONDS = 0.2
_HAND_OVER_SECONDS = 10.0
_ADDRESS_BYTES = 28
_MOST = 4096


@dataclass(frozen=True, slots=True, order=True)
class Called:
    """An address that a process of the drill wanted to reach."""

    address: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether it does not leave the machine."""
        address = ipaddress.ip_address(self.address)
        return address.is_loopback or (
            address.version == 6 and bool(getattr(address.ipv4_mapped, "is_loopback", False))
        )

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


class Watch:
    """What was seen so far. `pass_on`: the descriptor that the leash gets."""

    def __init__(self) -> None:
        self._here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._there: socket.socket | None = there
        self._called: set[Called] = set()
        self._blind = ""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="calls of the drill", daemon=True)

    @property
    def pass_on(self) -> int:
        """The end that the drill's first process hands the kernel's descriptor over through."""
        if self._there is None:
            raise CouldNotLook("the drill was already begun")
        return self._there.fileno()

    def begin(self) -> None:
        """The drill has its end: listen."""
        if self._there:
            self._there.close()
            self._there = None
        self._thread.start()

    def seen(self) -> frozenset[Called]:
        """Every address that was wanted until now. Raises CouldNotLook when calls cannot be seen."""
        if self._blind:
            raise CouldNotLook(f"connections could not be seen: {self._blind}")
        return frozenset(self._called)

    def close(self) -> None:
        """Stop listening, once the drill has ended: a call after this fails."""
        self._stop.set()
        self._here.close()
        if self._there:
            self._there.close()
        if self._thread.ident:
            self._thread.join(timeout=2)

    def _run(self) -> None:
        listener = self._handed_over()
        if listener is None:
            return
        try:
            self._listen(listener)
        except (OSError, NoSeccomp) as failed:
            self._blind = self._blind or f"the kernel stopped telling ({type(failed).__name__})"
        finally:
            os.close(listener)

    def _handed_over(self) -> int | None:
        try:
            self._here.settimeout(_HAND_OVER_SECONDS)
            said, descriptors, _, _ = socket.recv_fds(self._here, 200, 1)
        except OSError as failed:
            self._blind = f"the drill handed nothing over ({type(failed).__name__})"
            return None
        if not descriptors:
            self._blind = said.decode("utf-8", "replace") or "the drill handed nothing over"
            return None
        return descriptors[0]

    def _listen(self, listener: int) -> None:
        poll = select.poll()
        poll.register(listener, select.POLLIN)
        while not self._stop.is_set():
            events = poll.poll(_LOOK_SECONDS * 1000)
            if any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in events):
                return  # the last process under the filter has ended
            if not events:
                continue
            call = bytearray(_CALL.size)
            try:
                fcntl.ioctl(listener, _RECEIVE, call, True)
            except (FileNotFoundError, InterruptedError):
                continue  # whoever called is gone
            id_, pid, _, number, _, _, *values = _CALL.unpack(call)
            self._note(pid, number, values)
            with suppress(FileNotFoundError):
                fcntl.ioctl(listener, _SEND, bytearray(_ANSWER.pack(id_, 0, 0, _GO_ON)), True)

    def _note(self, pid: int, number: int, values: list[int]) -> None:
        if number == IO_URING_SETUP:
            self._blind = "a process uses io_uring, through which connections make no calls"
            return
        try:
            with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
                found = [_read(memory.fileno(), at, size) for at, size in _addresses(memory.fileno(), number, values)]
        except OSError as failed:
            self._blind = f"a call could not be read ({type(failed).__name__})"
            return
        self._called.update(called for called in found if called and len(self._called) < _MOST)


def _addresses(memory: int, number: int, values: list[int]) -> list[tuple[int, int]]:
    """Where the addresses of a call lie in the caller's memory, and how long each is."""
    connect, sendto, sendmsg, sendmmsg = numbers()
    if number == connect:
        return [(values[1], values[2])]
    if number == sendto:
        return [(values[4], values[5])]
    heads = 1 if number == sendmsg else min(values[2], 64) if number == sendmmsg else 0
    # struct msghdr begins with the address and its length; struct mmsghdr is a msghdr of 56 bytes and a count.
    found = [struct.unpack("QI", os.pread(memory, 12, values[1] + 64 * head)) for head in range(heads)]
    return [(at, size) for at, size in found if at]


def _read(memory: int, at: int, size: int) -> Called | None:
    """The address, where it is one of a network."""
    raw = os.pread(memory, min(size, _ADDRESS_BYTES), at)
    family = int.from_bytes(raw[:2], "little") if len(raw) >= 2 else 0
    if family == socket.AF_INET and len(raw) >= 8:
        return Called(socket.inet_ntop(socket.AF_INET, raw[4:8]), int.from_bytes(raw[2:4], "big"))
    if family == socket.AF_INET6 and len(raw) >= 24:
        return Called(socket.inet_ntop(socket.AF_INET6, raw[8:24]), int.from_bytes(raw[2:4], "big"))
    return None
