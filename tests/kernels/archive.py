# SPDX-License-Identifier: BSD-2-Clause
"""Debian's archive by an apt of its own, which leaves that of this machine
alone: nothing is installed, packages are unpacked below a folder."""

import glob
import os
import re
import subprocess
import time

KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg'
MIRROR = 'http://deb.debian.org/debian'
# Kernels come from all of them, QEMU from the second.
SUITES = ('bookworm', 'bookworm-backports', 'trixie', 'trixie-backports',
          'forky', 'sid', 'experimental')
HELPER = '/usr/lib/apt/apt-helper'
DAY = 86400


def run(*args, **kwargs):
    subprocess.run(args, check=True, stdin=subprocess.DEVNULL, **kwargs)


def release_key(name):
    """Orders 6.12.95+deb12-amd64 behind 6.12.9."""
    return [int(number) for number in re.findall(r'\d+', name)]


def whole(packages):
    """Those that can boot, the oldest first: the archive keeps some images
    whose modules it has no longer."""
    return {name: parts for name, parts in sorted(
        packages.items(), key=lambda one: release_key(one[0]))
            if ('binary' in parts) == ('modules' in parts)}


class Archive:
    def __init__(self, work):
        self.dir = os.path.join(work, 'apt')
        self.work = work
        for name in ('lists/partial', 'archives/partial'):
            os.makedirs(os.path.join(self.dir, name), exist_ok=True)
        self.sources('sources.list', SUITES)
        self.sources('qemu.list', SUITES[:2])
        self.config = os.path.join(self.dir, 'apt.conf')
        with open(self.config, 'w', encoding='ascii') as file:
            file.write(f'Dir::Etc::sourceparts "-";\n'
                       f'Dir::State::lists "{self.dir}/lists";\n'
                       f'Dir::Cache "{self.dir}";\n'
                       f'Dir::Cache::archives "{self.dir}/archives";\n'
                       f'Dir::Cache::pkgcache "{self.dir}/pkgcache.bin";\n'
                       'Acquire::Languages "none";\n'
                       'APT::Sandbox::User "root";\n')

    def sources(self, name, suites):
        with open(os.path.join(self.dir, name), 'w', encoding='ascii') as file:
            for suite in suites:
                file.write(f'deb [signed-by={KEYS} arch=amd64] {MIRROR} '
                           f'{suite} main\n')

    def apt(self, *args, sources='sources.list'):
        # The cache of all suites takes apt minutes, and nobody needs it.
        run('apt-get', '-c', self.config, '-qq', '-o', 'Debug::NoLocking=1',
            '-o',
            f'Dir::Etc::sourcelist={self.dir}/{sources}', *args)

    def update(self):
        """Once a day, so that it can go on without a network."""
        mark = os.path.join(self.dir, 'updated')
        if os.path.exists(mark) and time.time() - os.path.getmtime(
                mark) < DAY:
            return
        self.apt('-o', 'pkgCacheFile::Generate=false', 'update')
        with open(mark, 'w', encoding='ascii'):
            pass

    def packages(self):
        """Of the kernels: {name: {part: (file, SHA256)}}, later suites win."""
        found = {}
        for suite in SUITES:
            for path in glob.glob(f'{self.dir}/lists/*_dists_{suite}_main_'
                                  'binary-amd64_Packages*'):
                text = subprocess.run([HELPER, 'cat-file', path], check=True,
                                      stdout=subprocess.PIPE, text=True).stdout
                for part, name, rest in re.findall(
                        r'^Package: linux-(image|binary|modules)-'
                        r'(\d[^\s]*-amd64)$(.*?)\n(?:\n|\Z)', text,
                        re.M | re.S):
                    file = re.search(r'^Filename: (\S+)', rest, re.M)
                    check = re.search(r'^SHA256: (\S+)', rest, re.M)
                    if file and check:
                        found.setdefault(name, {})[part] = (file[1], check[1])
        return found

    def kernels(self):
        return whole(self.packages())

    def unpack(self, name, parts):
        """The folder of an unpacked kernel."""
        folder = os.path.join(self.work, 'unpacked', name)
        mark = os.path.join(folder, 'whole')
        if os.path.exists(mark):
            return folder
        os.makedirs(folder, exist_ok=True)
        for part in ('binary', 'modules') if 'binary' in parts else ('image',):
            file, check = parts[part]
            package = os.path.join(self.dir, 'archives',
                                   os.path.basename(file))
            run(HELPER, '-c', self.config, 'download-file',
                f'{MIRROR}/{file}', package, f'SHA256:{check}',
                stdout=subprocess.DEVNULL)
            run('dpkg-deb', '-x', package, folder)
            os.unlink(package)
        with open(mark, 'w', encoding='ascii'):
            return folder

    def emulator(self):
        """The folder of QEMU and a static busybox, with all that this machine
        lacks of what QEMU needs."""
        folder = os.path.join(self.work, 'qemu')
        mark = os.path.join(folder, 'whole')
        if not os.path.exists(mark):
            self.apt('--no-install-recommends', '-y', '--download-only', '-t',
                     SUITES[1], 'install', '--reinstall', 'qemu-system-x86',
                     'busybox-static', sources='qemu.list')
            os.makedirs(folder, exist_ok=True)
            for package in glob.glob(f'{self.dir}/archives/*.deb'):
                run('dpkg-deb', '-x', package, folder)
                os.unlink(package)
            with open(mark, 'w', encoding='ascii'):
                pass
        return folder


def choose(names, patterns):
    """The newest kernel that contains each pattern; 'oldest' and 'newest' are
    the first that the fast path takes, and the last of all, 'refused' the last
    of those before; 'all' is one of each version and flavour."""
    chosen = []
    for pattern in patterns:
        if pattern == 'all':
            found = list({(tuple(release_key(name)[:2]), flavour(name)): name
                          for name in names}.values())
        elif pattern in ('oldest', 'newest', 'refused'):
            cloud = [name for name in names if flavour(name) == 'cloud']
            new = [name for name in cloud if release_key(name)[:2] >= [6, 12]]
            old = [name for name in cloud if name not in new]
            first = [name for name in new
                     if release_key(name)[:2] == release_key(new[0])[:2]]
            found = {'oldest': first, 'newest': new, 'refused': old}[pattern]
            found = found[:1] if pattern == 'oldest' else found[-1:]
        else:
            found = [name for name in names
                     if name == pattern] or [
                         name for name in names if name.startswith(pattern)
                         and flavour(name) == 'full'] or [
                             name for name in names if pattern in name]
            found = found[-1:]
        if not found:
            raise LookupError(f'the archive has no kernel {pattern}')
        chosen += [name for name in found if name not in chosen]
    return chosen


def flavour(name):
    for kind in ('cloud', 'rt'):
        if f'-{kind}-' in name:
            return kind
    return 'full'
