# SPDX-License-Identifier: BSD-2-Clause
"""Clients of rules whose hits are counted, with the fast path in front."""

from netns import Connected, answers
from serving import get, run, wait_for

MANY = 10000  # enough for an overlay


class Asking(Connected):
    rules = ''.join(f'm{i % 50}.example/{i} https://n.example/{i} 301\n'
                    for i in range(MANY)) + 'w.example https://n.example 302\n'

    def do(self, *args, **kwargs):
        return run('--state', self.state.path, *args, **kwargs)

    def ask(self, host, path, method='GET', times=1):
        """By GET and HEAD the fast path answers, by POST the server."""
        before = answers(self.fast.read())
        for _ in range(times):
            got = self.all(get(path, host, 'Connection: close', method=method))
            self.assertIn(b'https://n.example', got)
        expected = before + (times if method != 'POST' else 0)
        self.assertTrue(wait_for(
            lambda: answers(self.fast.read()) == expected))
