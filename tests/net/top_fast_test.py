#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What detour top shows of the fast path: interfaces, and why packets go."""

import json
import subprocess
import unittest

import attaching
from commands import DETOUR


def setUpModule():
    attaching.setUpModule()


class Top(attaching.Attach):
    def once(self, *args):
        return self.do("top", "--once", *args)

    def test_interfaces(self):
        self.do("add", "old.example", "https://new.example", "301")
        self.veth("vc", "vd")
        self.attach("va")
        self.attach("vc")
        got = self.once()
        self.assertRegex(got, r"\nva +native +1\b")
        self.assertRegex(got, r"\nvc +native +1\b")
        self.assertNotIn("NOT READY", got)
        told = json.loads(self.once("--json"))
        self.assertEqual([x["interface"] for x in told["interfaces"]],
                         ["va", "vc"])
        self.assertIn("get_301", told["counters"]["fastpath"])
        self.assertIsInstance(told["rates"]["dropped"], dict)
        self.assertIsInstance(told["hits"], dict)

    def test_more_than_there_is_room_for(self):
        self.do("add", "old.example", "https://new.example", "301")
        for i in range(5):
            self.veth(f"w{i}", f"x{i}")
            self.attach(f"w{i}")
        self.assertIn("\nand 2 more\n", self.once())

    def test_interface_that_is_gone(self):
        self.do("add", "old.example", "https://new.example", "301")
        self.attach("va")
        attaching.ip("link", "del", "vb")
        got = self.once()
        self.assertIn("NOT READY", got)
        self.assertIn("! interface va is gone", got)

    def test_user_who_may_not_see_it(self):
        self.do("add", "old.example", "https://new.example", "301")
        self.attach("va")
        self.give(attaching.NOBODY)
        done = subprocess.run(
            [DETOUR, "--state", self.state, "top", "--once", "--json"],
            user=attaching.NOBODY, group=attaching.NOBODY, extra_groups=[],
            capture_output=True, timeout=60, check=True)
        told = json.loads(done.stdout)
        self.assertIsNone(told["counters"]["fastpath"])
        self.assertTrue(told["counters"]["hidden"])


if __name__ == "__main__":
    unittest.main()
