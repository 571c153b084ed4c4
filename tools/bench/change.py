# SPDX-License-Identifier: BSD-2-Clause
"""(e) How long one changed rule takes until it answers."""

import subprocess
import time

from client import Client, ask
from process import Failed
from rounds import Figure, say

LIMIT = 60     # seconds
PAUSE = 0.0005  # between requests


class Poll:
    """What keeps connections is asked on one that is open already; what closes
    them is asked on new ones."""

    def __init__(self, contender, host, path):
        self.contender, self.question = contender, (host, path)
        self.client = None if contender.once else Client(contender.address)

    def __enter__(self):
        return self

    def __exit__(self, *args):
        if self.client:
            self.client.close()

    def ask(self):
        """The answer; None when the connection was closed, as a reload does
        it."""
        try:
            if self.contender.once:
                return ask(self.contender.address, *self.question, limit=2)
            self.client = self.client or Client(self.contender.address)
            return self.client.ask(*self.question)
        except OSError:
            if self.client:
                self.client.close()
            self.client = None
            return None


def polled(contender, host, path, target, begin):
    """Seconds from begin() until a request gets the new target."""
    with contender.receiver(), Poll(contender, host, path) as poll:
        start = time.monotonic()
        command = begin()
        while poll.ask() != (301, target):
            if time.monotonic() > start + LIMIT:
                raise Failed(f'{contender.name}: {host}{path} unchanged')
            time.sleep(PAUSE)
        took = time.monotonic() - start
    if isinstance(command, subprocess.Popen) and command.wait(LIMIT):
        raise Failed(f'{contender.name}: `set` failed')
    return took


def changed(contender, number):
    host, path, _ = contender.rules.sample[-1 - number]
    target = f'https://changed.example/{number}'
    if hasattr(contender, 'reload'):
        contender.change(host, path, target)
        return polled(contender, host, path, target, contender.reload)
    return polled(contender, host, path, target,
                  lambda: contender.set(host, path, target))


def change(contenders, number, reloads):
    """Figures in seconds by contender's name: of so many changes, or reloads,
    which take longer."""
    took = {one.name: [] for one in contenders}
    for turn in range(number):
        for one in contenders:
            if turn < (reloads if hasattr(one, 'reload') else number):
                took[one.name].append(changed(one, turn))
                say(f'one changed rule: {one.name}: '
                    f'{took[one.name][-1] * 1000:,.1f} ms')
    return {name: Figure(values) for name, values in took.items()}
