# SPDX-License-Identifier: BSD-2-Clause
"""(k) The memory of `serve` and the fast path together, some time after a whole
release was switched: against the size of the map."""

import ctypes
import json
import mmap
import os
import time

from detour import Fast
from process import family
from rounds import say

WAIT, QUICK_WAIT = 30, 2  # seconds
PAGE = mmap.PAGESIZE
LIBC = ctypes.CDLL(None, use_errno=True)


class Settled(Fast):
    key, title = 'settled', 'detour, switched'


def cached(path):
    """Bytes of a file that are in memory."""
    size = os.path.getsize(path)
    if not size:
        return 0
    with open(path, 'rb') as file, mmap.mmap(
            file.fileno(), size, access=mmap.ACCESS_COPY) as memory:
        found = (ctypes.c_ubyte * (-(-size // PAGE)))()
        here = ctypes.c_char.from_buffer(memory)
        failed = LIBC.mincore(ctypes.c_void_p(ctypes.addressof(here)),
                              ctypes.c_size_t(size), found)
        del here
    if failed:
        raise OSError(ctypes.get_errno(), path)
    return sum(byte & 1 for byte in found) * PAGE


def private(pids):
    """Bytes of processes that no file has, and of their page tables."""
    total = 0
    for pid in pids:
        for name, word in (('smaps_rollup', 'Anonymous:'),
                           ('status', 'VmPTE:')):
            with open(f'/proc/{pid}/{name}', encoding='ascii') as file:
                total += sum(int(line.split()[1]) * 1024 for line in file
                             if line.startswith(word))
    return total


def live_map(state):
    with open(f'{state}/live', encoding='ascii') as file:
        return f'{state}/maps/{file.read().split()[1]}'


def change(path, to):
    """The same rules with other targets."""
    with open(path, encoding='ascii') as rules, open(
            to, 'w', encoding='ascii') as out:
        out.writelines(line.replace(',https://shop.', ',https://store.')
                       for line in rules)


def told(one):
    """Bytes, by what uses them; and those that the kernel takes for others when
    they are wanted."""
    path = live_map(one.state)
    in_cache = cached(path)  # before a command reads it
    others = [f'{folder}/{name}' for folder, _, names in os.walk(one.state)
              for name in names]
    return {
        'map': os.path.getsize(path),
        'parts': {'arena': one.arena(),
                  'other BPF maps': sum(one.maps().values()) - one.arena(),
                  'serve': private(family(one.process.pid)),
                  'map file in the page cache': in_cache},
        'cache': sum(cached(other) for other in others if other != path),
    }


def settled(site, rules, quick):
    one = Settled(site, rules)
    try:
        one.configure([])
        one.start()
        path = f'{one.dir}/changed.csv'
        change(rules.listed, path)
        one.detour('import', '--replace', '--large', path, limit=600)
        time.sleep(QUICK_WAIT if quick else WAIT)
        found = told(one)
    finally:
        one.close()
    found['ratio'] = sum(found['parts'].values()) / found['map']
    say(f'memory after a switch: {found["ratio"]:.2f} of the map, ' +
        json.dumps(found['parts']))
    return found
