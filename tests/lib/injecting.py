# SPDX-License-Identifier: BSD-2-Clause
"""A system call that another process is made to do, as an intruder in it would,
by ptrace. x86-64 only."""

import ctypes
import os
import signal

import syscalls

CAN = os.uname().machine == 'x86_64'
NUMBERS = {'getpid': 39, 'socket': 41, 'clone': 56, 'fork': 57, 'execve': 59,
           'kill': 62, 'ptrace': 101, 'setfsuid': 122, 'setfsgid': 123,
           'mknod': 133, 'personality': 135, 'unshare': 272, 'bpf': 321,
           'io_uring_setup': 425, 'mmap': 9, 'clone3': 435}
ATTACH, DETACH, SINGLESTEP, GETREGS, SETREGS = 16, 17, 9, 12, 13
WALL = 0x40000000
NAMES = ('r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax '
         'rip cs eflags rsp ss fs_base gs_base ds es fs gs').split()
NONE = 2 ** 64 - 1


class Registers(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in NAMES]


class Injected:
    """A thread that waits in a system call, stopped for some of ours."""

    def __init__(self, thread):
        self.thread = thread
        self.before = Registers()

    def ptrace(self, request, data=0):
        address = ctypes.addressof(data) if isinstance(data, Registers) \
            else data
        syscalls.check(syscalls.libc.ptrace(request, self.thread, None,
                                            address), f'ptrace {request}')

    def wait(self):
        _, status = os.waitpid(self.thread, WALL)
        if not os.WIFSTOPPED(status):
            raise AssertionError(f'{self.thread} has ended: {status}')
        return os.WSTOPSIG(status)

    def __enter__(self):
        self.ptrace(ATTACH)
        self.wait()
        self.ptrace(GETREGS, self.before)
        return self

    def __exit__(self, *args):
        self.ptrace(SETREGS, self.before)
        self.ptrace(DETACH)

    def call(self, name, *args):
        """What it gives; -errno where it fails."""
        now = Registers.from_buffer_copy(self.before)
        now.rip -= 2  # at the instruction that it waits in
        now.rax, now.orig_rax = NUMBERS[name], NONE
        args = args + (0,) * (6 - len(args))
        now.rdi, now.rsi, now.rdx, now.r10, now.r8, now.r9 = args
        self.ptrace(SETREGS, now)
        self.ptrace(SINGLESTEP)
        stopped = self.wait()
        if stopped != signal.SIGTRAP:
            raise AssertionError(f'{name}: {stopped}')
        self.ptrace(GETREGS, now)
        return ctypes.c_int64(now.rax).value
