#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`detour hits` of what the fast path and the server behind it answer: each request
once, through changes over the same map and another one, and behind detach."""

import json
import os
import subprocess
import unittest

import netns
from hits_asking import Asking
from netns import FAST
from serving import DETOUR


@unittest.skipUnless(FAST, 'it is the fast path that counts')
class Hits(Asking):
    def hits(self):
        found = json.loads(self.do('hits', '--json').stdout)
        self.assertEqual(found['missed'], [])
        return {rule['source']: {str(code['code']): (code['get_head'],
                                                     code['other'])
                                 for code in rule['hits']['codes']}
                for rule in found['rules']}

    def test_hits(self):
        self.ask('m7.example', '/7', times=3)
        self.ask('m7.example', '/7', 'POST', times=2)
        self.ask('w.example', '/any', times=2)
        expected = {'m7.example/7': {'301': (3, 2)},
                    'w.example/*': {'302': (2, 0)}}
        self.assertEqual(self.hits(), expected)
        for code, host in ('302', 'a'), ('307', 'b'), ('302', 'c'), ('301', 'd'):
            self.do('set', 'm9.example/9', f'https://n.example/{host}', code)
            self.ask('m9.example', '/9')
            self.ask('m9.example', '/9', 'POST')
            self.ask('m7.example', '/7')
        expected['m7.example/7'] = {'301': (7, 2)}
        expected['m9.example/9'] = {'302': (2, 2), '307': (1, 1),
                                    '301': (1, 1)}
        self.assertEqual(self.hits(), expected)
        self.do('hits', '--save')
        self.assertEqual(self.hits(), expected)
        # a map of its own, so that the one under it goes
        self.do('import', '--replace', '-',
                input=self.do('show').stdout + 'x.example - 410\n')
        self.ask('m7.example', '/7')
        expected['m7.example/7'] = {'301': (8, 2)}
        self.assertEqual(self.hits(), expected)
        self.others_see()
        self.fast.detach()
        self.assertEqual(self.hits(), expected)

    def others_see(self):
        """Whom it is not shown, it is told what is left out."""
        os.chmod(self.state.dir, 0o755)
        done = subprocess.run(
            [DETOUR, '--state', self.state.path, 'hits', '--unused'],
            user=65534, group=65534, extra_groups=[], capture_output=True,
            text=True, timeout=60, check=False)
        self.assertIn('the fast path is left out: this user may not see',
                      done.stderr)


if __name__ == '__main__':
    netns.private_bpffs()
    unittest.main()
