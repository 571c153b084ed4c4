# SPDX-License-Identifier: BSD-2-Clause
"""detour: the socket responder, and the fast path in front of it. Of this build
or of another."""

import json
import os
import shutil
import sys

import process
from server import CLIENTS_XDP, Contender
from process import run

BPFFS = '/sys/fs/bpf'
ARENA = 'arena', 33  # its type, for bpftool that has no name for it


class Serve(Contender):
    key, title = 'serve', 'detour serve'

    def __init__(self, site, rules):
        super().__init__(site, rules)
        self.state = f'{self.dir}/state'
        self.pins = f'{BPFFS}/{self.name}'

    @property
    def program(self):
        return self.site.detour

    def detour(self, *args, **kwargs):
        return run(self.program, '--state', self.state, *args,
                   space=self.space, env=self.environment(), **kwargs)

    def environment(self):
        return os.environ | {'DETOUR_BPFFS': self.pins}

    def configure(self, others):
        """Import the rules, or take the state of another that has."""
        for other in others:
            if (isinstance(other, Serve) and other.rules is self.rules
                    and other.program == self.program and other is not self):
                # Pages of a map that two shared would count as half.
                shutil.copytree(
                    other.state, self.state,
                    ignore=lambda *_: {'servers', 'attached', 'lock'})
                return
        self.detour('import', self.rules.csv(), limit=600)

    def command(self):
        return [self.program, '--state', self.state, 'serve', '--threads',
                '1', '--listen', f'{self.address}:80', '--listen',
                f'[{self.address6}]:80']

    def set(self, host, path, target):
        """The start of a command that changes one rule."""
        return process.start(
            [self.program, '--state', self.state, 'set', f'{host}{path}',
             target, '301'], self.space, self.site.everywhere,
            stdout=process.subprocess.DEVNULL, env=self.environment())


class Fast(Serve):
    key, title = 'fast', 'detour fast path'
    once = True
    clients = CLIENTS_XDP
    edge = None

    def __init__(self, site, rules):
        super().__init__(site, rules)
        self.attached = set()

    def start(self):
        """The listener, then the program."""
        self.once = False
        super().start()
        self.once = True
        self.guard(self.line.server)
        self.line.pin()

    def guard(self, end):
        self.detour('attach', end.name, '--mode', 'native')
        self.attached.add(end.name)

    def memory(self):
        return super().memory() | {'BPF maps': sum(self.maps().values())}

    def maps(self):
        """Bytes of each BPF map that is pinned, that a pinned program uses or
        that another holds, by id."""
        found = {}
        for folder, _, names in os.walk(self.pins):
            for name in names:
                found |= pinned_bytes(f'{folder}/{name}')
        return found | {number: self.arena() for number, size in found.items()
                        if size is None}

    def arena(self):
        """Bytes that are used of the arena, which the kernel does not tell."""
        told = json.loads(self.detour('status', '--json'))
        return told['fastpath'][0]['memory']

    def close_flood(self):
        if self.flood_line:
            self.release(self.flood_line.server)
        super().close_flood()

    def release(self, end):
        """What an attach that was cut short has left goes with the pair."""
        if end.name in self.attached:
            self.attached.remove(end.name)
            self.detour('detach', end.name, '--drain', '0')

    def stop(self):
        if self.process:
            self.release(self.line.server)
        super().stop()


class Other:
    """Of another build."""

    @property
    def program(self):
        return self.site.against


class ServeOther(Other, Serve):
    key, title = 'serve-other', 'other build, serve'


class FastOther(Other, Fast):
    key, title = 'fast-other', 'other build, fast path'


# What is compared between builds.
PAIRS = {'fast': 'fast-other', 'serve': 'serve-other'}


def bpftool(*args):
    """What it tells, or None where something else is pinned."""
    try:
        return json.loads(run('bpftool', '-j', *args))
    except process.Failed:
        return None


def pinned_bytes(path):
    link = bpftool('link', 'show', 'pinned', path)
    if link and 'prog_id' in link:
        program = bpftool('prog', 'show', 'id', str(link['prog_id']))
    else:
        program = bpftool('prog', 'show', 'pinned', path)
    if not program:
        return map_bytes('pinned', path)
    found = {}
    for number in program.get('map_ids', []):
        found |= map_bytes('id', str(number))
    return found


def map_bytes(*which):
    """{id: bytes} of a map, and of those that it holds; None of an arena."""
    told = bpftool('map', 'show', *which)
    if not told:
        return {}
    if told['type'] in ARENA:
        return {told['id']: None}
    found = {told['id']: int(told['bytes_memlock'])}
    if told['type'] == 'array_of_maps':
        for entry in bpftool('map', 'dump', *which) or []:
            inner = bytes(int(part, 16) for part in entry.get('value', []))
            found |= map_bytes('id', str(int.from_bytes(inner, sys.byteorder)))
    return found
