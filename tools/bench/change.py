# SPDX-License-Identifier: BSD-2-Clause
"""(e) How long one changed rule takes until it answers."""

import time

import process
from client import Client, ask
from process import Failed
from rounds import Figure, say

LIMIT = 60  # seconds


def polled(contender, host, path, target, begin):
    """Seconds from begin() until a request gets the new target. What keeps
    connections is asked on one that is open already; what closes it is asked
    on new ones."""
    line = contender.line
    with contender.receiver():
        client = None
        start = time.monotonic()
        command = begin()
        while time.monotonic() < start + LIMIT:
            try:
                if contender.once:
                    got = ask(line.server.address, host, path, limit=2)
                else:
                    client = client or Client(line.server.address)
                    got = client.ask(host, path)
            except OSError:  # a reload closes connections
                client = None
                continue
            if got == (301, target):
                took = time.monotonic() - start
                break
            time.sleep(0.0005)
        else:
            raise Failed(f'{contender.name}: {host}{path} unchanged')
        if client:
            client.__exit__()
    if isinstance(command, process.subprocess.Popen) and command.wait(LIMIT):
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


def change(contenders, number):
    """Figures in seconds by contender's name."""
    took = {one.name: [] for one in contenders}
    for turn in range(number):
        for one in contenders:
            took[one.name].append(changed(one, turn))
            say(f'one changed rule: {one.name}: '
                f'{took[one.name][-1] * 1000:,.1f} ms')
    return {name: Figure(values) for name, values in took.items()}
