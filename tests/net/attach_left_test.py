#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What is left when something goes wrong, and how it is cleared."""

import fcntl
import os
import random
import shutil
import signal
import subprocess
import time
import unittest

from attaching import Attach, ip, sh, setUpModule
from commands import DETOUR
from serving import wait_for


class Leftovers(Attach):
    def test_deleted_interface(self):
        self.attach("va")
        self.attach("lo")
        ip("link", "del", "va")
        found = {one["interface"]: one["alive"] for one in self.fastpath()}
        self.assertEqual(found, {"va": False, "lo": True})
        self.assertIn("attached va, which is GONE", self.do("status"))
        self.do("detach", "va")
        self.assertEqual(self.only()["interface"], "lo")
        self.assertEqual(len(self.map("interfaces")), 1)

    def test_made_again(self):
        self.attach("va")
        ip("link", "del", "va")
        self.veth("vx", "vy")
        self.veth("va", "vb")
        self.assertEqual(self.attach("va"),
                         "va: attached in native mode, port 80\n")
        self.assertIs(self.only()["alive"], True)
        self.assertEqual(len(self.map("interfaces")), 1)
        self.do("detach", "va", "--drain", "0")
        self.assert_nothing()

    def test_others_are_cleaned(self):
        """Attaching one interface removes what deleted ones left."""
        self.attach("va")
        ip("link", "del", "va")
        self.attach("lo")
        self.assertEqual(self.only()["interface"], "lo")
        self.assertEqual(len(self.map("interfaces")), 1)

    def test_without_links(self):
        self.attach("va")
        for name in "xdp", "tc":
            with self.subTest(lost=name):
                os.unlink(f"{self.folder()}/va/{name}")
                self.assertTrue(wait_for(
                    lambda: not self.only()["alive"]))
                self.attach("va")
                self.assertIs(self.only()["alive"], True)
                self.assertEqual(len(self.links()), 2)
        os.unlink(f"{self.folder()}/va/xdp")
        self.do("detach", "va", "--drain", "0")
        self.assert_nothing()

    def test_unfinished(self):
        self.attach("va")
        folder = self.folder()
        self.do("detach", "va", "--drain", "0")
        os.makedirs(folder + "/va/at_1_1")
        os.mkdir(folder + "/layout_7")
        self.assertEqual(self.fastpath(), [])
        self.do("add", "old.example", "https://new.example", "301")
        self.attach("va")
        self.assertEqual(self.only()["release"], 1)
        self.do("detach", "va", "--drain", "0")
        self.assert_nothing()
        os.makedirs(folder)
        self.do("detach", "va", code=1)
        self.assertIn("va is not attached", self.err)

    def test_who_has_the_lock_stands_still(self):
        """It is told what is waited for."""
        self.attach("va")
        folder = os.open(self.state, os.O_RDONLY)
        fcntl.flock(folder, fcntl.LOCK_EX)
        with subprocess.Popen(
                [DETOUR, "--state", self.state, "detach", "va", "--drain", "0"],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                text=True) as detach:
            self.assertEqual(
                detach.stderr.readline(), "waiting for another process that "
                "attaches, detaches or keeps the addresses\n")
            os.close(folder)
            self.assertEqual(detach.wait(60), 0)
        self.assert_nothing()

    def test_half_removed(self):
        """Of an arena without its folder of locks nobody could tell who reads
        it: it is made anew."""
        self.attach("va")
        os.rmdir(self.folder() + "/arena_readers")
        ip("link", "del", "va")
        before = os.stat(self.folder() + "/arena").st_ino
        self.attach("lo")
        self.assertIn("arena_readers", os.listdir(self.folder()))
        self.assertNotEqual(os.stat(self.folder() + "/arena").st_ino, before)

    def test_other_layout(self):
        self.attach("va")
        os.rmdir(self.folder() + "/layout_7")
        os.mkdir(self.folder() + "/layout_0")
        self.attach("va", code=1)
        self.assertIn("is of another version of detour", self.err)
        self.assertIs(self.only()["alive"], True)
        ip("link", "del", "va")
        self.attach("lo")
        self.assertEqual(self.only()["interface"], "lo")
        self.assertIn("layout_7", os.listdir(self.folder()))

    def test_other_layout_is_not_read(self):
        """Its maps may lack some, and have counters in another order."""
        self.attach("va")
        folder = self.folder()
        os.rename(folder + "/layout_7", folder + "/layout_0")
        os.unlink(folder + "/prefixes")
        os.rename(folder + "/arena", folder + "/releases")
        found = self.only()
        self.assertEqual((found["interface"], found["alive"],
                          found["release"], found["current"]),
                         ("va", True, None, False))
        self.assertIn("another version of detour", found["problem"])
        self.assertIn("attached va, of another version of detour: detach it, "
                      "and attach again\n", self.do("status"))
        out = self.do("stats", code=1)
        self.assertIn("of another version of detour", self.err)
        self.assertNotIn("cookie_sent", out)
        self.do("add", "a.example", "-", "410", code=1)
        self.assertIn("of another version of detour: detach it first",
                      self.err)
        self.assertEqual(self.do("log"), "")
        self.do("detach", "va", "--drain", "1")
        self.assert_nothing()

    def test_missing_map(self):
        self.attach("va")
        os.unlink(self.folder() + "/arena")
        self.assertEqual(self.fastpath(), [])
        self.attach("va", code=1)
        self.assertIn("detach that first", self.err)
        self.do("detach", "va")
        self.assert_nothing()

    def test_lost_state(self):
        self.attach("va")
        shutil.rmtree(self.state)
        self.do("detach", "va", "--drain", "0")
        self.assert_nothing()

    def test_interrupted_drain(self):
        self.attach("va")
        process = subprocess.Popen([DETOUR, "--state", self.state, "detach",
                                    "va", "--drain", "600"])
        self.assertTrue(wait_for(lambda: self.only()["draining"]))
        self.assertIn(", draining\n", self.do("status"))
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(), -signal.SIGTERM)
        self.assertIs(self.only()["draining"], True)
        self.attach("va")
        self.assertIs(self.only()["draining"], False)
        process = subprocess.Popen([DETOUR, "--state", self.state, "detach",
                                    "va", "--drain", "600"])
        self.assertTrue(wait_for(lambda: self.only()["draining"]))
        process.kill()
        process.wait()
        self.do("detach", "va", "--drain", "0")
        self.assert_nothing()

    def test_change_while_draining(self):
        """Draining takes its time, and holds up no change."""
        self.attach("va")
        process = subprocess.Popen([DETOUR, "--state", self.state, "detach",
                                    "va", "--drain", "600"])
        self.assertTrue(wait_for(lambda: self.only()["draining"]))
        self.do("add", "old.example", "https://new.example", "301")
        self.assertEqual(self.only()["release"], 1)
        self.assertIsNone(process.poll())
        process.kill()
        process.wait()

    def test_killed(self):
        """An attach killed anywhere is mended by the next. Most of its time
        goes into verifying the programs, the rest is before and behind."""
        rng = random.Random(5)
        command = [DETOUR, "--state", self.state, "attach", "va",
                   "--without-listener", "--mode", "native"]
        start = time.monotonic()
        self.attach("va")
        took = time.monotonic() - start
        for i in range(10):
            if i % 2:
                self.do("detach", "va", "--drain", "0")
            part = rng.choice((0.1, 0.9, 1)) + 0.1 * rng.random()
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            time.sleep(part * took)
            process.kill()
            process.wait()
            self.attach("va")
            self.assertIs(self.only()["alive"], True)
        self.do("detach", "va", "--drain", "0")
        self.assert_nothing()

    def test_at_once(self):
        """Attaching and detaching at the same time take turns."""
        command = [DETOUR, "--state", self.state]
        ran = [subprocess.Popen(
            command + (["attach", name, "--without-listener", "--mode",
                        "native"] if i % 3 else
                       ["detach", name, "--drain", "0"]),
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            for i in range(4) for name in ("va", "vb")]
        for i, process in enumerate(ran):
            _, err = process.communicate()
            if process.returncode:
                self.assertIn("is not attached", err)
        for name in "va", "vb":
            self.attach(name)
        self.assertEqual(len(self.fastpath()), 2)
        for name in "va", "vb":
            self.do("detach", name, "--drain", "0")
        self.assert_nothing()


    def test_two_states_at_once(self):
        """What both are in is neither's to take away."""
        script = ('for i in 1 2; do "$0" --state "$1" attach "$2"'
                  ' --without-listener && "$0" --state "$1" detach "$2" '
                  '--drain 0 || exit 1; done')
        ran = [subprocess.Popen(
            ["sh", "-c", script, DETOUR, self.state + name, name],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            for name in ("va", "vb", "lo")]
        for process in ran:
            _, err = process.communicate()
            self.assertEqual(process.returncode, 0, err)
        self.assert_nothing()


if __name__ == "__main__":
    unittest.main()
