# SPDX-License-Identifier: BSD-2-Clause
"""System calls that Python 3.11 has no functions for: namespaces and bpf()."""

import ctypes
import os
import struct

NEWNS = 0x20000
NEWNET = 0x40000000
BPF_MAP_LOOKUP_ELEM, BPF_PROG_LOAD, BPF_OBJ_GET, BPF_LINK_CREATE = 1, 5, 7, 28
BPF_PROG_TYPE_XDP, BPF_XDP, XDP_FLAGS_DRV_MODE = 6, 37, 4
XDP_DROP, XDP_PASS = 1, 2
BPF_NUMBER = {'x86_64': 321}.get(os.uname().machine, 280)

libc = ctypes.CDLL(None, use_errno=True)


def check(result, what):
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f'{what}: {os.strerror(error)}')
    return result


def unshare(flags):
    check(libc.unshare(flags), 'unshare')


def setns(fd, flags):
    check(libc.setns(fd, flags), 'setns')


def mount(source, target, kind, flags=0):
    text = [None if word is None else word.encode()
            for word in (source, target, kind)]
    check(libc.mount(*text, ctypes.c_ulong(flags), None), f'mount {target}')


def bpf(command, attributes):
    attributes = attributes.ljust(128, b'\0')
    return check(libc.syscall(BPF_NUMBER, command, attributes, 128),
                 f'bpf({command})')


def xdp_always(ifindex, verdict):
    """Put a program that has one verdict for everything on an interface, in
    native mode. It goes when the descriptor that this returns is closed."""
    code = struct.pack('=BBhiBBhi', 0xb7, 0, 0, verdict, 0x95, 0, 0, 0)
    code = ctypes.create_string_buffer(code)
    text = ctypes.create_string_buffer(b'BSD')
    program = bpf(BPF_PROG_LOAD, struct.pack(
        '=IIQQ', BPF_PROG_TYPE_XDP, 2, ctypes.addressof(code),
        ctypes.addressof(text)))
    try:
        return bpf(BPF_LINK_CREATE, struct.pack(
            '=IIII', program, ifindex, BPF_XDP, XDP_FLAGS_DRV_MODE))
    finally:
        os.close(program)


def possible_cpus():
    with open('/sys/devices/system/cpu/possible', encoding='ascii') as file:
        return int(file.read().strip().split('-')[-1]) + 1


class Counters:
    """A pinned per-CPU array of 64-bit numbers, summed."""

    def __init__(self, path, names):
        text = ctypes.create_string_buffer(os.fsencode(path))
        self.fd = bpf(BPF_OBJ_GET, struct.pack('=Q', ctypes.addressof(text)))
        self.names = names
        self.values = (ctypes.c_uint64 * possible_cpus())()

    def one(self, index):
        key = ctypes.c_uint32(index)
        bpf(BPF_MAP_LOOKUP_ELEM, struct.pack(
            '=IIQQQ', self.fd, 0, ctypes.addressof(key),
            ctypes.addressof(self.values), 0))
        return sum(self.values)

    def read(self):
        return {name: self.one(index)
                for index, name in enumerate(self.names)}

    def close(self):
        os.close(self.fd)
