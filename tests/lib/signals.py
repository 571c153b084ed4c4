# SPDX-License-Identifier: BSD-2-Clause
"""Signals as a terminal's shell leaves them, for this process and all that it
starts: a job in the background ignores SIGINT, one below nohup SIGHUP."""

import signal

ENDS = signal.SIGINT, signal.SIGTERM, signal.SIGHUP

for number in ENDS:
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
