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
DRAFT_COMMANDS = (["cutover", "full"], ["draft", "rebase", "old"],
                  ["import", "--draft=new", "FILE"],
                  ["import", "--draft=full", "--update", "OTHER"],
                  ["import", "--draft=full", "--replace", "OTHER"],
                  ["rollback", "--draft=full", "0"], ["cutover", "full"],
                  ["diff", "draft:full", "OTHER"])


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

    def shown(self, args, text, lines=b"a/1 https://n/ 301\n"):
        """All that the terminal gets, when the text has come."""
        ours, theirs = pty.openpty()
        process = self.slow(args, theirs)
        os.close(theirs)
        process.stdin.write(lines + lines.replace(b"1", b"2"))
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
                     ["check", "-", "--flatten"], ["check", "-", "--json"],
                     ["diff", "live", "-"], ["rehearse", "--to", "-", "/dev/null"],
                     ["import", "-", "--draft"]):
            with self.subTest(args):
                got = self.shown(args, b"\r\x1b[Kreading")
                said = got.rsplit(b"\r\x1b[K", 1)[-1]
                self.assertNotIn(b"reading", said)

    def test_rehearsing_is_shown_and_goes(self):
        self.do("add", "a/1", "https://n/", "301")
        got = self.shown(["rehearse", "--to", "0", "-"],
                         b"\r\x1b[Krehearsing", b"http://a/1\n")
        self.assertNotIn(b"rehearsing", got.rsplit(b"\r\x1b[K", 1)[-1])

    def test_nothing_in_a_pipe(self):
        for args, said in ((["import", "-"], b""),
                           (["check", "-"], b"1 rule; format rules\n")):
            process = self.slow(args, subprocess.PIPE)
            process.stdin.write(b"a/1 https://n/ 301\n")
            process.stdin.flush()
            time.sleep(1.5)
            self.assertEqual(process.communicate()[1], said)
            self.assertEqual(process.returncode, 0)


class Interrupting(Progress):
    def duration(self, *args):
        since = time.monotonic()
        self.started(*args, stdout=subprocess.DEVNULL,
                     stderr=subprocess.DEVNULL).wait()
        return time.monotonic() - since

    def interrupted(self, args, number, seconds):
        """(exit code, what it said)"""
        process = self.started(*args, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
        time.sleep(seconds)
        process.send_signal(number)
        out, err = process.communicate()
        self.assertIn(process.returncode, (0, 1, -number), (out, err[-300:]))
        if process.returncode == -number and args[0] in ("import", "rollback"):
            # not where it had not begun, nor behind the cutover
            self.assertIn(err.count(b"interrupted; nothing was changed"),
                          (0,) if b"release " in out else (0, 1))
        return process.returncode, out


class Interrupted(Interrupting):
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
                                   stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
            process.stdin.write(b"a/1 https://n/ 301\n" * 9)
            process.stdin.flush()
            time.sleep(0.5)
            process.send_signal(number)
            self.assertEqual(process.stdout.read(), b"")
            self.assertEqual(process.wait(), -number)
            self.assertEqual(process.stderr.read(), b"detour import:"
                             b" interrupted; nothing was changed\n")
            process.stdin.close()
            process.stdout.close()
            process.stderr.close()
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

    def test_at_any_moment(self):
        first = self.duration("import", "--help")
        last = 2 * self.duration("check", self.file)
        ended = 0
        for i in range(TIMES):
            args = COMMANDS[i % len(COMMANDS)] + [self.file]
            number = ENDS[i % len(ENDS)]
            code, out = self.interrupted(args, number,
                                         random.uniform(first, last))
            with self.subTest(args=args, number=number, out=out[-300:]):
                ended += code == -number
                if b"release 2: " in out:
                    self.assertEqual(self.live(), 2)
                    self.begin()
                self.assert_as_it_was()
        self.assertGreater(ended, 0)


    def test_trial_leaves_no_map(self):
        """What is compiled only to be looked at goes, whatever ends it."""
        args = ["import", "--dry-run", self.file]
        last = self.duration(*args)
        for i in range(4 * TIMES):
            self.interrupted(args, ENDS[i % len(ENDS)],
                             random.uniform(0, last))
            self.assertEqual(self.files(), self.before[1])


class InterruptedDraft(Interrupting):
    """A draft stays as it was, or is what the command says it made of it."""

    def setUp(self):
        super().setUp()
        self.files_of = {"FILE": self.write("many", many_rules(MANY)),
                         "OTHER": self.write("other", many_rules(MANY).replace(
                             "/q-", "/r-"))}
        self.do("import", "--draft=old", self.files_of["FILE"])
        self.do("add", "a.x/1", "https://n/", "301")
        self.do("import", "--draft=full", self.files_of["FILE"])
        self.started("check").wait()
        shutil.copytree(self.state, self.state + ".kept")
        self.before = self.seen()

    def seen(self):
        listed = self.do("draft", "list")
        return (self.live(), listed, self.files(), self.do("show"),
                *(self.do("export", "--draft=" + name)
                  for name in ("old", "full") if name in listed))

    def begin(self):
        shutil.rmtree(self.state)
        shutil.copytree(self.state + ".kept", self.state)

    def test_at_any_moment(self):
        first = self.duration("draft", "--help")
        last = 2 * self.duration("cutover", "full")
        self.begin()
        ended = 0
        for i in range(TIMES // 2 if LONG else TIMES):
            args = [self.files_of.get(arg, arg)
                    for arg in DRAFT_COMMANDS[i % len(DRAFT_COMMANDS)]]
            number = ENDS[i % len(ENDS)]
            code, out = self.interrupted(args, number,
                                         random.uniform(first, last))
            with self.subTest(args=args, number=number, out=out[-300:]):
                ended += code == -number
                self.assert_sound()
                if code or args[0] == "diff":
                    self.assertEqual(self.seen(), self.before)
                    continue
                self.assertNotEqual(self.seen(), self.before)
                self.begin()
        self.assertGreater(ended, 0)


if __name__ == "__main__":
    unittest.main()
