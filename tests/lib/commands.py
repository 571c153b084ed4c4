# SPDX-License-Identifier: BSD-2-Clause
"""A state directory of a test's own, and the commands run on it."""

import contextlib
import json
import os
import pty
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

import signals  # noqa: F401 pylint: disable=unused-import

DETOUR = os.path.abspath(os.environ.get("DETOUR", "build/detour"))


def rules_text(rules):
    return "".join("%s %s\n" % item for item in sorted(rules.items()))


class Case(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="detour-cli-")
        self.addCleanup(shutil.rmtree, self.dir, True)
        self.state = os.path.join(self.dir, "state")

    def path(self, *names):
        return os.path.join(self.state, *names)

    def run_detour(self, *args, stdin=None, state=None):
        return subprocess.run(
            [DETOUR, "--state", state or self.state, *args],
            input=stdin, capture_output=True, timeout=120)

    def do(self, *args, code=0, stdin=None):
        """Run a command that is to end with a code; its output as text."""
        if isinstance(stdin, str):
            stdin = stdin.encode()
        done = self.run_detour(*args, stdin=stdin)
        self.assertEqual(done.returncode, code,
                         "%s: %s %s" % (args, done.stdout[-500:],
                                        done.stderr[-500:]))
        self.err = done.stderr.decode(errors="replace")
        return done.stdout.decode(errors="replace")

    def do_at_terminal(self, *args, code=0, stdin=None):
        """The same with standard error on a terminal; all that it says."""
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        out = subprocess.run([DETOUR, "--state", self.state, *args],
                             input=(stdin or "").encode(), timeout=120,
                             stdout=subprocess.PIPE, stderr=theirs, check=False)
        os.close(theirs)
        said = b""
        with contextlib.suppress(OSError):
            while part := os.read(ours, 65536):
                said += part
        said = said.replace(b"\r\n", b"\n").decode(errors="replace")
        self.assertEqual(out.returncode, code, (args, out.stdout, said))
        return out.stdout.decode(errors="replace") + said

    def write(self, name, text):
        path = os.path.join(self.dir, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path

    def live(self):
        if not os.path.exists(self.path("live")):
            return 0
        with open(self.path("live"), encoding="ascii") as live:
            return int(live.read().split()[0])

    def snapshot(self):
        """All that a command that failed must leave as it was."""
        return self.live(), self.do("show"), self.do("log")

    def assert_sound(self):
        db = sqlite3.connect(self.path("detour.db"))
        self.assertEqual(db.execute("PRAGMA integrity_check").fetchall(),
                         [("ok",)])
        db.close()
        status = json.loads(self.do("status", "--json"))
        self.assertEqual(status["release"], self.live())
        if status["rules"]:
            self.assertTrue(status["map"]["sound"])
