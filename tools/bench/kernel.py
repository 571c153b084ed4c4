# SPDX-License-Identifier: BSD-2-Clause
"""System calls that Python 3.11 has no functions for; most are the tests'."""

import os
import signal
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), '../../tests/lib'))
from syscalls import (NEWNET, check, libc, mount, private_mounts,  # noqa: E402
                      setns, unshare)

__all__ = ('NEWNET', 'die_with', 'mount', 'private_mounts', 'setns', 'unshare')
PR_SET_PDEATHSIG = 1


def die_with(parent):
    """For a child: to be killed when the thread that made it ends."""
    check(libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL), 'prctl')
    if os.getppid() != parent:
        os._exit(1)
