#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The life of what is attached: attach, status, replace, detach."""

import json
import os
import socket
import struct
import time
import unittest

from attaching import Attach, BPFFS, bpftool, ip, mapped, sh, setUpModule
from serving import wait_for


class Life(Attach):
    def test_attach_and_detach(self):
        self.assertEqual(self.fastpath(), [])
        self.assertIn("attached nowhere", self.do("status"))
        self.assertEqual(self.attach(), "va: attached in native mode, "
                         "port 80\n")
        self.assertIn("va is a veth: without an XDP program at its far end",
                      self.err)
        found = self.only()
        self.assertEqual(found["interface"], "va")
        self.assertEqual(found["index"], socket.if_nametoindex("va"))
        self.assertEqual(found["mode"], "native")
        self.assertEqual(found["ports"], [80])
        self.assertEqual(found["addresses"], "own")
        self.assertEqual(found["release"], 0)
        self.assertIs(found["alive"], True)
        self.assertIs(found["current"], True)
        self.assertLess(found["memory"], 100000)
        self.assertIn("memory   %d bytes" % found["memory"],
                      self.do("status"))
        self.assertIs(found["draining"], False)
        self.assertLess(abs(found["since"] - time.time()), 60)
        self.assertLess(found["age"], 60)
        net, = bpftool("net")
        self.assertEqual([(one["devname"], one["mode"], one["id"])
                          for one in net["xdp"]],
                         [("va", "driver", found["program"])])
        programs = self.programs()
        self.assertEqual(programs[0], found["program"])
        self.assertIn("attached va, native mode, port 80, answers from "
                      "release 0, program ", self.do("status"))
        self.assertEqual(self.do("detach", "va", "--drain", "0"),
                         "va: detached\n")
        self.assert_nothing()
        self.assertEqual(self.fastpath(), [])
        for program in programs:
            self.assertTrue(wait_for(lambda: sh(
                "bpftool", "prog", "show", "id", str(program),
                check=False).returncode))

    def test_two_interfaces(self):
        self.attach("va")
        self.attach("vb", "--port", "8080,80", "--port", "81,80")
        found = {one["interface"]: one["ports"] for one in self.fastpath()}
        self.assertEqual(found, {"va": [80], "vb": [8080, 80, 81]})
        self.do("detach", "va", "--drain", "0")
        self.assertEqual(self.only()["interface"], "vb")
        self.assertEqual(self.addresses("va"), set())
        self.assertNotEqual(self.addresses("vb"), set())
        self.assertEqual(len(self.map("interfaces")), 1)
        self.do("detach", "vb", "--drain", "0")
        self.assert_nothing()

    def test_modes(self):
        self.assertIn("generic mode, port 80", self.attach("lo"))
        self.assertEqual(bytes(self.constants("lo")["mac"]), bytes(8))
        self.assertIn("no native XDP; generic mode is slower", self.err)
        self.assertEqual(self.only()["mode"], "generic")
        self.attach("lo")
        self.assertEqual(self.err, "")
        self.attach("lo", "--mode", "native", code=1)
        self.assertIn("lo is attached in generic mode: detach it first",
                      self.err)
        self.do("detach", "lo", "--drain", "0")
        self.attach("lo", "--mode", "native", code=1)
        self.assertIn("cannot attach to lo: Operation not supported: ",
                      self.err)
        self.assertIn("native mode (the driver has no native XDP", self.err)
        self.assert_nothing()
        self.attach("va", "--mode", "generic")
        self.assertEqual(self.err, "")
        self.assertEqual(self.only()["mode"], "generic")

    def test_native_refused(self):
        ip("link", "set", "vb", "mtu", "9000")
        ip("link", "set", "va", "mtu", "9000")
        self.attach("va", code=1)
        self.assertIn("its MTU may be too large for native XDP", self.err)
        self.assert_nothing()

    def test_p24_native(self):
        """The driver's own words, and the MTU."""
        ip("link", "set", "vb", "mtu", "9000")
        ip("link", "set", "va", "mtu", "9000")
        self.attach("va", "--mode", "native", code=1)
        self.assertRegex(self.err, "cannot attach to va: Numerical result out "
                         r"of range: .*MTU.* \(its MTU may be too large for "
                         "native XDP: it is 9000, most drivers take up to")
        self.assert_nothing()

    def test_p24_auto(self):
        """Falls back, whatever the reason is, and says it."""
        ip("link", "add", "br9", "mtu", "9000", "type", "bridge")
        self.addCleanup(ip, "link", "del", "br9")
        for name in "lo", "br9":
            self.assertIn("generic mode",
                          self.attach(name, "--mode", "auto"))
            self.assertRegex(self.err, f"{name}, as it is set up now, has no "
                             "native XDP; generic mode is slower: Operation "
                             "not supported: .")

    def test_replace(self):
        ip("link", "set", "va", "address", "02:11:22:33:44:fe")
        self.attach()
        self.assertEqual(bytes(self.constants()["mac"]).hex(),
                         "0211223344fe0000")
        ip("link", "set", "va", "address", "02:11:22:33:44:fd")
        links, programs, keys = self.links(), self.programs(), self.keys()
        self.assertEqual(self.attach("va", "--port", "8080"),
                         "va: replaced in native mode, port 8080\n")
        after = self.only()
        self.assertEqual(bytes(self.constants()["mac"]).hex(),
                         "0211223344fd0000")
        self.assertEqual(self.links(), links)
        self.assertFalse(set(self.programs()) & set(programs))
        self.assertEqual(after["ports"], [8080])
        self.assertEqual(self.keys(), keys)
        self.attach("va", "--mode", "generic", code=1)
        self.assertIn("va is attached in native mode: detach it first",
                      self.err)
        self.assert_same(after)

    def test_failed_replacement(self):
        """What was there goes on as it was."""
        self.do("add", "old.example", "https://new.example", "301")
        self.attach("va", "--address", "10.9.0.1")
        before, links = self.only(), self.links()
        live = self.path("live")
        with open(live, encoding="ascii") as file:
            text = file.read()
        with open(live, "w", encoding="ascii") as file:
            file.write("nonsense")
        self.attach("va", "--port", "81", code=1)
        self.assertIn("is damaged", self.err)
        with open(live, "w", encoding="ascii") as file:
            file.write(text)
        self.assert_same(before)
        self.assertEqual(self.links(), links)
        self.assertEqual(self.addresses(), {mapped("10.9.0.1")})

    def test_failed_update(self):
        """The last step fails: what the maps say is undone."""
        self.attach("va", "--address", "10.9.0.1")
        before, links = self.only(), self.links()
        pin = self.folder() + "/va/tc"
        sh("bpftool", "link", "pin", "id", str(links[1]), BPFFS + "/kept")
        self.addCleanup(os.unlink, BPFFS + "/kept")
        os.unlink(pin)
        sh("bpftool", "link", "pin", "id", str(links[0]), pin)
        self.attach("va", "--port", "81", "--address", "10.9.0.2", code=1)
        self.assertIn("cannot replace the programs of va", self.err)
        self.assert_same(before)
        self.assertEqual(self.addresses(), {mapped("10.9.0.1")})

    def test_cookie_keys(self):
        """A new key on replacement, if the one that goes is out of use."""
        self.attach()
        current, rotated, *keys, clock, flow = self.keys()
        self.assertEqual(current, 0)
        self.assertEqual(len({bytes(16), *keys, flow}), 4)
        self.assertNotEqual(clock, 0)
        long_ago = max(0, rotated - 3 * 64)
        data = struct.pack("=QQ16s16sQ16s", current, long_ago, *keys, clock,
                           flow)
        sh("bpftool", "map", "update", "pinned",
           self.folder() + "/cookie_keys", "key", "hex", "00", "00", "00",
           "00", "value", "hex", *(f"{byte:02x}" for byte in data))
        self.attach("vb")
        self.assertEqual(self.keys(), (0, long_ago, *keys, clock, flow))
        self.attach()
        current, rotated, *after, same_clock, same_flow = self.keys()
        self.assertEqual((same_clock, same_flow), (clock, flow))
        self.assertEqual(current, 1)
        self.assertGreaterEqual(rotated, long_ago + 3 * 64)
        self.assertEqual(after[0], keys[0])
        self.assertNotIn(after[1], keys)
        self.attach()
        self.assertEqual(self.keys(), (1, rotated, *after, clock, flow))

    def test_release(self):
        self.do("add", "old.example", "https://new.example", "301")
        self.attach()
        self.assertEqual(self.only()["release"], 1)
        self.do("add", "b.example", "https://new.example", "301")
        self.assertEqual(self.only()["release"], 2)
        self.assertIs(self.only()["current"], True)
        with open(self.path("live"), "r+", encoding="ascii") as live:
            live.write("3")
        found = json.loads(self.do("status", "--json", code=1))["fastpath"]
        self.assertIs(found[0]["current"], False)
        self.assertIn("answers from release 2 (NOT the live one",
                      self.do("status", code=1))

    def test_listener(self):
        port = self.listen(socket.AF_INET, "10.9.0.1")
        port6 = self.listen(socket.AF_INET6, "::")
        self.do("attach", "va", "--port", f"{port},{port6}")
        self.do("attach", "va", "--port", f"{port},1", code=1)
        self.assertIn("nothing listens on port 1 (--without-listener",
                      self.err)
        self.assertEqual(self.only()["ports"], [port, port6])

    def test_listener_elsewhere(self):
        """On addresses that the interface does not answer on."""
        port = self.listen(socket.AF_INET, "127.0.0.1")
        port6 = self.listen(socket.AF_INET6, "::1")
        for number, where in (port, "127.0.0.1"), (port6, "::1"):
            self.do("attach", "va", "--port", str(number), code=1)
            self.assertIn(f"nothing listens on port {number} except at "
                          f"{where}, which is not served", self.err)
        self.assert_nothing()
        self.do("attach", "lo", "--port", f"{port},{port6}")
        port = self.listen(socket.AF_INET, "10.9.0.1")
        self.do("attach", "va", "--port", str(port), "--address",
                "10.9.0.1,fd00::1", code=1)
        self.assertIn(f"nothing listens on port {port} of fd00::1 (--without",
                      self.err)
        self.do("attach", "va", "--port", str(port), "--address", "10.9.0.1")

    def test_usage(self):
        many = ",".join(str(port) for port in range(1, 66))
        for args, message in (
                (["attach"], "which interface?"),
                (["attach", "va", "vb"], "'vb' is too much"),
                (["attach", "va", "--port", "0"], "--port: '0' is no port"),
                (["attach", "va", "--port", "80,"], "--port: '' is no port"),
                (["attach", "va", "--port", many], "more than 64 ports"),
                (["attach", "va", "--mode", "x"],
                 "--mode: 'x' is not auto, native or generic"),
                (["attach", "va", "--address", "x"], "'x' is no IP address"),
                (["attach", "va", "--address", "ff02::1"],
                 "'ff02::1' is no address of a host"),
                (["attach", "va", "--address", "0.0.0.0"],
                 "'0.0.0.0' is no address of a host"),
                (["detach"], "which interface?"),
                (["detach", "va", "--drain", "x"],
                 "--drain: 'x' is not a number from 0 to 3600")):
            with self.subTest(args=args):
                self.do(*args, code=2)
                self.assertIn(message, self.err)
        self.do("detach", "va", code=1)
        self.assertIn("va is not attached", self.err)
        self.attach("nothere", code=1)
        self.assertIn("there is no interface 'nothere'", self.err)
        self.attach("va")
        self.do("detach", "vb", code=1)
        self.assertIn("vb is not attached", self.err)

    def test_alternative_name(self):
        other = "the-second.name"
        ip("link", "property", "add", "dev", "va", "altname", other)
        self.assertIn("va: attached", self.attach(other))
        self.assertIn("va: replaced", self.attach("va"))
        self.assertEqual(self.only()["interface"], "va")
        self.do("detach", other[:-1], code=1)
        self.do("detach", "y" * 4000, code=1)
        self.do("detach", other, "--drain", "0")
        self.assert_nothing()

    def test_odd_names(self):
        """Of the interface and of the state directory."""
        os.mkdir(os.path.join(self.dir, "a.b-c_d"))
        self.state = os.path.join(self.dir, "a.b-c_d/" + "long" * 60)
        for name in ("arena", "arena_free", "a.b-c_d", "at_1_2"):
            self.veth(name, "peer")
            self.attach(name)
            self.assertEqual(self.only()["interface"], name)
            self.do("detach", name, "--drain", "0")
            self.assert_nothing()
            ip("link", "del", name)


if __name__ == "__main__":
    unittest.main()
