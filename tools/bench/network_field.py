# SPDX-License-Identifier: BSD-2-Clause
"""The contenders of a run, all of them running on networks of their own."""

import os
import shutil

from server import Bounce
from detour import PAIRS, Fast, FastOther, Serve, ServeOther
from servers_small import Caddy, H2o, Lighttpd
from process import Failed
from servers_map import Haproxy, Nginx, NginxReturn
from rounds import say
from rules import Rules, short

KINDS = [Fast, FastOther, Serve, ServeOther, Nginx, NginxReturn, Haproxy, H2o,
         Lighttpd, Caddy, Bounce]


class Field:
    def __init__(self, site, keys, sizes):
        self.site, self.keys = site, keys
        self.contenders = []
        self.sizes = [size for size in sizes if fits(size, site.against)]
        self.rules = {size: Rules(size, site.tools, site.place)
                      for size in self.sizes}

    def start(self):
        for size in self.sizes:
            for kind in KINDS:
                if kind.key in self.keys and self.takes(kind, size):
                    self.add(kind, size)

    def takes(self, kind, size):
        if kind.constant:
            return size == self.sizes[0]
        return size <= (kind.most or size)

    def add(self, kind, size):
        one = kind(self.site, self.rules[size])
        self.contenders.append(one)
        one.configure(self.contenders)
        one.start()
        one.check()
        say(f'{one.title}, {short(size)} rules: answers after {one.took:.3f} '
            's' + (f', WRONG: {one.wrong}' if one.wrong else ''))

    def of(self, *sizes, keys=None, once=None):
        """Those of some sizes (none: of all), and of some kinds."""
        return [one for one in self.contenders
                if (not sizes or one.rules.count in sizes)
                and (keys is None or one.key in keys)
                and (once is None or one.once == once)]

    def forget(self):
        """Remove the files of rules and requests."""
        for rules in self.rules.values():
            rules.remove()

    def close(self):
        """All of them, whatever goes wrong with some."""
        failed = []
        for one in self.contenders:
            try:
                one.close()
            except (Failed, OSError) as error:
                failed.append(str(error))
        self.contenders = []
        if failed:
            raise Failed('; '.join(failed))


def fits(size, against):
    """Whether there is memory for a rule set: the files of three states, two
    more of another build, the copies in BPF memory, and what compiles it."""
    need = size * (1700 if against else 1000)
    with open('/proc/meminfo', encoding='ascii') as file:
        free = next(int(line.split()[1]) * 1024 for line in file
                    if line.startswith('MemAvailable'))
    if need > free:
        say(f'{short(size)} rules are left out: they need {need >> 20} MB of '
            f'memory, {free >> 20} MB are free')
    return need <= free


def keys_of(text, against):
    """Contenders by name; without names all that are installed. With another
    build, its own of each."""
    known = {kind.key: kind for kind in KINDS
             if kind.key not in PAIRS.values()}
    keys = names_of(text, known)
    return keys + [PAIRS[key] for key in keys if against and key in PAIRS]


def names_of(text, known):
    if not text:
        return [key for key, kind in known.items() if installed(kind)]
    for key in text.split(','):
        if key not in known:
            raise Failed(f'{key}: no contender; there are {", ".join(known)}')
    return text.split(',')


def installed(kind):
    if kind.binary and not shutil.which(kind.binary):
        say(f'{kind.title} is left out: {kind.binary} is not installed')
        return False
    return True


def check_built(site):
    tools = [f'{site.tools}/{name}'
             for name in ('gen_rules', 'xdp_load', 'flood', 'bench_xdp')]
    for path in (site.detour, site.against or site.detour, site.edge, *tools):
        if not os.path.exists(path):
            raise Failed(f'{path}: is not built')
