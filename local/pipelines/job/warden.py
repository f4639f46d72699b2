"""Runs a job's command and ends it when whoever started this has gone. A script of its own, without the project.

    warden.py all|none COMMAND...

With ``none`` the command sees no network but its own loopback; exit status 125 if the system does not allow that.
Standard input is how the end of the starter is noticed. The command's own end by a signal is passed on as such.
"""

import ctypes
import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path

NOT_ALLOWED = 125
# linux/sched.h, linux/sockios.h, linux/if.h
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 1


def _cut_network() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if libc.unshare(_NEW_NETWORK) != 0:
        # Who is not the machine's administrator may do it as the administrator of a space of their own.
        if libc.unshare(_NEW_USER | _NEW_NETWORK) != 0:
            raise OSError(ctypes.get_errno(), "no network namespace")
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    # Several processes of one training talk over the loopback, which is down in a new space.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(any_socket, _GET_FLAGS, request))[1]
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sH14x", b"lo", flags | _UP))


def _end_with_starter() -> None:
    while os.read(0, 1):
        pass
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    """Run the command; does not return."""
    network, *command = sys.argv[1:]
    if network == "none":
        try:
            _cut_network()
        except (OSError, AttributeError):
            os._exit(NOT_ALLOWED)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    # As in a container, the first process alone is asked to end; this one stays to tell how it did.
    signal.signal(signal.SIGTERM, lambda *_: child.send_signal(signal.SIGTERM))
    threading.Thread(target=_end_with_starter, daemon=True).start()
    status = child.wait()
    if status < 0:
        if -status != signal.SIGKILL:
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status)


if __name__ == "__main__":
    main()
