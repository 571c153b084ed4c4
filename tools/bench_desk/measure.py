# SPDX-License-Identifier: BSD-2-Clause
"""What a command costs."""

import os
import subprocess
import sys


def run(args, out=subprocess.DEVNULL, may_fail=False):
    """(seconds of the processor, peak memory in MiB)"""
    # pylint: disable=consider-using-with
    child = subprocess.Popen(args, stdout=out, stderr=subprocess.PIPE)
    said = child.stderr.read()
    child.stderr.close()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode and not may_fail:
        sys.exit('%s: exit %d: %s' % (' '.join(args), child.returncode,
                                      said[-300:].decode(errors='replace')))
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
