# SPDX-License-Identifier: BSD-2-Clause
"""System calls that Python 3.11 has no functions for: namespaces, bpf(),
ptrace()."""

import ctypes
import os
import signal
import struct
import subprocess

NEWNS = 0x20000
NEWNET = 0x40000000
MS_REC, MS_PRIVATE = 1 << 14, 1 << 18
BPF_MAP_LOOKUP_ELEM, BPF_MAP_UPDATE_ELEM, BPF_PROG_LOAD = 1, 2, 5
BPF_OBJ_PIN, BPF_OBJ_GET, BPF_LINK_CREATE, BPF_LINK_DETACH = 6, 7, 28, 34
BPF_PROG_TYPE_XDP, BPF_XDP, XDP_FLAGS_DRV_MODE = 6, 37, 4
XDP_DROP, XDP_PASS = 1, 2
BPF_NUMBER = {'x86_64': 321}.get(os.uname().machine, 280)

PTRACE_TRACEME, PTRACE_SYSCALL = 0, 24
PTRACE_SETOPTIONS, PTRACE_GET_SYSCALL_INFO = 0x4200, 0x420e
PTRACE_O_TRACESYSGOOD, PTRACE_O_EXITKILL = 1, 0x100000
PTRACE_SYSCALL_INFO_ENTRY = 1

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p,
                        ctypes.c_void_p)
libc.ptrace.restype = ctypes.c_long


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


def unmount(target):
    check(libc.umount(target.encode()), f'umount {target}')


def private_mounts():
    """What this process mounts from now on is seen by its children only."""
    unshare(NEWNS)
    mount(None, '/', None, MS_PRIVATE | MS_REC)


def bpf(command, attributes):
    attributes = attributes.ljust(128, b'\0')
    return check(libc.syscall(BPF_NUMBER, command, attributes, 128),
                 f'bpf({command})')


def xdp_always(ifindex, verdict, mode=None):
    """Put a program that has one verdict for everything on an interface, in
    native mode or that of other XDP_FLAGS. It goes when the descriptor that this returns is closed."""
    code = struct.pack('=BBhiBBhi', 0xb7, 0, 0, verdict, 0x95, 0, 0, 0)
    code = ctypes.create_string_buffer(code)
    text = ctypes.create_string_buffer(b'BSD')
    program = bpf(BPF_PROG_LOAD, struct.pack(
        '=IIQQ', BPF_PROG_TYPE_XDP, 2, ctypes.addressof(code),
        ctypes.addressof(text)))
    try:
        return bpf(BPF_LINK_CREATE, struct.pack(
            '=IIII', program, ifindex, BPF_XDP, mode or XDP_FLAGS_DRV_MODE))
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


class Traced:
    """A silent process that stands still before bpf() calls; all is done by
    the thread that starts it."""

    def __init__(self, args, begin):
        def traced():
            begin()
            check(libc.ptrace(PTRACE_TRACEME, 0, None, None), 'ptrace')

        # pylint: disable=consider-using-with
        self.process = subprocess.Popen(
            args, preexec_fn=traced, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.waitpid(self.process.pid, 0)  # it has begun the program
        self.ptrace(PTRACE_SETOPTIONS, 0,
                    PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)

    def ptrace(self, request, address, data):
        return check(libc.ptrace(request, self.process.pid, address, data),
                     'ptrace')

    def system_call(self):
        """The number and the first argument of what it is about to call."""
        info = ctypes.create_string_buffer(88)
        self.ptrace(PTRACE_GET_SYSCALL_INFO, len(info), info)
        kind, number, first = struct.unpack_from('=B23xQQ', info)
        return (number, first) if kind == PTRACE_SYSCALL_INFO_ENTRY else None

    def until(self, *commands):
        """Go on until it is about to do one of these by bpf(); gives whether
        it has not ended before."""
        wanted = [(BPF_NUMBER, command) for command in commands]
        passed = 0
        while True:
            self.ptrace(PTRACE_SYSCALL, 0, passed)
            _, status = os.waitpid(self.process.pid, 0)
            if not os.WIFSTOPPED(status):
                self.process.returncode = os.waitstatus_to_exitcode(status)
                return False
            passed = os.WSTOPSIG(status)
            if passed == signal.SIGTRAP | 0x80:
                passed = 0
                if self.system_call() in wanted:
                    return True

    def kill(self):
        self.process.kill()
        self.process.wait()
