#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Whoever answers, it is the same answer: a corpus of requests goes through
the fast path on port 80, and straight to the same socket responder on port
8080."""

import re
import socket
import unittest

import netns
import request_corpus
from netns import FAST, SERVER, V4, V6, Connected, answers
from serving import Client, undated

PROBE = (b'GET /probe HTTP/1.1\r\nHost: old.example\r\n'
         b'Connection: close\r\n\r\n')
STATUS = re.compile(rb'^HTTP/1\.1 \d{3} ', re.M)
FIRST_LINE = re.compile(rb'\A((?:\r?\n)*[^\n]*\n)')


def closing(request):
    """The same request, with a wish to close the connection."""
    return FIRST_LINE.sub(rb'\1Connection: close\r\n', request, count=1)


class Same(Connected):
    rules = request_corpus.RULES
    serve = ('--threads', '1', '--listen', '*:8080')

    def exchange(self, family, port, request, wait=0):
        """What comes back to a request with the end right behind it, and how
        that ended. If wait is given: with so many answers waited for first,
        and then, if the last one does not say that it closes, a probe."""
        got, fate = b'', 'end'
        with Client(self.server, (SERVER[family], port)) as client:
            try:
                client.send(request)
                for _ in range(wait):
                    answer = client.head()
                    got += answer.head
                if wait and answer.headers.get('connection') != 'close':
                    client.send(PROBE)
                if not wait or answer.headers.get('connection') != 'close':
                    client.sock.shutdown(socket.SHUT_WR)
                got += client.file.read()
            except ConnectionError as error:
                fate = type(error).__name__
        return undated(got), fate

    def test_same(self):
        corpus = request_corpus.corpus()
        self.assertGreaterEqual(len(corpus), 500)
        fast, handed = 0, 0
        for i, request in enumerate(corpus):
            family = (V4, V6)[i % 2]
            with self.subTest(request[:300]):
                self.counted()
                got = self.exchange(family, 80, request)
                if answers(self.counted()):
                    fast += 1
                    want = self.exchange(family, 8080, closing(request))
                    self.assertEqual(got, want)
                    self.assertEqual(len(STATUS.findall(got[0])), 1)
                    continue
                handed += 1
                want = self.exchange(family, 8080, request)
                self.assertEqual(got, want)
                wait = len(STATUS.findall(want[0]))
                if wait:
                    got = self.exchange(family, 80, request, wait)
                    # How long a frame may become is veth's to say, each time.
                    if answers(self.counted()):
                        request, wait = closing(request), 0
                    self.assertEqual(
                        got, self.exchange(family, 8080, request, wait))
        if self.fast:
            # Tables that the fast path passes over would prove nothing.
            self.assertGreater(fast, 150)
            self.assertGreater(handed, 150)

    @unittest.skipUnless(FAST, 'it says what the fast path answers')
    def test_what_is_usual_is_answered_fast(self):
        for name, code in (('firefox', 308), ('chrome', 301),
                           ('googlebot', 302), ('curl', 307), ('wget', 301),
                           ('curl_head', 410)):
            with open(f'{request_corpus.CORPUS}/{name}',
                      'rb') as file:
                request = file.read()
            method = 'head' if request.startswith(b'HEAD') else 'get'
            for family in (V4, V6):
                self.assertTrue(self.exchange(family, 80, request)[0]
                                .startswith(b'HTTP/1.1 %d ' % code))
                self.assert_counted(**{f'{method}_{code}': 1})


if __name__ == '__main__':
    netns.private_bpffs()
    unittest.main()
