#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What takes long shows on a terminal how far it is, and in a pipe nothing;
what is interrupted leaves all as it was. DETOUR_LONG=1 interrupts 120 times."""

import os
import pty
import random
import select
import shutil
import signal
import subprocess
import time
import unittest

from commands import DETOUR, Case
from signals import ENDS

LONG = os.environ.get("DETOUR_LONG") == "1"
TIMES = 120 if LONG else 10
MANY = 60000 if LONG else 20000
COMMANDS = (["import"], ["import", "--strict"], ["import", "--replace"],
            ["import", "--flatten"], ["import", "--dry-run"], ["check"],
            ["check", "--flatten"])


def many_rules(count):
    return "".join("h%d.example/p-%d https://h%d.example/q-%d 301\n" % (
        i % 97, i, i % 89, i) for i in range(count))


class Progress(Case):
    def started(self, *args, **kwargs):
        tmp = os.path.join(self.dir, "tmp")
        os.makedirs(tmp, exist_ok=True)
        # pylint: disable=consider-using-with
        return subprocess.Popen(
            [DETOUR, "--state", self.state, *args],
            env=dict(os.environ, TMPDIR=tmp), **kwargs)

    def files(self):
        return sorted(os.path.join(folder, name)
                      for place in (self.state, os.path.join(self.dir, "tmp"))
                      for folder, _, names in os.walk(place)
                      for name in names)


class Terminal(Progress):
    """A file that comes by a pipe takes as long as it likes."""

    def slow(self, args, err, out=subprocess.PIPE):
        return self.started(*args, stdin=subprocess.PIPE, stdout=out,
                            stderr=err)

    def shown(self, args, text):
        """All that the terminal gets, when the text has come."""
        ours, theirs = pty.openpty()
        process = self.slow(args, theirs)
        os.close(theirs)
        process.stdin.write(b"a/1 https://n/ 301\na/2 https://n/ 301\n")
        process.stdin.flush()
        got = b""
        while text not in got:
            self.assertTrue(select.select([ours], [], [], 60)[0], got)
            got += os.read(ours, 4096)
        process.stdin.close()
        process.stdout.read()
        process.stdout.close()
        self.assertEqual(process.wait(), 0)
        try:
            while part := os.read(ours, 4096):
                got += part
        except OSError:
            pass  # its end
        os.close(ours)
        return got

    def test_reading_is_shown_and_goes(self):
        for args in (["import", "-"], ["check", "-"],
                     ["check", "-", "--flatten"], ["check", "-", "--json"]):
            with self.subTest(args):
                got = self.shown(args, b"\r\x1b[Kreading")
                said = got.rsplit(b"\r\x1b[K", 1)[-1]
                self.assertNotIn(b"reading", said)

    def test_nothing_in_a_pipe(self):
        for args, said in ((["import", "-"], b""),
                           (["check", "-"], b"1 rule; format rules\n")):
            process = self.slow(args, subprocess.PIPE)
            process.stdin.write(b"a/1 https://n/ 301\n")
            process.stdin.flush()
            time.sleep(1.5)
            self.assertEqual(process.communicate()[1], said)
            self.assertEqual(process.returncode, 0)


class Interrupted(Progress):
    def setUp(self):
        super().setUp()
        self.file = self.write("many", many_rules(MANY))
        self.begin()

    def begin(self):
        shutil.rmtree(self.state, True)
        self.do("import", "-", stdin="a.x/1 https://n/ 301\n")
        self.started("check").wait()
        self.before = self.snapshot(), self.files()

    def assert_as_it_was(self):
        self.assertEqual(self.files(), self.before[1])
        self.assertEqual(self.snapshot(), self.before[0])
        self.assert_sound()

    def test_reading(self):
        for number in ENDS:
            process = self.started("import", "-", stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE)
            process.stdin.write(b"a/1 https://n/ 301\n" * 9)
            process.stdin.flush()
            process.send_signal(number)
            self.assertEqual(process.stdout.read(), b"")
            self.assertEqual(process.wait(), -number)
            process.stdin.close()
            process.stdout.close()
            self.assert_as_it_was()

    def test_ignored_goes_on(self):
        """What nohup, or a job in the background, starts."""
        for number in ENDS:
            process = self.started(
                "import", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                preexec_fn=lambda n=number: signal.signal(n, signal.SIG_IGN))
            process.stdin.write(b"a/1 https://n/ 301\n")
            process.stdin.flush()
            process.send_signal(number)
            said = process.communicate()[0]
            self.assertIn(b"release 2: ", said)
            self.assertEqual(process.returncode, 0)
            self.begin()

    def duration(self, *args):
        since = time.monotonic()
        self.started(*args, stdout=subprocess.DEVNULL,
                     stderr=subprocess.DEVNULL).wait()
        return time.monotonic() - since

    def test_at_any_moment(self):
        first = self.duration("import", "--help")
        last = 2 * self.duration("check", self.file)
        ended = 0
        for i in range(TIMES):
            args = COMMANDS[i % len(COMMANDS)] + [self.file]
            number = ENDS[i % len(ENDS)]
            process = self.started(*args, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
            time.sleep(random.uniform(first, last))
            process.send_signal(number)
            out, err = process.communicate()
            with self.subTest(args=args, number=number, out=out[-300:],
                              err=err[-300:]):
                ended += process.returncode == -number
                self.assertIn(process.returncode, (0, 1, -number))
                if b"release 2: " in out:
                    self.assertEqual(self.live(), 2)
                    self.begin()
                self.assert_as_it_was()
        self.assertGreater(ended, 0)


if __name__ == "__main__":
    unittest.main()
