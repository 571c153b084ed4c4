# SPDX-License-Identifier: BSD-2-Clause
"""The arena of an instance of the fast path, as another process sees it."""

import ctypes
import mmap
import os
import socket
import struct
import typing

import syscalls

# bpf/fastpath.h
PAGE, ARENA_PAGES = 4096, 1 << 20
ARENA, ARENA_AT, ARENA_SIZE = 33, 1 << 46, ARENA_PAGES * PAGE
AREAS_AT, AREAS = 2 * PAGE + (1 << 16), 32
CONTROL = struct.Struct("=QQQ")
AREA = struct.Struct("=QQQQQQII64s")
LAYOUT = "/layout_7"
HEADER, BASE_AT = 864, 864 - 80  # struct map_header
TABLES_AT, SECTIONS_AT = 56, 88
TABLE, SECTION = struct.Struct("=IIII"), struct.Struct("=QQII")
HIT = struct.Struct("=4xI18xH")  # of struct map_rule
MAP_CREATE, OBJ_PIN = 0, 6
ARRAY = 2
MMAPABLE = 1 << 10


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

    def hits(self, at):
        """How often rules won of the map at a place, and when last, by the
        record's table (hosts, rules) and slot; those that never did not."""
        header, found = self.read(at, HEADER), {}
        for table in range(2):
            shift = TABLE.unpack_from(header, TABLES_AT + table * TABLE.size)[3]
            offset, size, _, _ = SECTION.unpack_from(
                header, SECTIONS_AT + (1 + 2 * table) * SECTION.size)
            slots = self.read(at + offset, size)
            for slot in range(size >> shift):
                count, last = HIT.unpack_from(slots, slot << shift)
                if count:
                    found[table, slot] = count, last
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
