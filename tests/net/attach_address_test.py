#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The addresses and prefixes that an attached interface answers for."""

import os
import unittest

from attaching import Following, ip, mapped, setUpModule
from serving import wait_for


class Addresses(Following):
    def ipv4(self, name="va"):
        return {addr for addr in self.addresses(name)
                if addr[:12] == mapped("0.0.0.0")[:12]}

    def test_own(self):
        ip("addr", "add", "fd00::1/64", "dev", "vb", "nodad")
        self.attach("va")
        found = self.addresses()
        self.assertIn(mapped("fd00::1"), found)
        self.assertEqual(self.ipv4(), self.OWN)
        links = [addr for addr in found if addr[:2] == b"\xfe\x80"]
        self.assertEqual(len(links), 2)
        self.attach("lo")
        self.assertEqual(self.ipv4("lo"), self.OWN | {mapped("127.0.0.1")})
        self.assertIn(mapped("::1"), self.addresses("lo"))
        ip("addr", "del", "fd00::1/64", "dev", "vb")
        ip("addr", "add", "10.9.0.2/24", "dev", "va")
        self.attach("va")
        self.assertEqual(self.ipv4(), self.OWN | {mapped("10.9.0.2")})
        self.assertNotIn(mapped("fd00::1"), self.addresses())

    def test_given(self):
        self.attach("va", "--address", "192.0.2.1,fd00::5", "--address",
                    "10.9.0.1")
        want = {mapped(text) for text in ("192.0.2.1", "fd00::5", "10.9.0.1")}
        self.assertEqual(self.addresses(), want)
        self.assertEqual(set(self.only()["addresses"]),
                         {"192.0.2.1", "fd00::5", "10.9.0.1"})
        self.attach("lo")
        server = self.serve()
        self.follows("lo")
        self.assertEqual(self.addresses(), want)
        self.assert_quiet(server)
        self.attach("va")
        self.assertEqual(self.ipv4(), self.OWN)

    PREFIXES = ("192.0.2.0/24", "2001:db8:5::/64")

    def test_p20_prefixes(self):
        self.attach("va", "--address", ",".join(self.PREFIXES), "--address",
                    "10.9.0.1")
        self.assertEqual(self.only()["addresses"],
                         ["10.9.0.1", *sorted(self.PREFIXES)])
        self.assertEqual(self.constants()["by_prefix"], 1)
        self.attach("vb", "--address", "192.0.2.0/25")
        self.assertEqual(len(self.map("prefixes")), 3)
        server = self.serve()
        ip("addr", "add", "10.9.0.7/24", "dev", "vb")
        ip("addr", "del", "10.9.0.7/24", "dev", "vb")
        self.attach("va", "--address", "2001:db8:5::/64,192.0.2.0/26")
        self.assertEqual(self.addresses(), set())
        self.assertEqual(len(self.map("prefixes")), 3)
        self.assert_quiet(server)
        self.attach("va")
        self.assertEqual(self.only_of("va")["addresses"], "own")
        self.assertEqual(self.constants()["by_prefix"], 0)
        self.assertEqual(len(self.map("prefixes")), 1)
        self.do("detach", "vb", "--drain", "0")
        self.assertEqual(self.map("prefixes"), [])

    def only_of(self, name):
        return {one["interface"]: one for one in self.fastpath()}[name]

    def test_p20_prefixes_undone(self):
        """An attach that fails leaves those that were there."""
        self.attach("va", "--address", self.PREFIXES[0])
        with open(self.path("live"), "w", encoding="ascii") as file:
            file.write("nonsense")
        self.attach("va", "--address", self.PREFIXES[1], code=1)
        os.unlink(self.path("live"))
        self.assertEqual(self.only()["addresses"], [self.PREFIXES[0]])

    def test_p20_martians_followed(self):
        server = self.serve()
        self.attach("va")
        self.attach("vb", "--address", "10.9.0.1")
        served = {"va": self.OWN, "vb": {mapped("10.9.0.1")}}
        own, broadcast = mapped("10.9.5.7"), mapped("10.9.5.255")

        def has(name, kind, some):
            return some <= self.addresses(name, kind)

        def gone():
            return not any({own, broadcast} & self.addresses(name, kind)
                           for name in served for kind in (1, 2))

        for name in served:
            self.assertTrue(has(name, 2, {mapped("10.9.0.255")}))
        ip("addr", "add", "10.9.5.7/24", "dev", "vb")
        self.assertTrue(wait_for(lambda: has("va", 1, {own})
                                 and has("va", 2, {broadcast})
                                 and has("vb", 2, {own, broadcast})))
        self.assertEqual(self.only_of("vb")["addresses"], ["10.9.0.1"])
        ip("addr", "del", "10.9.5.7/24", "dev", "vb")
        self.assertTrue(wait_for(gone))
        for name, some in served.items():
            self.assertTrue(has(name, 1, some))
        self.assert_quiet(server)

    def test_p20_served_or_martian(self):
        """An address changes from one to the other."""
        given, other = mapped("10.9.0.1"), mapped("10.9.0.2")
        ip("addr", "add", "10.9.0.2/24", "dev", "va")
        for _ in range(2):
            self.attach("va", "--address", "10.9.0.1")
            self.assertEqual(self.addresses(), {given})
            self.assertIn(other, self.addresses(kind=2))
            self.attach("va")
            self.assertLessEqual({given, other}, self.addresses())
            self.assertFalse({given, other} & self.addresses(kind=2))


if __name__ == "__main__":
    unittest.main()
