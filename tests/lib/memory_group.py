# SPDX-License-Identifier: BSD-2-Clause
"""A control group that bounds memory, and what is used in it."""

import os
import tempfile
import unittest



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
