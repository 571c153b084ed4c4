#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The way back, as attach finds it in the routes: replies of the fast path
leave where packets came from, the kernel's where the routes lead."""

import os
import unittest

from attaching import Attach, ip, setUpModule  # noqa: F401

GATE = {4: ("10.9.0.254", "10.8.0.254"), 6: ("fd09::254", "fd08::254")}
LOST = "with direct server return (DSR)"


class Way(Attach):
    """Packets come by va; vc is another way out."""

    def setUp(self):
        super().setUp()
        self.veth("vc", "vd")
        ip("addr", "add", "10.8.0.1/24", "dev", "vc")
        ip("addr", "add", "fd09::1/64", "dev", "va", "nodad")
        ip("addr", "add", "fd08::1/64", "dev", "vc", "nodad")

    def default(self, link, family=4, *more):
        ip(f"-{family}", "route", "replace", "default", "via",
           GATE[family][link == "vc"], "dev", link, *more)

    def hold(self, address):
        ip("addr", "add", address, "dev", "lo")
        self.addCleanup(ip, "addr", "del", address, "dev", "lo")

    def notes(self, *args, code=0):
        """What is said of the way back, of nothing else."""
        self.attach("va", "--mode", "generic", *args, code=code)
        said = self.err.splitlines()
        if not code:
            self.do("detach", "va", "--drain", "0")
        return [line for line in said if "DSR" in line or "local" in line]

    def test_p17_plain(self):
        """An ordinary host: nothing is to be said."""
        self.assertEqual(self.notes(), [])
        for family in 4, 6:
            self.default("va", family)
        self.assertEqual(self.notes(), [])
        self.assertEqual(self.notes("--address", "10.9.0.1,fd09::1"), [])

    def test_p17_held(self):
        """An address on loopback, replies by another interface."""
        for family, address in ((4, "203.0.113.5/32"),
                                (6, "2001:db8:5::5/128")):
            with self.subTest(address):
                plain = address.split("/")[0]
                self.hold(address)
                self.default("va", family)
                note, = self.notes()
                self.assertIn(f"{plain} is on lo: ", note)
                self.assertIn(LOST, note)
                self.default("vc", family)
                for args in ((), ("--address", plain)):
                    note, = self.notes(*args, code=1)
                    self.assertIn(f"{plain} is on lo, and by this host's "
                                  "routes replies from it leave by vc: the "
                                  "fast path's would leave by va", note)
                    self.assertIn(f"{LOST} sends them on to nobody (--force "
                                  "attaches all the same, --address leaves it "
                                  "out)", note)
                    self.assert_nothing()
                    note = self.notes("--force", *args)[0]
                    self.assertIn(f"replies from {plain} leave by vc; the "
                                  "fast path's leave by va", note)
                ip(f"-{family}", "route", "del", "default")
                ip("addr", "del", address, "dev", "lo")
                self.addCleanup(ip, "addr", "add", address, "dev", "lo")

    def test_p17_prefix(self):
        """Local by a route only."""
        ip("route", "add", "local", "203.0.113.0/24", "dev", "lo")
        self.addCleanup(ip, "route", "del", "local", "203.0.113.0/24", "dev",
                        "lo")
        self.default("vc")
        note, = self.notes("--address", "203.0.113.0/24", code=1)
        self.assertIn("replies from it leave by vc", note)
        self.default("va")
        note, = self.notes("--address", "203.0.113.0/24")
        self.assertIn("203.0.113.0 is on lo: ", note)

    def test_p17_asymmetric(self):
        """Packets come by one interface, replies leave by another."""
        self.default("vc")
        note, = self.notes()
        self.assertIn("replies from 10.9.0.1 leave by vc; the fast path's "
                      "leave by va, to where the packet came from", note)
        self.default("vc", 6)
        self.assertEqual(len(self.notes()), 2)
        self.assertEqual(len(self.notes("--address", "fd09::1")), 1)

    def test_p17_policy(self):
        """A rule that minds the source leads back."""
        self.default("vc")
        self.default("va", 4, "table", "77")
        ip("rule", "add", "from", "10.9.0.1", "lookup", "77")
        self.addCleanup(ip, "rule", "del", "from", "10.9.0.1")
        self.assertEqual(self.notes(), [])

    def test_p17_several(self):
        """A route with more than one next hop, and one by halves."""
        ip("route", "add", "default", "nexthop", "via", GATE[4][0], "dev",
           "va", "nexthop", "via", GATE[4][1], "dev", "vc")
        note, = self.notes()
        self.assertIn("leave by vc, too; the fast path's leave by va", note)
        ip("route", "replace", "default", "via", GATE[4][0], "dev", "va")
        ip("route", "add", "128.0.0.0/1", "via", GATE[4][1], "dev", "vc")
        note, = self.notes()
        self.assertIn("leave by vc, too", note)

    def test_p17_no_address(self):
        """An interface that has none of its own."""
        ip("addr", "flush", "dev", "va")
        self.assertEqual(self.notes(), [])
        self.default("vc")
        note, = self.notes()
        self.assertIn("replies from this host leave by vc", note)

    def test_p17_bridge(self):
        """What is on the bridge of a port leaves by it."""
        ip("link", "add", "br0", "type", "bridge", "nf_call_iptables", "0")
        self.addCleanup(ip, "link", "del", "br0")
        for name in "iptables", "ip6tables":
            path = f"/proc/sys/net/bridge/bridge-nf-call-{name}"
            if not os.path.exists(path):
                continue  # no br_netfilter
            with open(path, "r+", encoding="ascii") as file:
                before = file.read()
                file.seek(0)
                file.write("0")
            self.addCleanup(self.put, path, before)
        ip("addr", "flush", "dev", "va")
        ip("link", "set", "va", "master", "br0")
        ip("link", "set", "br0", "up")
        ip("addr", "add", "10.9.0.1/24", "dev", "br0")
        ip("route", "replace", "default", "via", GATE[4][0], "dev", "br0")
        self.assertEqual(self.notes(), [])

    @staticmethod
    def put(path, text):
        with open(path, "w", encoding="ascii") as file:
            file.write(text)

    def test_p20_not_local(self):
        self.assertEqual(self.notes("--address", "10.9.0.1,10.8.0.1"), [])
        note, = self.notes("--address", "10.9.0.1,10.9.0.2,fd09::9")
        self.assertIn("not local to this host: 10.9.0.2, fd09::9; the kernel "
                      "takes nothing that is handed over there", note)
        note, = self.notes("--address", "203.0.113.0/24,10.9.0.0/24,"
                           "2001:db8::/64,10.9.0.2,10.9.0.3")
        self.assertIn("10.9.0.2, 10.9.0.3, 203.0.113.0/24 and 2 more; ", note)
        ip("route", "add", "local", "203.0.113.0/25", "dev", "lo")
        self.addCleanup(ip, "route", "del", "local", "203.0.113.0/25", "dev",
                        "lo")
        note, _ = self.notes("--address", "203.0.113.0/25,203.0.113.0/24")
        self.assertNotIn("203.0.113.0/25", note)


if __name__ == "__main__":
    unittest.main()
