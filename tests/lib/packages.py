# SPDX-License-Identifier: BSD-2-Clause
"""Debian's package in tests: built, changed to one of a later version, and put into
a system of its own below a folder. DEB names one that is built already."""

import glob
import os
import shlex
import shutil
import subprocess

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
UNITS = 'lib/systemd/system'
# What the system below a folder has beside what the package asks for.
BESIDE = 'systemd,sudo,iproute2,ethtool,bpftool,man-db,lsof'


def sh(*args, code=0, **kwargs):
    done = subprocess.run(args, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.STDOUT, **kwargs)
    if code is not None and done.returncode != code:
        raise AssertionError(f'{args}: {done.returncode} {done.stdout[-4000:]}')
    return done.stdout


def build(place, *options):
    """Build the package of this tree below a folder, in an environment that make
    is not part of; its path."""
    env = {name: value for name, value in os.environ.items()
           if name not in ('MAKEFLAGS', 'MAKELEVEL', 'DETOUR')}
    env['DEB_BUILD_OPTIONS'] = ' '.join((f'parallel={os.cpu_count()}', *options))
    sh('make', '-C', TOP, 'deb', f'BUILD={place}', env=env)
    found, = glob.glob(f'{place}/deb/detour_*.deb')
    return found


def later(deb, version, place):
    """The same package as that of a later version; its path."""
    tree = f'{place}/{version}'
    sh('dpkg-deb', '-R', deb, tree)
    with open(f'{tree}/DEBIAN/control', encoding='utf-8') as file:
        text = file.read()
    lines = [f'Version: {version}' if line.startswith('Version: ') else line
             for line in text.split('\n')]
    with open(f'{tree}/DEBIAN/control', 'w', encoding='utf-8') as file:
        file.write('\n'.join(lines))
    made = f'{place}/detour_{version}.deb'
    sh('dpkg-deb', '--root-owner-group', '-b', tree, made)
    shutil.rmtree(tree)
    return made


def unit_lines(path, key):
    with open(path, encoding='utf-8') as file:
        return [line[len(key) + 1:].rstrip('\n') for line in file
                if line.startswith(key + '=')]


class System:
    """Debian below a folder, with its own users, packages and processes' view of
    the bpf file system of this mount namespace."""

    def __init__(self, root):
        self.root = root
        if not os.path.exists(f'{root}/usr/bin/dpkg'):
            sh('debootstrap', '--variant=minbase', f'--include={BESIDE}',
               'bookworm', root)
        for kind, where in ('proc', 'proc'), ('sysfs', 'sys'), \
                ('devtmpfs', 'dev'), ('bpf', 'sys/fs/bpf'):
            if kind == 'bpf':
                sh('mount', '--bind', '/sys/fs/bpf', f'{root}/{where}')
            else:
                sh('mount', '-t', kind, kind, f'{root}/{where}')

    def command(self, *args):
        return ['chroot', self.root, 'env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:'
                '/bin', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C', *args]

    def run(self, *args, code=0, **kwargs):
        return sh(*self.command(*args), code=code, **kwargs)

    def has(self, path):
        return os.path.lexists(f'{self.root}/{path}')

    def install(self, deb):
        """With what it depends on."""
        shutil.copy(deb, f'{self.root}/tmp/detour.deb')
        return self.run('apt-get', 'install', '-y', '--no-install-recommends',
                        '--allow-downgrades', '/tmp/detour.deb')

    def options(self):
        """What the file of options has, as systemd reads it."""
        found = {}
        with open(f'{self.root}/etc/default/detour', encoding='utf-8') as file:
            for line in file:
                if '=' in line and not line.startswith('#'):
                    name, value = line.rstrip('\n').split('=', 1)
                    found[name] = shlex.split(value)
        return found

    def exec_line(self, unit, key='ExecStart', instance=''):
        """A unit's command, with its words put in."""
        line, = unit_lines(f'{self.root}/{UNITS}/{unit}', key)
        words = []
        for word in line.replace('%I', instance).split():
            if word.startswith('$'):
                for part in self.options().get(word[1:], []):
                    words += part.split()
            else:
                words.append(word)
        return words

    def unit(self, unit, key='ExecStart', instance='', **kwargs):
        return self.run(*self.exec_line(unit, key, instance), **kwargs)

    def start(self, unit, *more, **kwargs):
        return subprocess.Popen(self.command(*self.exec_line(unit), *more),
                                stderr=subprocess.PIPE, text=True, **kwargs)
