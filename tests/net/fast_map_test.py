#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""How the fast path's release follows the live one: changes, crashes, lack of
memory and of privilege. The programs play no part in it: the instance is the
maps alone, but for the last class."""

import ctypes
import mmap
import os
import random
import shutil
import signal
import socket
import stat
import struct
import subprocess
import tempfile
import time
import typing
import unittest
import zlib

import netns
import syscalls
from commands import DETOUR, Case

# bpf/fastpath.h
PAGE, ARENA_PAGES = 4096, 1 << 20
ARENA, ARENA_AT, ARENA_SIZE = 33, 1 << 46, ARENA_PAGES * PAGE
AREAS_AT, AREAS = 2 * PAGE + (1 << 16), 32
CONTROL = struct.Struct("=QQ")
AREA = struct.Struct("=QQQQQQII64s")
LAYOUT = "/layout_6"
HEADER, BASE_AT = 864, 864 - 80  # struct map_header
MAP_CREATE, OBJ_PIN = 0, 6
ARRAY = 2
MMAPABLE = 1 << 10
CAP_BPF, CAP_SYS_ADMIN, PR_CAPBSET_DROP = 39, 21, 24
NOBODY = 65534


def arena_create():
    return syscalls.bpf(MAP_CREATE, struct.pack(
        "=IIIIIII16sIIIIIQ", ARENA, 0, 0, ARENA_PAGES, MMAPABLE, 0, 0,
        b"arena", 0, 0, 0, 0, 0, ARENA_AT))


def arena_create_in(group):
    """The same by a process of a control group."""
    ours, theirs = socket.socketpair()
    child = os.fork()
    if not child:
        with open(group + "/cgroup.procs", "w", encoding="ascii") as out:
            out.write("0")
        fd = arena_create()
        socket.send_fds(theirs, [b"x"], [fd])
        os._exit(0)
    with ours, theirs:
        _, fds, _, _ = socket.recv_fds(ours, 1, 1)
    os.waitpid(child, 0)
    return fds[0]


def array_create():
    return syscalls.bpf(MAP_CREATE, struct.pack("=IIII", ARRAY, 4, 4, 1))


def pin_command(command, path, fd=0):
    text = ctypes.create_string_buffer(os.fsencode(path))
    return syscalls.bpf(command, struct.pack(
        "=QI", ctypes.addressof(text), fd))


class Mapped:
    """An arena in this process: all of it, at its place."""

    def __init__(self, path):
        fd = pin_command(syscalls.BPF_OBJ_GET, path)
        libc = syscalls.libc
        libc.mmap.restype = ctypes.c_void_p
        libc.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int,
                              ctypes.c_int, ctypes.c_int, ctypes.c_long)
        libc.munmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t)
        at = libc.mmap(ARENA_AT, ARENA_SIZE, mmap.PROT_READ | mmap.PROT_WRITE,
                       mmap.MAP_SHARED | 0x100000, fd, 0)
        os.close(fd)
        if at != ARENA_AT:
            raise OSError(ctypes.get_errno(), "mmap")

    def __enter__(self):
        return self

    def __exit__(self, *args):
        syscalls.libc.munmap(ARENA_AT, ARENA_SIZE)

    def read(self, at, size):
        return ctypes.string_at(ARENA_AT + at, size)

    def write(self, at, data):
        ctypes.memmove(ARENA_AT + at, data, len(data))

    def live(self):
        """The places of the live map and of its base, or 0."""
        word = CONTROL.unpack(self.read(0, CONTROL.size))[0]
        return word & 0xffffffff, word >> 32

    def areas(self):
        """What is loaded, by its place."""
        found = {}
        for i in range(AREAS):
            entry = self.read(CONTROL.size + i * AREA.size, AREA.size)
            at, size, number, release, inode, written, _, _, name = \
                AREA.unpack(entry)
            if size:
                found[at] = Area(number, release, inode, written,
                                 name.rstrip(b"\0").decode(), size)
        return found

    def claim(self, at, size):
        """Enter an area where there is none yet."""
        for i in range(AREAS):
            place = CONTROL.size + i * AREA.size
            if not AREA.unpack(self.read(place, AREA.size))[1]:
                self.write(place, AREA.pack(at, size, 0, 0, 0, 0, 0, 0, b""))
                return
        raise AssertionError("no entry is left")


class Area(typing.NamedTuple):
    number: int
    release: int
    inode: int
    written: int
    name: str
    size: int

    def file(self):
        return self.release, self.inode, self.written, self.name


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
        self.arena = self.folder + "/arena"

    def make(self, create=arena_create):
        """What attach makes, as far as releases need it."""
        os.makedirs(self.folder + LAYOUT, exist_ok=True)
        fd = create()
        pin_command(OBJ_PIN, self.arena, fd)
        os.close(fd)
        self.addCleanup(shutil.rmtree, self.folder, True)

    def in_arena(self):
        """The live map's area, its base's or None, and all that are there."""
        with Mapped(self.arena) as arena:
            areas = arena.areas()
            live, base = arena.live()
            return areas.get(live), areas.get(base), list(areas.values())

    def loaded(self):
        return self.in_arena()[0].file()

    def number(self):
        """Another one for each load."""
        return self.in_arena()[0].number

    def base_number(self):
        return self.in_arena()[1].number

    def wanted(self):
        with open(self.path("live"), encoding="ascii") as live:
            release, name = live.read().split()
        if name == "-":
            return int(release), 0, 0, ""
        file = os.stat(self.path("maps", name))
        return int(release), file.st_ino, file.st_mtime_ns, name

    def assert_switched(self, message=None):
        """What is live answers; of an overlay, over its base; and nothing else
        is there."""
        live, base, all_areas = self.in_arena()
        self.assertEqual(live.file(), self.wanted(), message)
        overlay = self.overlay()
        self.assertEqual(base and base.name, overlay, message)
        if overlay:
            file = os.stat(self.path("maps", overlay))
            self.assertEqual((base.inode, base.written),
                             (file.st_ino, file.st_mtime_ns), message)
        self.assertCountEqual(all_areas, [x for x in (live, base) if x],
                              message)

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
                self.loaded(), self.number())

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
            before = self.number() if number > 1 else None
            self.do(*args)
            self.assertEqual(self.err, "")
            self.assertEqual(self.live(), number)
            self.assert_switched(args)
            self.assertNotEqual(self.number(), before, args)
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

    def test_a_folder_without_arena_is_no_instance(self):
        os.makedirs(self.folder + LAYOUT)
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
        whole = self.number()
        for i in range(3):
            self.do("set", "h%d.example/0" % i, "https://b.example/", "302")
            self.assert_over("1.map")
            self.assertEqual(self.base_number(), whole)
        self.do("rollback")
        self.assert_over("1.map")
        self.assertEqual(self.base_number(), whole)

    def test_another_base(self):
        self.do("set", "h1.example/0", "https://b.example/", "302")
        self.do("import", "--replace", self.many)
        self.assert_over(None)
        self.do("set", "h1.example/0", "https://c.example/", "302")
        self.assert_over("3.map")
        # an overlay over another base right behind one over this
        self.do("rollback", "2")
        self.assert_over("1.map")
        self.do("rollback", "4")
        self.assert_over("3.map")
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
        part = self.write("part.txt", many(1200).replace("t.ex", "u.ex"))
        more = self.write("more.txt", many(1300).replace("t.ex", "u.ex"))
        self.do("import", "--update", part)
        self.assert_over("1.map")
        whole = self.base_number()
        self.do("import", "--update", more)
        self.assertEqual(self.err, "")
        self.assert_over(None)
        self.assertNotEqual(self.number(), whole)
        whole = self.number()
        self.do("set", "h12.example/0", "https://c.example/", "302")
        self.assert_over("3.map")
        self.assertEqual(self.base_number(), whole)

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

    def test_what_nobody_reads_is_given_back(self):
        """As if commands were killed while they loaded, or behind the switch."""
        for live in range(2):
            with Mapped(self.arena) as arena:
                for i in range(3):
                    at = ARENA_SIZE - (i + 1) * 5 * PAGE
                    arena.claim(at, 5 * PAGE)
                    arena.write(at + 100, b"left")
            self.do("set", "h5.example/500", "https://t.example/", "301")
            self.assert_switched(live)
            with Mapped(self.arena) as arena:
                for i in range(3):
                    at = ARENA_SIZE - (i + 1) * 5 * PAGE
                    self.assertEqual(arena.read(at + 100, 4), bytes(4))
            self.do("set", "h1.example/0", "https://b.example/", "302")
            self.assert_over("1.map")

    def test_without_the_right_to_find_maps_by_their_number(self):
        whole = self.number()
        for args in (["set", "h1.example/0", "https://b.example/", "302"],
                     ["set", "h2.example/0", "https://b.example/", "302"],
                     ["rollback", "2"]):
            done = subprocess.run(
                [DETOUR, "--state", self.state, *args], text=True,
                capture_output=True, timeout=120, check=False,
                preexec_fn=lambda: syscalls.libc.prctl(
                    PR_CAPBSET_DROP, CAP_SYS_ADMIN, 0, 0, 0))
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assert_over("1.map")
            self.assertEqual(self.base_number(), whole)


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

    def test_an_empty_arena(self):
        self.do("add", "a.example/", "https://b.example/", "301")
        self.make()
        self.assertEqual(self.in_arena(), (None, None, []))
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


    def test_kill_9_leaks_nothing(self):
        """A control group has room for two releases, and no third."""
        group = memory_group(5 << 20)
        self.addCleanup(os.rmdir, group)
        self.make(lambda: arena_create_in(group))
        files = [self.write("%d.txt" % i, many(25000).replace("t.ex", "%d.ex" % i))
                 for i in range(2)]
        start = time.monotonic()
        for path in files:
            self.do("import", "--replace", path)
        span = (time.monotonic() - start) / 2
        size = self.in_arena()[0].size
        self.assertGreater(3 * size, 5 << 20)
        for attempt in range(30):
            process = subprocess.Popen(
                [DETOUR, "--state", self.state, "import", "--replace",
                 files[attempt % 2]],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(span * (1 - random.random() ** 2 / 2))
            process.kill()
            process.wait(60)
            self.do("set", "h1.example/0", "https://%d.example/"
                    % (self.loaded()[0] % 2), "301")
            self.assert_switched(attempt)
        self.assertLess(memory_used(group), 2 * size + (1 << 20))


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
            os.chmod(self.arena, mode)
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
        """It is the memory of the group in which the arena was made."""
        group = memory_group(8 << 20)
        self.addCleanup(os.rmdir, group)
        self.make(lambda: arena_create_in(group))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.do("add", "a.example/", "https://a.example/", "301")
        self.do("add", "a.example/x", "https://a.example/", "301")
        path = self.write("big.txt", "".join(
            "h%d.example/%d https://b.example/%d 301\n" % (i % 500, i, i)
            for i in range(200000)))
        self.assert_refused("KiB of BPF memory", ["import", path])
        self.assert_switched()
        for name in ("memory.limit_in_bytes", "memory.max"):
            if os.path.exists(os.path.join(group, name)):
                with open(os.path.join(group, name), "w",
                          encoding="ascii") as out:
                    out.write(str(1 << 30))
        self.do("import", path)
        self.assert_switched()

    def test_maps_of_another_version(self):
        self.two_releases()
        os.rmdir(self.folder + LAYOUT)
        os.mkdir(self.folder + "/layout_0")
        for args in self.changes():
            self.assert_refused("another version", args)

    def test_a_cutover_that_fails(self):
        self.two_releases()
        os.mkdir(self.path("live.tmp"))
        for args in self.changes():
            self.assert_refused("live.tmp", args)

    def test_no_arena_in_its_place(self):
        self.two_releases()
        os.unlink(self.arena)
        self.make(array_create)
        for args in self.changes():
            before = self.snapshot(), sorted(os.listdir(self.path("maps")))
            self.do(*args, code=1)
            self.assertIn("cannot map the fast path's memory", self.err)
            self.assertEqual(
                (self.snapshot(), sorted(os.listdir(self.path("maps")))),
                before, args)
        os.unlink(self.arena)
        self.make()
        self.do("add", "b.example/", "https://b.example/", "301")
        self.assert_switched()

    def test_no_room_beside_what_is_live(self):
        self.two_releases()
        os.unlink(self.arena)
        self.make()
        self.do("add", "a.example/x", "https://a.example/", "301")
        with Mapped(self.arena) as arena:
            self.assertEqual(arena.live(), (AREAS_AT, 0))
            # as if it went on to a page before the end
            large = ARENA_SIZE - AREAS_AT - PAGE
            arena.write(CONTROL.size + 8, struct.pack("=Q", large))
        for args in self.changes():
            self.assert_refused("4 GiB at most", args)


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


def memory_used(group):
    for name in ("memory.usage_in_bytes", "memory.current"):
        if os.path.exists(os.path.join(group, name)):
            with open(os.path.join(group, name), encoding="ascii") as file:
                return int(file.read())
    raise AssertionError("no memory controller")


def kernel_memory(group):
    """... and of it, what is the kernel's own: maps, programs and the like."""
    name = os.path.join(group, "memory.kmem.usage_in_bytes")
    if os.path.exists(name):
        with open(name, encoding="ascii") as file:
            return int(file.read())
    with open(os.path.join(group, "memory.stat"), encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file
                    if line.startswith("kernel "))


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

    def test_what_is_live_is_of_another_layout(self):
        """It is left to who wrote it, and its rules are loaded."""
        self.do("import", self.write("many.txt", many()))
        self.do("set", "h1.example/100", "https://b.example/", "302")
        for name in "1.map", "2.map":
            self.relayout(self.path("maps", name))
        before = self.snapshot()
        self.attach()
        live, base, _ = self.in_arena()
        self.assertEqual((live.file(), base), (self.wanted(), None))
        with Mapped(self.arena) as arena:
            _, version, _, _, rules = struct.unpack(
                "=8sIIQQ", arena.read(arena.live()[0], 32))
        self.assertEqual((version, rules), (4, 10000))
        self.assertEqual(self.snapshot(), before)
        self.attach()
        self.assertEqual(self.number(), live.number)
        for args in (["rollback", "1"],
                     ["set", "h2.example/200", "https://b.example/", "302"],
                     ["rollback", "2"]):
            self.do(*args)
            self.assertEqual(self.err, "")
            self.assert_switched(args)

    def relayout(self, path):
        with open(path, "r+b") as file:
            header = bytearray(file.read(HEADER))
            header[8:12] = struct.pack("=I", 3)
            header[-4:] = struct.pack("=I", zlib.crc32(header[:-4]))
            file.seek(0)
            file.write(header)

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
