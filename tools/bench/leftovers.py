# SPDX-License-Identifier: BSD-2-Clause
"""What a run has left behind when it is over, which is to be nothing."""

import os

from detour import BPFFS
from network import names, napi_threads
from process import family, wait_for


def left(place):
    """Names of processes, interfaces, pins and files."""
    found = [f'process {pid}' for pid in family(os.getpid())[1:]]
    # An interface goes a moment later than who had it removed.
    if not wait_for(lambda: not napi_threads(names()), limit=2):
        found.append(f'interface {names()}')
    for folder, _, files in os.walk(BPFFS):
        found += [f'{folder}/{name}' for name in files
                  if not name.endswith('.debug')]  # the kernel's own
    return found + sorted(os.listdir(place))
