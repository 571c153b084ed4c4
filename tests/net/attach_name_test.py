#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Attached interfaces change their names, numbers and network namespaces."""

import os
import socket
import subprocess
import unittest

from attaching import Attach, ip, setUpModule
from commands import DETOUR
from serving import wait_for


class Names(Attach):
    def rename(self, *pairs):
        for old, _ in pairs:
            ip("link", "set", old, "down")
        for i, (old, _) in enumerate(pairs):
            ip("link", "set", old, "name", f"tmp{i}")
        for i, (_, new) in enumerate(pairs):
            ip("link", "set", f"tmp{i}", "name", new)
            ip("link", "set", new, "up")

    def test_renamed(self):
        self.attach("va")
        links = self.links("va")
        self.rename(("va", "vc"))
        self.assertEqual(self.attach("vc"),
                         "vc: replaced in native mode, port 80\n")
        self.assertEqual(self.only()["interface"], "vc")
        self.assertEqual(self.links("vc"), links)
        self.rename(("vc", "va"))
        self.do("detach", "vc", "--drain", "0", code=1)
        self.assertIn("vc is not attached", self.err)
        self.do("detach", "va", "--drain", "0")
        self.assert_nothing()

    def test_name_taken(self):
        """The name of one that was renamed goes to a new interface."""
        self.attach("va")
        links = self.links("va")
        self.rename(("va", "vc"))
        self.veth("va", "vz")
        self.assertIn("va: attached", self.attach("va"))
        self.assertEqual({one["interface"] for one in self.fastpath()},
                         {"va", "vc"})
        self.assertEqual(self.links("vc"), links)

    def test_swapped(self):
        self.attach("va", "--port", "1")
        self.attach("vb", "--port", "2")
        links = self.links("va"), self.links("vb")
        self.rename(("va", "vb"), ("vb", "va"))
        self.attach("lo")
        self.assertEqual((self.links("vb"), self.links("va")), links)
        found = {one["interface"]: one["ports"] for one in self.fastpath()}
        self.assertEqual(found, {"vb": [1], "va": [2], "lo": [80]})
        self.rename(("vb", "va"), ("va", "vb"))

    def test_name_of_the_deleted(self):
        self.attach("va")
        self.veth("vx", "vy")
        self.attach("vx")
        links = self.links("vx")
        ip("link", "del", "va")
        self.rename(("vx", "va"))
        self.do("detach", "lo", code=1)
        self.assertEqual(self.only()["interface"], "va")
        self.assertEqual(self.links("va"), links)

    def test_p20_renamed(self):
        """Status has the new name, which detach and attach take."""
        self.attach("va")
        links = self.links("va")
        self.rename(("va", "vc"))
        found = self.only()
        self.assertEqual((found["interface"], found["alive"],
                          found["namespace"]), ("vc", True, "this"))
        self.assertIn("attached vc, native mode", self.do("status"))
        self.assertEqual(self.attach("vc"),
                         "vc: replaced in native mode, port 80\n")
        self.assertEqual(self.links("vc"), links)
        self.rename(("vc", "vd"))
        self.do("detach", "vc", code=1)
        self.do("detach", "vd", "--drain", "0")
        self.assert_nothing()

    def test_p20_hardware_address(self):
        """Frames to another one than it had are the kernel's: status says so."""
        self.attach("va")
        self.assertIsNone(self.only()["problem"])
        ip("link", "set", "va", "address", "02:00:00:00:99:01")
        problem = self.only()["problem"]
        self.assertIn("frames to the hardware address of va are passed on",
                      problem)
        self.assertIn(f"does NOT work any more: {problem}\n",
                      self.do("status"))
        self.attach("va")
        self.assertIsNone(self.only()["problem"])
        self.attach("lo")
        self.assertEqual([one["problem"] for one in self.fastpath()],
                         [None, None])

    def test_p20_swapped(self):
        self.attach("va", "--port", "1")
        self.attach("vb", "--port", "2")
        self.rename(("va", "vb"), ("vb", "va"))
        found = {one["interface"]: one["ports"] for one in self.fastpath()}
        self.assertEqual(found, {"vb": [1], "va": [2]})

    def move(self, name):
        """Give an interface away to a network namespace of a process, which
        ends with the test."""
        holder = subprocess.Popen(["unshare", "--net", "cat"],
                                  stdin=subprocess.PIPE)
        self.addCleanup(holder.wait)
        self.addCleanup(holder.stdin.close)
        own = os.stat("/proc/self/ns/net").st_ino
        self.assertTrue(wait_for(lambda: os.stat(
            f"/proc/{holder.pid}/ns/net").st_ino != own))
        ip("link", "set", name, "netns", str(holder.pid))

    def assert_moved(self, name="va"):
        found = [one for one in self.fastpath() if one["interface"] == name]
        self.assertEqual([one["namespace"] for one in found], ["moved"])
        self.assertIn(f"attached {name}, native mode", self.do("status"))
        self.assertIn("MOVED to another network namespace: detach it",
                      self.do("status"))

    def test_p20_moved(self):
        """Into another namespace, and another takes its name and number."""
        index = socket.if_nametoindex("va")
        self.attach("va")
        self.move("va")
        self.assert_moved()
        ip("link", "add", "va", "type", "veth", "peer", "name", "vy")
        self.addCleanup(ip, "link", "del", "va")
        self.assert_moved()
        self.attach("va", code=1)
        self.assertIn("va of another network namespace is attached as number "
                      f"{index}: detach va, ", self.err)
        ip("link", "del", "va")
        ip("link", "add", "vz", "index", str(index), "type", "veth", "peer",
           "name", "vy")
        self.assert_moved()
        self.attach("vz", code=1)
        self.assertIn(f"attached as number {index}: detach va, ", self.err)
        ip("link", "set", "vz", "name", "va")
        self.attach("va", code=1)
        self.assertIn(f"attached as number {index}: detach va, ", self.err)
        self.do("detach", "va", "--drain", "0")
        self.assert_nothing()
        self.assertIn("va: attached", self.attach("va"))
        self.assertEqual(self.only()["namespace"], "this")

    def test_p20_made_anew(self):
        """Deleted, and made anew by the same name and number."""
        index = socket.if_nametoindex("va")
        self.attach("va")
        ip("link", "del", "va")
        self.assertIs(self.only()["alive"], False)
        ip("link", "add", "va", "index", str(index), "type", "veth", "peer",
           "name", "vb")
        self.assertIs(self.only()["alive"], False)
        self.assertIn("va: attached", self.attach("va"))
        self.assertIs(self.only()["alive"], True)
        self.assertEqual(self.only()["index"], index)

    def test_other_namespace(self):
        """An interface of the same number elsewhere is not this one."""
        self.attach("lo")
        done = subprocess.run(
            ["unshare", "--net", DETOUR, "--state", self.state, "attach",
             "lo", "--without-listener"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("lo of another network namespace is attached as number "
                      "1", done.stderr)
        self.assertIs(self.only()["alive"], True)


if __name__ == "__main__":
    unittest.main()
