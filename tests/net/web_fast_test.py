#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What detour web tells of the fast path."""

import json
import unittest

import attaching
from browsing import Web
from serving import RULES, wait_for
from web_test import Elements, meaning, samples

setUpModule = attaching.setUpModule


class Fast(attaching.Attach):
    def setUp(self):
        super().setUp()
        self.do('import', '-', stdin=RULES)

    def web(self, *args, **kwargs):
        web = Web(self.state, *args, **kwargs)
        self.addCleanup(web.stop)
        return web

    def test_every_counter_is_there(self):
        self.attach()
        web = self.web()
        stats = json.loads(self.do('stats', '--json'))['fastpath']
        found = samples(web.text('/metrics'))
        self.assertGreater(len(stats), 60)
        for name in stats:
            family, labels = meaning(name)
            self.assertIn((f'detour_{family}_total',
                           frozenset(labels.items())), found)
        self.assertFalse([key for key in found if 'other_events' in key[0]])
        self.assertEqual(found['detour_interface_up',
                               frozenset({('interface', 'va')})], 1)
        self.assertEqual(found['detour_fastpath_visible', frozenset()], 1)

    def test_ready_by_the_fast_path_alone(self):
        web = self.web()
        self.assertIn('nothing answers', web.text('/readyz', 503))
        self.attach()
        self.assertTrue(wait_for(lambda: web.ask('/readyz')[0] == 200))
        self.do('add', 'more.example', '-', '410')
        self.assertTrue(wait_for(lambda: web.figures()['release'] == 2 and
                                 web.ask('/readyz')[0] == 200))
        attaching.ip('link', 'del', 'va')
        self.assertTrue(wait_for(lambda: 'is gone' in
                                 web.ask('/readyz')[2].decode()))
        self.assertEqual(web.ask('/readyz')[0], 503)
        self.do('detach', 'va')
        self.assertTrue(wait_for(lambda: 'nothing answers' in
                                 web.ask('/readyz')[2].decode()))

    def test_names_of_interfaces(self):
        name = '<i>"\\\'&'
        self.veth(name, 'vc')
        attaching.ip('addr', 'add', '10.9.1.1/24', 'dev', name)
        self.attach(name)
        web = self.web()
        page = Elements(web.text('/'))
        self.assertNotIn('i', page.all)
        self.assertIn(name, ''.join(page.text))
        self.assertEqual(web.figures()['interfaces'][0]['interface'], name)
        found = samples(web.text('/metrics'))
        self.assertEqual(found['detour_interface_up', frozenset(
            {('interface', '<i>\\"\\\\\'&')})], 1)

    def test_rights(self):
        """The one that gathers keeps its rights; who has none says so."""
        self.attach()
        web = self.web('--user', 'nobody')
        self.assertEqual(len(web.figures()['interfaces']), 1)
        self.assertEqual(web.figures()['problems'], [])
        status = json.loads(self.do('status', '--json'))['fastpath']
        self.assertEqual({**web.figures()['interfaces'][0], 'age': 0,
                          'since': 0},
                         {**status[0], 'age': 0, 'since': 0})
        web = self.web(user='nobody', group='nogroup', extra_groups=[])
        self.assertIn('may not see the fast path', web.text('/'))
        self.assertIn('may not see', web.text('/readyz', 503))
        found = samples(web.text('/metrics'))
        self.assertEqual(found['detour_fastpath_visible', frozenset()], 0)
        self.assertFalse([key for key in found
                          if key[0].startswith('detour_fastpath_dropped')])


if __name__ == '__main__':
    unittest.main()
