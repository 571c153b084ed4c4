#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The page is asked for a hundred times a second beside half the load that a
server can bear: no answer fails. How long they take, make bench-web says."""

import os
import unittest

import web_load

LONG = os.environ.get('DETOUR_LONG')


class Load(unittest.TestCase):
    def test_load(self):
        server, page, asked = web_load.measure(
            1000000 if LONG else 5000, 30 if LONG else 3)
        self.assertEqual((server, page), ([], []))
        self.assertGreater(asked, 20)


if __name__ == '__main__':
    unittest.main()
