#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Whether servers follow a change, and what is said of those that do not."""

import fcntl
import json
import os
import re
import signal
import struct
import subprocess
import time
import unittest
import zlib

from commands import DETOUR, Case
from serving import Client, Server, get, wait_for

NEW = "https://new.example"
# enough for an overlay over them
BASE = f"old.example {NEW} 301\n" + "".join(
    f"h.example/{i} {NEW}/ 302\n" for i in range(9000))


class Follow(Case):
    def setUp(self):
        super().setUp()
        os.chmod(self.dir, 0o755)
        self.do("add", "old.example", NEW, "301")

    def set(self, where, *args, code=0):
        return self.do("set", "old.example", f"https://{where}", "301", *args,
                       code=code)

    def serve(self, *args, **kwargs):
        server = Server(self.state, *args, **kwargs)
        self.addCleanup(server.stop, signal.SIGKILL)
        return server

    def fake(self, text, mode=0o644, name=None):
        """An announcement of a server of another make, locked."""
        process = subprocess.Popen(["sleep", "600"])
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        path = self.path("servers", name or str(process.pid))
        file = open(path, "w", encoding="ascii")
        self.addCleanup(file.close)
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(text.replace("PID", str(process.pid)))
        file.flush()
        os.chmod(path, mode)
        return process.pid, path

    def test_s6_it_has_followed_when_the_command_returns(self):
        server = self.serve()
        with Client(server) as client:
            for i in range(20):
                self.set(f"n{i}.example")
                self.assertEqual(client.ask(get()).headers["location"],
                                 f"https://n{i}.example/")
            self.do("rollback")
            self.assertEqual(client.ask(get()).headers["location"],
                             "https://n18.example/")
        self.assertEqual(self.err, "")

    def test_s6_one_that_does_not(self):
        server = self.serve()
        pid = server.process.pid
        os.kill(pid, signal.SIGSTOP)
        began = time.monotonic()
        self.assertIn("release 2: 1 rule", self.set("a.example", code=3))
        self.assertGreater(time.monotonic() - began, 0.9)
        self.assertRegex(self.err, r"\Adetour set: release 2 is live, but the "
                         rf"server with pid {pid} on 127.0.0.1:\d+ still "
                         r"answers from release 1\n\Z")
        self.assertIn("release 3: ", self.set("b.example", "--wait", "0"))
        self.assertEqual(self.err, "")
        self.set("c.example", "--wait", "0.1", code=3)
        self.assertIn(f"pid {pid} ", self.err)
        out = self.do("status", code=1)
        self.assertIn("answers from release 1, NOT the live one\n", out)
        found = json.loads(self.do("status", "--json", code=1))["servers"][0]
        self.assertIs(found["current"], False)
        os.kill(pid, signal.SIGCONT)
        self.assertIn("answers from release 4\n", self.do("status"))
        self.set("d.example", "--wait", "20")
        # one that is late is waited for
        os.kill(pid, signal.SIGSTOP)
        process = subprocess.Popen(
            [DETOUR, "--state", self.state, "set", "old.example",
             "https://e.example", "301", "--wait", "60"],
            stdout=subprocess.PIPE)
        self.assertIn(b"release 6: ", b"".join(
            process.stdout.readline() for _ in range(3)))
        self.assertIsNone(process.poll())
        os.kill(pid, signal.SIGCONT)
        self.assertEqual(process.wait(30), 0)
        process.stdout.close()
        # others need not wait for one that waits
        self.assertEqual(server.stop(), 0)
        self.set("f.example")

    def test_s6_the_lock_is_free_meanwhile(self):
        server = self.serve()
        os.kill(server.process.pid, signal.SIGSTOP)
        process = subprocess.Popen(
            [DETOUR, "--state", self.state, "set", "old.example",
             "https://e.example", "301", "--wait", "600"],
            stdout=subprocess.PIPE)
        self.assertIn(b"release 2: ", b"".join(
            process.stdout.readline() for _ in range(3)))
        self.set("f.example", "--wait", "0")
        self.assertIsNone(process.poll())
        os.kill(server.process.pid, signal.SIGCONT)
        self.assertEqual(process.wait(30), 0)
        process.stdout.close()

    def test_s6_all_changing_commands(self):
        self.serve()
        os.kill(self.fake("PID 1 00000000000000000001 [::]:80\n"
                          "layout 4 5\n")[0], 0)
        for args in (["add", "b.example", NEW, "301"],
                     ["set", "b.example", NEW, "302"], ["del", "b.example"],
                     ["import", "-"], ["rollback"]):
            with self.subTest(args):
                self.do(*args, "--wait", "0.05", code=3,
                        stdin="c.example - 410\n")
                self.assertIn("on [::]:80 still answers from release 1\n",
                              self.err)

    def test_s6_server_of_another_layout(self):
        """It is told before anything changes."""
        for line, layout in (("layout 1 1", 1), ("layout 2 2", 2),
                             ("layout 2 3", 3), ("layout 5 6", 6)):
            with self.subTest(line):
                pid, path = self.fake(
                    f"PID 1 00000000000000000001 [::]:80\n{line}\n")
                before = self.snapshot()
                for args in (["set", "old.example", "-", "410"],
                             ["del", "old.example"], ["rollback", "0"],
                             ["import", "-"]):
                    self.do(*args, code=1, stdin="c.example - 410\n")
                    self.assertIn(f"the server with pid {pid} reads map "
                                  f"layout {layout}, and this program writes "
                                  "4", self.err)
                self.assertEqual(self.snapshot(), before)
                self.set(f"l{layout}.example", "--force", "--wait", "0.05",
                         code=3)
                os.unlink(path)
                self.do("set", "old.example", NEW, "301")

    def test_s6_server_of_an_earlier_version(self):
        """Its line says no layout: it reads the one of its time."""
        pid, _ = self.fake("PID 1 00000000000000000002 0.0.0.0:80\n")
        self.set("a.example", code=1)
        self.assertIn(f"the server with pid {pid} reads map layout 2, and this "
                      "program writes 4", self.err)
        self.set("a.example", "--force")
        self.assertEqual(self.err, "")
        self.set("b.example", "--force", "--wait", "0.05", code=3)
        self.assertIn(f"pid {pid} on 0.0.0.0:80", self.err)

    def test_s6_announcement_that_cannot_be_read(self):
        for text in "", "x", "1 2", "\0" * 512:
            with self.subTest(text):
                pid, path = self.fake(text)
                self.set(f"n{len(text)}.example", "--wait", "0.05", code=3)
                self.assertIn(f"pid {pid} does not tell", self.err)
                self.assertIn("DOES NOT TELL", self.do("status", code=1))
                os.unlink(path)

    @unittest.skipIf(os.getuid(), "SKIP: only root can become somebody else")
    def test_s6_announcement_of_another_user(self):
        pid, _ = self.fake("PID 1 00000000000000000001 [::]:80\n", 0o600)
        os.chown(self.state, 65534, 65534)
        for folder, folders, files in os.walk(self.state):
            for name in [*folders, *files]:
                if name != str(pid):
                    os.chown(os.path.join(folder, name), 65534, 65534)
        done = subprocess.run(
            [DETOUR, "--state", self.state, "set", "old.example", "-", "410",
             "--wait", "0.1"], user=65534, group=65534, capture_output=True,
            text=True)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn(f"pid {pid} does not tell", done.stderr)

    def test_s6_no_server_no_wait(self):
        """Neither what a killed one left, nor anything else, is waited for."""
        server = self.serve()
        server.stop(signal.SIGKILL)
        self.set("a.example", "--wait", "3000")
        self.assertEqual(self.err, "")

    def layout(self, path, version):
        """Make a map one of another layout: what else stands in its header is
        nothing that this one knows."""
        with open(path, "r+b") as file:
            header = bytearray(file.read(864))
            header[8:12] = struct.pack("=I", version)
            header[16:24] = b"\xff" * 8
            header[860:864] = struct.pack("=I", zlib.crc32(header[:860]))
            file.seek(0)
            file.write(header)

    def test_s6_map_of_another_layout(self):
        """It is neither damaged nor anybody's to replace."""
        path = self.path("maps", "1.map")
        old = self.serve()
        for version in 1, 3, 5, 77:
            with self.subTest(version):
                self.layout(path, version)
                with open(path, "rb") as file:
                    before = file.read()
                text = (f"has map layout {version}, this program reads 4")
                out = self.do("status")
                self.assertIn(text, out)
                self.assertNotIn("DAMAGED", out)
                self.assertIsNone(json.loads(self.do("status", "--json"))
                                  ["map"]["sound"])
                self.assertIn(NEW, self.do("explain", "old.example/"))
                self.assertIn(text, self.err)
                server = self.serve()
                self.assertTrue(server.find(text) or wait_for(
                    lambda: server.find(text)))
                with Client(server) as client:
                    self.assertEqual(client.ask(get()).status, 301)
                self.assertEqual(server.stop(), 0)
                with open(path, "rb") as file:
                    self.assertEqual(file.read(), before)
                self.assertEqual(os.listdir(self.path("maps")), ["1.map"])
        with Client(old) as client:
            self.assertEqual(client.ask(get()).status, 301)
        # the next change is for all again
        self.set("a.example")
        self.assertIn("map      2.map, ", self.do("status"))
        with Client(old) as client:
            self.assertEqual(client.ask(get()).headers["location"],
                             "https://a.example/")
        self.do("rollback")
        self.assertIn("map      3.map, ", self.do("status"))

    def test_map_of_the_layout_before(self):
        """It is not read. Who finds it live says so, and answers from rules
        that it compiles for itself; the next change writes a map for all."""
        text = "has map layout 3, this program reads 4"
        self.do("import", "-", stdin=BASE)
        self.set("a.example")
        self.assertEqual(self.map()["overlay"]["base"], "2.map")
        for name in "2.map", "3.map":
            self.layout(self.path("maps", name), 3)
        with open(self.path("maps", "3.map"), "rb") as file:
            before = file.read()
        server = self.serve()
        self.assertTrue(wait_for(lambda: server.find(
            f"3.map {text}; compiling its rules for this process")))
        with Client(server) as client:
            self.assertEqual(client.ask(get()).headers["location"],
                             "https://a.example/")
            self.assertEqual(client.ask(get("/7", "h.example")).status, 302)
        self.assertIn("https://a.example/", self.do("explain", "old.example"))
        self.assertIn(text, self.err)
        self.assertIn(text, self.do("status"))
        self.do("export", "--map", code=1)
        self.assertIn(text, self.err)
        with open(self.path("maps", "3.map"), "rb") as file:
            self.assertEqual(file.read(), before)
        self.assertEqual(sorted(os.listdir(self.path("maps"))),
                         ["1.map", "2.map", "3.map"])
        # compiled whole, and not over what cannot be read
        self.set("b.example")
        self.assertNotIn("overlay", self.map())
        self.assertTrue(self.map()["sound"])
        with Client(server) as client:
            self.assertEqual(client.ask(get()).headers["location"],
                             "https://b.example/")
            self.assertEqual(client.ask(get("/7", "h.example")).status, 302)
        self.set("c.example")
        self.assertEqual(self.map()["overlay"]["base"], "4.map")
        # nor is it a release's again, which it was
        self.do("rollback", "3")
        self.assertTrue(self.map()["sound"])
        with Client(server) as client:
            self.assertEqual(client.ask(get()).headers["location"],
                             "https://a.example/")
        self.do("export", "--map")

    def test_one_map_of_two_of_the_layout_before(self):
        """An overlay over what is not read is not read either."""
        self.do("import", "-", stdin=BASE)
        self.set("a.example")
        self.layout(self.path("maps", "2.map"), 3)
        server = self.serve()
        self.assertTrue(wait_for(lambda: server.find(
            "2.map has map layout 3, this program reads 4")))
        with Client(server) as client:
            self.assertEqual(client.ask(get()).headers["location"],
                             "https://a.example/")
        self.set("b.example")
        self.assertNotIn("overlay", self.map())
        with Client(server) as client:
            self.assertEqual(client.ask(get()).headers["location"],
                             "https://b.example/")

    @unittest.skipIf(os.getuid(), "SKIP: only root can become somebody else")
    def test_map_of_the_layout_before_without_the_store(self):
        """Nothing is left to answer from, which is told."""
        self.layout(self.path("maps", "1.map"), 3)
        os.unlink(self.path("detour.db"))
        done = subprocess.run(
            [DETOUR, "--state", self.state, "serve", "--listen",
             "127.0.0.1:0"], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("detour.db is missing", done.stderr)

    def map(self):
        return json.loads(self.do("status", "--json"))["map"]

    def test_s6_release_of_another_layout(self):
        """A server says so, and answers from the one before."""
        server = self.serve()
        with open(self.path("maps", "1.map"), "rb") as file:
            data = file.read()
        with open(self.path("maps", "2.map"), "wb") as file:
            file.write(data)
        self.layout(self.path("maps", "2.map"), 5)
        with open(self.path("live.new"), "w", encoding="ascii") as file:
            file.write("2 2.map\n")
        os.rename(self.path("live.new"), self.path("live"))
        self.assertTrue(wait_for(lambda: server.find(
            "has map layout 5, this program reads 4")))
        with Client(server) as client:
            self.assertEqual(client.ask(get()).headers["location"], NEW + "/")
        self.assertIn("release 1, NOT the live one",
                      self.do("status", code=1))

    def test_s6_version(self):
        out = self.do("--version")
        self.assertTrue(re.fullmatch(
            r"detour \S+, map layout 4, commit [0-9a-z.-]+\n", out), out)


if __name__ == "__main__":
    unittest.main()
