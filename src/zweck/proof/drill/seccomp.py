"""Asks the kernel to tell of every connection that this process and all it will begin try to open (Linux, seccomp(2)).

Nothing is held back: whoever listens sees the address and lets the call go on. Only the standard library's `ctypes`
and a filter of a dozen instructions; no privilege is needed.
"""

import ctypes
import os
import platform
import struct

_PR_SET_NO_NEW_PRIVS = 38
_SET_MODE_FILTER = 1
_NEW_LISTENER = 1 << 3
_ALLOW, _TELL = 0x7FFF0000, 0x7FC00000
_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K
_NUMBER_AT, _ARCH_AT, _FIFTH_LOW_AT, _FIFTH_HIGH_AT = 0, 4, 48, 52
# As the kernel numbers them: architecture, connect, sendto, sendmsg, sendmmsg, seccomp.
_CALLS = {
    "x86_64": (0xC000003E, 42, 44, 46, 307, 317),
    "aarch64": (0xC00000B7, 203, 206, 211, 269, 277),
}
IO_URING_SETUP = 425  # what goes through such a ring makes no calls that could be seen


class NoSeccomp(Exception):  # noqa: N818  (read as a sentence)
    """This system does not let connections be seen. The message says why."""


def numbers() -> tuple[int, int, int, int]:
    """The numbers of connect, sendto, sendmsg and sendmmsg on this machine. Raises NoSeccomp."""
    _, connect, sendto, sendmsg, sendmmsg, _ = _machine()
    return connect, sendto, sendmsg, sendmmsg


def listen() -> int:
    """Set the filter for this thread and all it begins; the descriptor from which the calls can be read.

    It must be read by somebody who is not under the filter, or the next call waits for ever. Raises NoSeccomp.
    """
    *_, seccomp = _machine()
    program = _program()
    code = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("HxxxxxxQ" if ctypes.sizeof(ctypes.c_void_p) == 8 else "HxxI", len(program) // 8, _at(code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise NoSeccomp(f"the kernel refuses it ({os.strerror(ctypes.get_errno())})")
    libc.syscall.restype = ctypes.c_long
    found = libc.syscall(ctypes.c_long(seccomp), _SET_MODE_FILTER, _NEW_LISTENER, ctypes.create_string_buffer(head))
    if found < 0:
        raise NoSeccomp(f"the kernel refuses it ({os.strerror(ctypes.get_errno())})")
    return int(found)


def _machine() -> tuple[int, int, int, int, int, int]:
    found = _CALLS.get(platform.machine()) if os.uname().sysname == "Linux" else None
    if found is None:
        raise NoSeccomp(f"connections cannot be seen on {os.uname().sysname} {platform.machine()}")
    return found


def _at(buffer: ctypes.Array[ctypes.c_char]) -> int:
    return ctypes.addressof(buffer)


def _program() -> bytes:
    """Tell of connect, of messages that bring their address, of sendto with one, and of rings; allow the rest."""
    arch, connect, sendto, sendmsg, sendmmsg, _ = _machine()
    steps = [
        (_LOAD, 0, 0, _ARCH_AT),
        (_IF_EQUAL, 0, 11, arch),  # another architecture: allow
        (_LOAD, 0, 0, _NUMBER_AT),
        (_IF_EQUAL, 8, 0, connect),
        (_IF_EQUAL, 7, 0, sendmsg),
        (_IF_EQUAL, 6, 0, sendmmsg),
        (_IF_EQUAL, 5, 0, IO_URING_SETUP),
        (_IF_EQUAL, 0, 5, sendto),
        (_LOAD, 0, 0, _FIFTH_LOW_AT),
        (_IF_EQUAL, 0, 2, 0),
        (_LOAD, 0, 0, _FIFTH_HIGH_AT),
        (_IF_EQUAL, 1, 0, 0),
        (_RETURN, 0, 0, _TELL),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("HBBI", *step) for step in steps)
