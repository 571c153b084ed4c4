# SPDX-License-Identifier: BSD-2-Clause
"""System calls that Python 3.11 has no functions for."""

import ctypes
import os
import signal

NEWNS = 0x20000
NEWNET = 0x40000000
MS_REC, MS_PRIVATE = 1 << 14, 1 << 18
PR_SET_PDEATHSIG = 1

libc = ctypes.CDLL(None, use_errno=True)


def check(result, what):
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f'{what}: {os.strerror(error)}')
    return result


def unshare(flags):
    check(libc.unshare(flags), 'unshare')


def setns(fd, flags):
    check(libc.setns(fd, flags), 'setns')


def mount(source, target, kind, flags=0):
    text = [None if word is None else word.encode()
            for word in (source, target, kind)]
    check(libc.mount(*text, ctypes.c_ulong(flags), None), f'mount {target}')


def private_mounts():
    unshare(NEWNS)
    mount(None, '/', None, MS_PRIVATE | MS_REC)


def die_with(parent):
    """For a child: to be killed when the thread that made it ends."""
    check(libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL), 'prctl')
    if os.getppid() != parent:
        os._exit(1)
