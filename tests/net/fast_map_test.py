#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""How the fast path's release follows the live one: changes, crashes, lack of
memory and of privilege. The programs play no part in it: the instance is the
maps alone, but for the last class."""

import ctypes
import os
import random
import shutil
import signal
import stat
import struct
import subprocess
import tempfile
import time
import unittest

import netns
import syscalls
from commands import DETOUR, Case

ELEMENT = (1 << 16) + 64
LOADED_AT = 4096
SLOTS = 3
HEADER, BASE_AT = 760, 760 - 72  # struct map_header
LOADED = struct.Struct("=QQQII64s")
MAP_CREATE, MAP_UPDATE, OBJ_PIN, MAP_BY_ID = 0, 2, 6, 14
ARRAY, ARRAY_OF_MAPS = 2, 12
INNER_FLAGS = 1 << 10 | 1 << 12  # BPF_F_MMAPABLE | BPF_F_INNER_MAP
CAP_BPF, CAP_SYS_ADMIN, PR_CAPBSET_DROP = 39, 21, 24
NOBODY = 65534


def map_create(kind, value, flags=0, inner=0, count=1):
    return syscalls.bpf(MAP_CREATE, struct.pack(
        "=IIIIIII", kind, 4, value, count, flags, inner, 0))


def pin_command(command, path, fd=0):
    text = ctypes.create_string_buffer(os.fsencode(path))
    return syscalls.bpf(command, struct.pack(
        "=QI", ctypes.addressof(text), fd))


def lookup(fd, size, key=0):
    key, value = ctypes.c_uint32(key), ctypes.create_string_buffer(size)
    syscalls.bpf(syscalls.BPF_MAP_LOOKUP_ELEM, struct.pack(
        "=IIQQQ", fd, 0, ctypes.addressof(key), ctypes.addressof(value), 0))
    return value.raw


def update(outer, number, fd):
    key, value = ctypes.c_uint32(number), ctypes.c_uint32(fd)
    syscalls.bpf(MAP_UPDATE, struct.pack(
        "=IIQQQ", outer, 0, ctypes.addressof(key), ctypes.addressof(value), 0))


def drop_bpf():
    """For a child: root without the right to make BPF maps."""
    for capability in (CAP_BPF, CAP_SYS_ADMIN):
        syscalls.libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def escaped(path):
    return "".join("-" if c == "/" else c if c.isalnum() else "_%02x" % ord(c)
                   for c in os.path.realpath(path)[1:])


class Instance(Case):
    def setUp(self):
        super().setUp()
        self.folder = "%s/detour/%s" % (netns.BPFFS, escaped(self.state))
        self.releases = self.folder + "/releases"

    def make(self, value=ELEMENT):
        """What attach makes, as far as releases need it."""
        os.makedirs(self.folder + "/layout_4", exist_ok=True)
        inner = map_create(ARRAY, value, INNER_FLAGS)
        outer = map_create(ARRAY_OF_MAPS, 4, inner=inner, count=SLOTS)
        pin_command(OBJ_PIN, self.releases, outer)
        os.close(inner)
        os.close(outer)
        self.addCleanup(shutil.rmtree, self.folder, True)

    def slot(self, number=0):
        """The number of the map in a slot."""
        fd = pin_command(syscalls.BPF_OBJ_GET, self.releases)
        try:
            return struct.unpack("=I", lookup(fd, 4, number))[0]
        finally:
            os.close(fd)

    def slot_loaded(self, number=0):
        """What is loaded in a slot, and the slot of its base."""
        fd = syscalls.bpf(MAP_BY_ID, struct.pack("=I", self.slot(number)))
        try:
            chunk = lookup(fd, ELEMENT)
        finally:
            os.close(fd)
        release, inode, written, _, base, name = LOADED.unpack_from(
            chunk, LOADED_AT)
        return (release, inode, written, name.rstrip(b"\0").decode()), base

    def loaded(self):
        return self.slot_loaded()[0]

    def slots(self):
        """The names of the maps that are loaded, by slot."""
        names = {}
        for number in range(SLOTS):
            try:
                names[number] = self.slot_loaded(number)[0][3]
            except FileNotFoundError:
                pass
        return names

    def wanted(self):
        with open(self.path("live"), encoding="ascii") as live:
            release, name = live.read().split()
        if name == "-":
            return int(release), 0, 0, ""
        file = os.stat(self.path("maps", name))
        return int(release), file.st_ino, file.st_mtime_ns, name

    def assert_switched(self, message=None):
        """Slot 0 has what is live; of an overlay, another its base, and else
        there is nothing."""
        self.assertEqual(self.loaded(), self.wanted(), message)
        with open(self.path("live"), encoding="ascii") as live:
            name = live.read().split()[1]
        want, base = {0: "" if name == "-" else name}, self.slot_loaded()[1]
        overlay = self.overlay()
        self.assertEqual(bool(base), bool(overlay), message)
        if overlay:
            want[base] = overlay
            file = os.stat(self.path("maps", overlay))
            self.assertEqual(self.slot_loaded(base)[0][1:3],
                             (file.st_ino, file.st_mtime_ns), message)
        self.assertEqual(self.slots(), want, message)

    def overlay(self):
        """The name of the live map's base, None if it is no overlay."""
        with open(self.path("live"), encoding="ascii") as live:
            name = live.read().split()[1]
        if name == "-":
            return None
        with open(self.path("maps", name), "rb") as file:
            header = file.read(HEADER)
        return header[BASE_AT:BASE_AT + 64].rstrip(b"\0").decode() or None

    def all_that_is(self):
        return (self.snapshot(), sorted(os.listdir(self.path("maps"))),
                self.loaded(), self.slot())

    def lag(self, *args, stdin=None):
        """A change that ends between the cutover and the switch."""
        aside = self.folder + "_aside"
        os.rename(self.folder, aside)
        self.do(*args, stdin=stdin)
        os.rename(aside, self.folder)
        self.assertNotEqual(self.loaded(), self.wanted())

    def changes(self):
        path = self.write("new.txt", "c.example/ https://c.example/ 301\n")
        return (["add", "b.example/", "https://b.example/", "301"],
                ["set", "a.example/", "https://b.example/", "302"],
                ["del", "a.example/"], ["import", path],
                ["import", "--replace", path], ["rollback"],
                ["rollback", "0"])

    def two_releases(self):
        self.make()
        self.do("add", "a.example/", "https://a.example/", "301")
        self.do("add", "a.example/x", "https://a.example/", "301")
        self.assert_switched()


