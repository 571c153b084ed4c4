#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The fast path counts how often each rule won, over the wire: what it answers, no
more and no less, and a base goes on counting while releases over it change."""

import time
import unittest

import netns
from fast_arena import Mapped
from hits_asking import Asking
from netns import FAST


@unittest.skipUnless(FAST, 'it is the fast path that counts')
class Hits(Asking):
    def hits(self):
        """Of what is live, and of its base: its number, and all counts."""
        with Mapped(f'{self.fast.folder}/arena') as arena:
            areas = arena.areas()
            return [(areas[at].number, arena.hits(at)) if at else (0, {})
                    for at in arena.live()]

    def counts(self):
        """The same, without which rules they are of."""
        return [sorted(count for count, _ in hits.values())
                for _, hits in self.hits()]

    def test_what_is_answered(self):
        self.do('import', '--replace', '-', input=self.rules + 'a.example - 410\n')
        self.assertEqual(self.counts(), [[], []])
        self.ask('m7.example', '/7', times=3)
        self.ask('m7.example', '/7', 'HEAD')
        self.ask('w.example', '/any/path', times=2)
        self.ask('m8.example', '/8', 'POST', times=2)
        (_, live), _ = self.hits()
        self.assertEqual(sorted(count for count, _ in live.values()), [2, 4])
        for _, last in live.values():
            self.assertLess((int(time.time()) // 16 - last) % 65536, 8)

    def test_releases(self):
        self.do('import', '--replace', '-', input=self.rules + 'b.example - 410\n')
        self.ask('m7.example', '/7', times=2)
        (whole, before), _ = self.hits()
        self.do('set', 'm9.example/9', 'https://n.example/nine', '302')
        (over, live), (base, kept) = self.hits()
        self.assertEqual((base, kept, live), (whole, before, {}))
        self.ask('m9.example', '/9')
        self.ask('m7.example', '/7')
        self.assertEqual(self.counts(), [[1], [3]])
        self.do('set', 'm9.example/9', 'https://n.example/neuf', '302')
        self.assertNotEqual(self.hits()[0][0], over)
        self.assertEqual(self.hits()[1][0], whole)
        self.assertEqual(self.counts(), [[], [3]])
        self.ask('m9.example', '/9', times=2)
        self.do('rollback')
        self.assertEqual(self.counts()[0], [])
        self.ask('m7.example', '/7')
        self.assertEqual(self.counts()[1], [4])


if __name__ == '__main__':
    netns.private_bpffs()
    unittest.main()
