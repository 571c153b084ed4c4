#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""python3 tools/counts.py [TREE]: what can be counted of how a tree reads. Each
line is a count that is best at 0, or a length; -v names what was counted."""

import argparse
import glob
import os
import re
import subprocess
import sys

COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.S)
# Of one that stands at the beginning of a line.
FUNCTION = re.compile(
    r'^(?!static |typedef |else |return |#)([A-Za-z_][\w *]*?\n?)'
    r'\b(\w+)\(([^;{}]*)\)\n\{', re.M)
ANY = re.compile(r'^[A-Za-z_][^;{}#]*\)\n\{\n(.*?)^\}', re.M | re.S)
PROTOTYPE = re.compile(
    r'^(?!static |typedef |return |#)[A-Za-z_][\w *]*?\b(\w+)\([^;{}]*?\)'
    r'(?:\s*__attribute__\(\(.*?\)\))?;', re.M | re.S)
INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)


def module(path):
    return os.path.basename(path)[:-2]


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def blank(text):
    """The same with comments and strings as blanks, line for line."""
    return COMMENT.sub(lambda m: re.sub(r'[^\n]', ' ', m[0]), text)


class Tree:
    def __init__(self, root):
        self.root = root
        self.storeys = re.search(r'^STOREYS := (.*)$', self.text('Makefile'),
                                 re.M)[1].split()
        self.sources = self.find('user/**/*.c')
        self.headers = self.find('user/**/*.h')
        self.bpf = self.find('bpf/*.h')

    def find(self, pattern):
        return sorted(os.path.relpath(path, self.root) for path in glob.glob(
            os.path.join(self.root, pattern), recursive=True))

    def text(self, path):
        return read(os.path.join(self.root, path))

    def orphans(self):
        """Files without a header of their name, but for commands and what
        stands for others (make FAST=0)."""
        return [path for path in self.sources
                if path[:-2] + '.h' not in self.headers and
                not re.match(r'(cmd_\w+|main|\w+_none)\.c$', os.path.basename(path))]

    def elsewhere(self):
        """Public functions that stand in the header of another file."""
        home = {}
        for path in self.sources:
            if path.endswith('_none.c'):
                continue
            for found in FUNCTION.finditer(blank(self.text(path))):
                home[found[2]] = path
        return [f'{name}: {header}, {home[name]}' for header in self.headers
                for name in PROTOTYPE.findall(blank(self.text(header)))
                if name in home and home[name][:-2] != header[:-2] and
                os.path.basename(header) != 'cmd.h']

    def upward(self):
        """Includes from a storey that is above."""
        storey = {os.path.basename(path): path.split('/')[1]
                  for path in self.headers if path.count('/') > 1}
        found = []
        for path in self.sources + self.headers:
            if path.count('/') < 2:
                continue
            own = self.storeys.index(path.split('/')[1])
            for name in INCLUDE.findall(self.text(path)):
                if self.storeys.index(storey.get(name, 'base')) > own:
                    found.append(f'{path}: {name}')
        return found

    def circles(self):
        """Modules, X.c with X.h, that include each other over some others."""
        uses = {}
        for path in self.sources + self.headers + self.find('bpf/*.[ch]'):
            uses.setdefault(module(path), set()).update(
                module(name) for name in INCLUDE.findall(self.text(path)))
        reached = {}
        for name in uses:
            seen, todo = set(), [name]
            while todo:
                last = todo.pop()
                new = uses.get(last, set()) - seen - {last}
                seen |= new
                todo += new
            reached[name] = seen
        return sorted({', '.join(sorted(other for other in reached[name]
                                        if name in reached.get(other, ())))
                       for name in uses if name in reached[name]})

    def folders(self, path):
        parts = path.split('/')
        if parts[0] == 'user' and len(parts) > 2:
            below = self.storeys[:self.storeys.index(parts[1]) + 1]
            return [f'user/{name}' for name in below] + [
                os.path.dirname(path), 'user/format/regex', 'bpf']
        return ['bpf'] if parts[0] == 'bpf' else ['user', 'bpf']

    def dependent(self):
        """Headers that do not compile alone."""
        machine = os.uname().machine
        for path in self.headers + self.bpf:
            command = ['gcc', '-std=gnu11', '-D_GNU_SOURCE']
            if path.endswith('.bpf.h'):
                command = ['clang', '-target', 'bpf', '-mcpu=v3', '-g', '-O2',
                           f'-I/usr/include/{machine}-linux-gnu',
                           '-Wno-unused-function']
            for folder in self.folders(path):
                command += ['-iquote', folder]
            done = subprocess.run(
                [*command, '-fsyntax-only', '-x', 'c', '-'], cwd=self.root,
                input=f'#include "{os.path.basename(path)}"\n', text=True,
                stderr=subprocess.DEVNULL, check=False)
            if done.returncode:
                yield path

    def bare(self):
        """Public prototypes without a word of what they do: none before them,
        behind them, or before the group that they are in."""
        for path in self.headers:
            text = self.text(path)
            plain = blank(text)
            for found in PROTOTYPE.finditer(plain):
                group = text[:found.start()].rsplit('\n\n', 1)[-1]
                rest = text[found.end():].split('\n', 1)[0]
                if '/*' not in group + rest and '*/' not in group:
                    yield f'{path}: {found[1]}'

    def functions(self):
        for path in self.sources + self.find('bpf/*.[ch]'):
            for found in ANY.finditer(blank(self.text(path))):
                yield found[1].count('\n'), path

    def wide(self):
        for path in (self.sources + self.headers + self.find('bpf/*.[ch]') +
                     self.find('tests/**/*.[ch]') +
                     self.find('tools/**/*.[ch]')):
            for number, line in enumerate(self.text(path).split('\n'), 1):
                if len(line.expandtabs(8)) > 80:
                    yield f'{path}:{number}'


def main():
    parser = argparse.ArgumentParser(prog='counts.py', description=__doc__)
    parser.add_argument('tree', nargs='?', default='.')
    parser.add_argument('-v', '--verbose', action='store_true')
    parser.add_argument('--check', action='store_true', help='only what should '
                        'be 0 and is not; exits 1 then')
    args = parser.parse_args()
    tree = Tree(args.tree)
    rows = (('files without a header of their name', tree.orphans()),
            ("functions in another file's header", tree.elsewhere()),
            ('includes that go up', tree.upward()),
            ('prototypes without a contract', list(tree.bare())),
            ('circles of modules', tree.circles()),
            ('headers that do not compile alone',
             [] if args.check else list(tree.dependent())),
            ('lines over 80 columns', list(tree.wide())))
    if args.check:
        bad = [f'{about}: {one}' for about, found in rows[:5] for one in found]
        print('\n'.join(bad), end='\n' if bad else '')
        return bool(bad)
    for about, found in rows:
        print(f'{about:40} {len(found):6}')
        if args.verbose:
            for one in found:
                print(f'    {one}')
    lengths = sorted(tree.functions())
    print(f'{"lines of the longest function":40} {lengths[-1][0]:6}')
    lines = sorted((tree.text(path).count('\n'), path)
                   for path in tree.sources)
    print(f'{"lines of the longest .c file":40} {lines[-1][0]:6}')
    if args.verbose:
        print(f'    {lengths[-1][1]}, {lines[-1][1]}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