class Switched(Instance):
    def test_every_kind_of_change(self):
        self.make()
        path = self.write("many.txt", "".join(
            "h%d.example/%d https://t.example/ 301\n" % (i // 50, i)
            for i in range(20000)))
        for number, args in enumerate((
                ["add", "a.example/", "https://b.example/", "301"],
                ["set", "a.example/", "https://b.example/", "302"],
                ["import", path],
                ["del", "a.example/"],
                ["rollback"],
                ["rollback", "0"],
                ["add", "a.example/", "https://b.example/", "301"],
                ["del", "a.example/"],
                ["import", "--replace", path]), 1):
            before = self.slot() if number > 1 else None
            self.do(*args)
            self.assertEqual(self.err, "")
            self.assertEqual(self.live(), number)
            self.assert_switched(args)
            self.assertNotEqual(self.slot(), before, args)
        self.assertEqual(self.loaded()[3], "9.map")

    def test_no_change_loads_nothing(self):
        self.two_releases()
        before = self.all_that_is()
        self.do("add", "a.example/", "https://a.example/", "301")
        self.do("add", "a.example/", "https://b.example/", "301", code=1)
        self.do("rollback", "2")
        self.do("import", "-", stdin="a.example/ https://a.example/ 301\n")
        self.assertEqual(self.all_that_is(), before)

    def test_two_states_have_nothing_to_do_with_each_other(self):
        self.two_releases()
        before = self.all_that_is()
        other = os.path.join(self.dir, "other")
        done = self.run_detour("add", "z.example/", "-", "410", state=other)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(self.all_that_is(), before)

    def test_a_folder_without_releases_is_no_instance(self):
        os.makedirs(self.folder + "/layout_4")
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.do("add", "a.example/", "https://b.example/", "301")
        self.assertEqual(self.err, "")


def many(count=10000):
    """Rules that are enough for an overlay over them."""
    return "".join("h%d.example/%d https://t.example/ 301\n" % (i // 100, i)
                   for i in range(count))


class Overlays(Instance):
    def setUp(self):
        super().setUp()
        self.make()
        self.many = self.write("many.txt", many())
        self.do("import", self.many)

    def assert_over(self, base):
        self.assertEqual(self.overlay(), base)
        self.assert_switched()

    def test_the_base_stays_where_it_is(self):
        whole = self.slot()
        for i in range(3):
            self.do("set", "h%d.example/0" % i, "https://b.example/", "302")
            self.assert_over("1.map")
            self.assertEqual(self.slot(1), whole)
        self.do("rollback")
        self.assert_over("1.map")
        self.assertEqual(self.slot(1), whole)

    def test_another_base_takes_the_other_slot(self):
        self.do("set", "h1.example/0", "https://b.example/", "302")
        self.do("import", "--replace", self.many)
        self.assert_over(None)
        self.do("set", "h1.example/0", "https://c.example/", "302")
        self.assert_over("3.map")
        self.assertEqual(self.slots(), {0: "4.map", 1: "3.map"})
        # an overlay over another base right behind one over this
        self.do("rollback", "2")
        self.assert_over("1.map")
        self.assertEqual(self.slots(), {0: "5.map", 2: "1.map"})
        self.do("rollback", "4")
        self.assertEqual(self.slots(), {0: "6.map", 1: "3.map"})
        self.assert_switched()
        self.do("rollback", "0")
        self.assert_switched()

    def test_repaired(self):
        for i, args in enumerate((
                ["set", "h1.example/0", "https://b.example/%d", "302"],
                ["set", "h1.example/0", "https://b.example/%d", "302"],
                ["import", "--replace", self.many],
                ["set", "h1.example/0", "https://b.example/%d", "302"],
                ["rollback", "2"], ["rollback", "4"], ["rollback", "1"])):
            self.lag(*(x.replace("%d", str(i)) for x in args))
            self.do("set", "h1.example/1", "https://t.example/", "301")
            self.assert_switched(args)

    def test_folded(self):
        for i in range(12):
            self.do("set", "h%d.example/0" % i, "https://b.example/", "302")
            self.assert_over("1.map")
        whole = self.slot(1)
        self.do("set", "h12.example/0", "https://b.example/", "302")
        self.assertEqual(self.err, "")
        self.assertEqual(self.slots(), {0: "14.map"})
        self.assert_over(None)
        self.assertNotEqual(self.slot(), whole)
        whole = self.slot()
        self.do("set", "h12.example/0", "https://c.example/", "302")
        self.assert_over("14.map")
        self.assertEqual(self.slot(1), whole)

    def test_kill_9_of_a_set(self):
        start = time.monotonic()
        self.do("set", "h99.example/9999", "https://b.example/", "302")
        span = time.monotonic() - start
        for i in range(40):
            before = self.live()
            process = subprocess.Popen(
                [DETOUR, "--state", self.state, "set", "h%d.example/0" % i,
                 "https://b.example/", "302"], stdout=subprocess.DEVNULL)
            time.sleep(random.random() * span * 1.5)
            process.send_signal(signal.SIGKILL)
            done = process.wait(60) == 0
            now, loaded = self.live(), self.loaded()[0]
            self.assertIn(now, (before + 1,) if done else (before, before + 1))
            self.assertIn(loaded, (before, now), i)
            self.do("set", "h99.example/9999", "https://b.example/", "302")
            self.assertEqual(self.live(), now)
            self.assert_switched(i)
        self.assert_sound()

    def test_what_no_overlay_names_is_freed(self):
        """As if a command was killed behind its switch."""
        for live in range(2):
            fds = [map_create(ARRAY, ELEMENT, INNER_FLAGS) for _ in range(2)]
            outer = pin_command(syscalls.BPF_OBJ_GET, self.releases)
            named = self.slot_loaded()[1]
            for number, fd in enumerate(fds, 1):
                if number != named:
                    update(outer, number, fd)
            for fd in (*fds, outer):
                os.close(fd)
            self.do("set", "h5.example/500", "https://t.example/", "301")
            self.assert_switched(live)
            self.do("set", "h1.example/0", "https://b.example/", "302")
            self.assert_over("1.map")

    def test_without_the_right_to_look_into_slots(self):
        """What is not known to have a base in its slot is no overlay."""
        self.do("set", "h1.example/0", "https://b.example/", "302")
        self.assert_over("1.map")
        for args in (["set", "h2.example/0", "https://b.example/", "302"],
                     ["rollback", "2"]):
            done = subprocess.run(
                [DETOUR, "--state", self.state, *args], text=True,
                capture_output=True, timeout=120, check=False,
                preexec_fn=lambda: syscalls.libc.prctl(
                    PR_CAPBSET_DROP, CAP_SYS_ADMIN, 0, 0, 0))
            self.assertEqual(done.returncode, 0, done)
            self.assertIsNone(self.overlay(), args)
            self.assertEqual(self.loaded(), self.wanted(), args)
        self.do("set", "h1.example/1", "https://b.example/", "302")
        self.assert_switched()


class Repaired(Instance):
    """What a command leaves that was killed behind its cutover."""

    def test_by_the_next_command_that_takes_the_lock(self):
        self.two_releases()
        for args, code in (
                (["add", "a.example/", "https://a.example/", "301"], 0),
                (["add", "a.example/", "https://b.example/", "301"], 1),
                (["del", "nothing.example/"], 1),
                (["rollback", "99"], 1),
                (["add", "b.example/", "https://b.example/", "301"], 0),
                (["rollback", "1"], 0)):
            with self.subTest(args):
                self.lag("set", "a.example/x", "https://a.example/",
                         random.choice(("302", "303", "307", "308")),
                         "max-age=%d" % self.live())
                self.do(*args, code=code)
                self.assert_switched(args)

    def test_a_release_without_rules(self):
        self.two_releases()
        self.lag("rollback", "0")
        self.do("rollback", "0")
        self.assert_switched()
        self.assertEqual(self.loaded()[3], "")

    def test_an_empty_slot(self):
        self.do("add", "a.example/", "https://b.example/", "301")
        self.make()
        self.assertRaises(FileNotFoundError, self.slot)
        self.do("add", "a.example/", "https://b.example/", "301")
        self.assert_switched()

    def test_another_state_directory_of_the_same_name(self):
        self.two_releases()
        shutil.rmtree(self.state)
        os.rename(self.folder, self.folder + "_aside")
        self.do("add", "x.example/", "https://b.example/", "301")
        self.do("add", "y.example/", "https://b.example/", "301")
        os.rename(self.folder + "_aside", self.folder)
        self.assertEqual(self.loaded()[0], self.live())
        self.do("add", "y.example/", "https://b.example/", "301")
        self.assert_switched()

    def test_while_the_live_map_is_damaged(self):
        self.two_releases()
        for damage in (os.unlink, lambda path: os.truncate(path, 5000)):
            self.lag("set", "a.example/", "https://a.example/", "302",
                     "max-age=%d" % self.live())
            damage(self.path("maps", "%d.map" % self.live()))
            self.do("add", "a.example/x", "https://a.example/", "301")
            self.assertIn("rebuilding it from the store", self.err)
            self.assert_switched()
            self.assert_sound()

    def test_kill_9(self):
        self.make()
        path = self.write("big.txt", "".join(
            "h%d.example/%d https://b.example/%d 301\n" % (i % 500, i, i)
            for i in range(30000)))
        self.do("add", "a.example/", "https://b.example/", "301")
        start = time.monotonic()
        self.do("import", path)
        span = time.monotonic() - start
        self.do("rollback", "1")
        rng = random.Random(os.getpid())
        for attempt in range(30):
            rules, before = (["import", path], self.live())
            if attempt % 3 == 0:
                rules = ["add", "b.example/%d" % attempt, "-", "410"]
            process = subprocess.Popen(
                [DETOUR, "--state", self.state, *rules],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            # the last part of it, where it is switched, above all
            time.sleep(span * (1 - rng.random() ** 2) if attempt % 3
                       else rng.random() * 0.05)
            process.send_signal(signal.SIGKILL)
            done = process.wait(60) == 0
            now, loaded = self.live(), self.loaded()[0]
            self.assertIn(loaded, (before, now), attempt)
            self.assertIn(now, (before, before + 1), attempt)
            if done:
                self.assert_switched(attempt)
            self.do("set", "a.example/", "https://b.example/", "301")
            self.assertEqual(self.live(), now)
            self.assert_switched(attempt)
            if now > before and attempt % 3:
                self.do("rollback", "1")
                self.assert_switched(attempt)


class Refused(Instance):
    """A change that cannot be switched changes nothing."""

    def assert_refused(self, text, args, **how):
        before = self.all_that_is()
        done = subprocess.run([DETOUR, "--state", self.state, *args],
                              capture_output=True, text=True, timeout=120,
                              check=False, **how)
        self.assertEqual(done.returncode, 1, (args, done))
        self.assertIn(text, done.stderr, args)
        self.assertEqual(done.stdout, "", args)
        self.assertEqual(self.all_that_is(), before, args)

    def test_without_the_right_to_make_maps(self):
        self.two_releases()
        for args in self.changes():
            self.assert_refused("needs root or CAP_BPF", args,
                                preexec_fn=drop_bpf)

    def test_as_a_user_who_may_not_use_the_maps(self):
        self.two_releases()
        os.chmod(self.dir, 0o755)
        subprocess.run(["chown", "-R", str(NOBODY), self.state], check=True)
        copy = shutil.copy(DETOUR, self.dir)
        for mode in (0o600, 0o644):  # of others; a map that can be read only
            os.chmod(self.releases, mode)
            for args in self.changes():
                before = self.all_that_is()
                done = subprocess.run(
                    [copy, "--state", self.state, *args], text=True,
                    capture_output=True, timeout=120, check=False,
                    user=NOBODY, group=NOBODY, extra_groups=[])
                self.assertEqual(done.returncode, 1, (args, done))
                self.assertIn("changes of its maps need root", done.stderr, args)
                self.assertEqual(self.all_that_is(), before, args)

    def test_a_user_who_cannot_see_the_fast_path(self):
        self.two_releases()
        os.chmod(self.dir, 0o755)
        subprocess.run(["chown", "-R", str(NOBODY), self.state], check=True)
        copy = shutil.copy(DETOUR, self.dir)
        mode = stat.S_IMODE(os.stat(netns.BPFFS).st_mode)
        os.chmod(netns.BPFFS, 0o700)
        self.addCleanup(os.chmod, netns.BPFFS, mode)
        done = subprocess.run(
            [copy, "--state", self.state, "del", "a.example/"], text=True,
            capture_output=True, timeout=120, check=False,
            user=NOBODY, group=NOBODY, extra_groups=[])
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.loaded()[0], self.live() - 1)
        self.do("rollback", str(self.live()))
        self.assert_switched()

    def test_without_memory(self):
        self.two_releases()
        path = self.write("big.txt", "".join(
            "h%d.example/%d https://b.example/%d 301\n" % (i % 500, i, i)
            for i in range(200000)))
        self.do("import", path)
        big = self.live()
        self.do("rollback", "2")
        group = memory_group(8 << 20)
        self.addCleanup(os.rmdir, group)

        def enter():
            with open(group + "/cgroup.procs", "w", encoding="ascii") as out:
                out.write("0")
        self.assert_refused("KiB of BPF memory", ["rollback", str(big)],
                            preexec_fn=enter)
        self.do("rollback", str(big))
        self.assert_switched()

    def test_maps_of_another_version(self):
        self.two_releases()
        os.rmdir(self.folder + "/layout_4")
        os.mkdir(self.folder + "/layout_0")
        for args in self.changes():
            self.assert_refused("another version", args)

    def test_a_cutover_that_fails(self):
        self.two_releases()
        os.mkdir(self.path("live.tmp"))
        for args in self.changes():
            self.assert_refused("live.tmp", args)

    def test_a_switch_that_fails(self):
        self.two_releases()
        os.unlink(self.releases)
        self.make(value=8)
        out = self.do("add", "b.example/", "https://b.example/", "301", code=3)
        self.assertTrue(out.startswith("release 3: "), out)
        self.assertIn("release 3 is live, but the fast path", self.err)
        self.assertEqual(self.live(), 3)
        self.assertIn("b.example/ ", self.do("show"))
        os.unlink(self.releases)
        self.make()
        self.do("add", "b.example/", "https://b.example/", "301")
        self.assert_switched()


def memory_group(limit):
    """A control group whose members have so much memory."""
    old, new = "/sys/fs/cgroup/memory", "/sys/fs/cgroup"
    if os.path.exists(old + "/memory.limit_in_bytes"):
        base, files = old, ("memory.limit_in_bytes",)
    else:
        with open(new + "/cgroup.subtree_control", encoding="ascii") as file:
            if "memory" not in file.read():
                raise unittest.SkipTest("no memory controller")
        base, files = new, ("memory.max", "memory.swap.max")
    group = tempfile.mkdtemp(prefix="detour-test-", dir=base)
    for name in files:
        with open(os.path.join(group, name), "w", encoding="ascii") as out:
            out.write("0" if "swap" in name else str(limit))
    return group


class Attached(Instance):
    """The same with an instance that attach made."""

    def setUp(self):
        super().setUp()
        self.space = netns.Namespace()
        self.addCleanup(self.space.close)

    def detour(self, *args):
        self.space.run(DETOUR, "--state", self.state, *args)

    def attach(self):
        self.detour("attach", "lo", "--mode", "generic", "--without-listener")

    def test_attach_loads_what_is_live(self):
        self.do("add", "a.example/", "https://b.example/", "301")
        self.attach()
        self.assert_switched()
        self.do("add", "b.example/", "https://b.example/", "301")
        self.assert_switched()
        self.lag("del", "a.example/")
        self.attach()
        self.assert_switched()
        self.detour("detach", "lo", "--drain", "0")
        self.do("add", "c.example/", "https://b.example/", "301")

    def test_attach_without_any_release(self):
        self.attach()
        self.assertEqual(self.loaded(), (0, 0, 0, ""))
        self.do("add", "b.example/", "https://b.example/", "301")
        self.assert_switched()
        self.detour("detach", "lo", "--drain", "0")


def setUpModule():
    if os.geteuid():
        raise unittest.SkipTest("needs root")
    netns.private_bpffs()


if __name__ == "__main__":
    unittest.main()
