#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Which kernels `make test-kernels` takes, and what it writes of them. The
kernels themselves are not booted here."""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'kernels'))

import archive  # pylint: disable=wrong-import-position
import initramfs  # pylint: disable=wrong-import-position
import table  # pylint: disable=wrong-import-position

IMAGE = {'image': ('file', 'check')}
SPLIT = {'image': 0, 'binary': 0, 'modules': 0}
PACKAGES = {
    '7.3.4+deb13-cloud-amd64': SPLIT,
    '6.12.95+deb12-amd64': IMAGE,
    '6.12.9+deb12-cloud-amd64': IMAGE,
    '6.12.95+deb12-cloud-amd64': IMAGE,
    '6.12.95+deb12-rt-amd64': IMAGE,
    '6.1.0-50-cloud-amd64': IMAGE,
    '6.1.0-9-cloud-amd64': IMAGE,
    '7.1.13+deb13-cloud-amd64': {'image': 0, 'binary': 0},
    '7.2.6+deb13-cloud-amd64': {'modules': 0},
    '7.3.4+deb13-amd64': SPLIT,
}


class Choice(unittest.TestCase):
    def setUp(self):
        self.names = list(archive.whole(PACKAGES))

    def test_whole(self):
        """In the order of their numbers, without those that lack a half."""
        self.assertEqual(self.names[:3], [
            '6.1.0-9-cloud-amd64', '6.1.0-50-cloud-amd64',
            '6.12.9+deb12-cloud-amd64'])
        self.assertEqual([name for name in self.names
                          if name.startswith(('7.1', '7.2'))], [])

    def test_patterns(self):
        cases = (
            ('oldest', ['6.12.9+deb12-cloud-amd64']),
            ('newest', ['7.3.4+deb13-cloud-amd64']),
            ('refused', ['6.1.0-50-cloud-amd64']),
            ('6.12.95', ['6.12.95+deb12-amd64']),
            ('rt', ['6.12.95+deb12-rt-amd64']),
            ('7.3.4+deb13-cloud-amd64', ['7.3.4+deb13-cloud-amd64']),
            ('all', ['6.1.0-50-cloud-amd64', '6.12.95+deb12-amd64',
                     '6.12.95+deb12-cloud-amd64', '6.12.95+deb12-rt-amd64',
                     '7.3.4+deb13-amd64', '7.3.4+deb13-cloud-amd64']),
        )
        for pattern, wanted in cases:
            with self.subTest(pattern):
                self.assertEqual(sorted(archive.choose(self.names, [pattern])),
                                 sorted(wanted))

    def test_twice(self):
        found = archive.choose(self.names, ['newest', 'cloud', 'newest'])
        self.assertEqual(found, ['7.3.4+deb13-cloud-amd64'])

    def test_none(self):
        with self.assertRaisesRegex(LookupError, 'no kernel 5.10'):
            archive.choose(self.names, ['5.10'])


class Modules(unittest.TestCase):
    def test_order(self):
        """What a module depends on comes first, and each once."""
        with tempfile.TemporaryDirectory() as place:
            for name, depends in (('net', 'fail-over,core'), ('core', ''),
                                  ('fail-over', 'core'), ('card', 'net')):
                with open(f'{place}/{name}.ko', 'wb') as file:
                    file.write(b'\0depends=' + depends.encode() + b'\0')
            modules = initramfs.Modules(place)
            for name in ('net', 'card', 'absent', 'core'):
                modules.add(name)
            self.assertEqual([name for name, _ in modules.order],
                             ['core', 'fail_over', 'net', 'card'])


class Table(unittest.TestCase):
    def test_line(self):
        results = [('serve-get', 0, 'x'), ('veth-native-attach', 0, 'x (3.5 s)'),
                   ('veth-native-v4-get', 1, "got ''"),
                   ('virtio_net-1-plain', 0, ''),
                   ('virtio_net-1-generic-attach', 0, 'y (1.0 s)'),
                   ('end', 0, '100 s')]
        line = table.line('6.12', results)
        for part in ('serve: ok 1;', 'loads: 3.5 s;', 'refused: -;',
                     'veth native: FAIL 1 of 2;',
                     'virtio_net-1 native: -;', 'virtio_net-1 generic: ok 1;'):
            self.assertIn(part, line)
        self.assertNotIn('did not come', line)
        results[-1] = ('end', 1, 'gone')
        self.assertIn('it did not come to its end', table.line('6.12', results))

    def test_kept(self):
        """The table has all kernels, also those of other runs."""
        with tempfile.TemporaryDirectory() as place:
            for name in ('7.3.4', '6.12.95', '6.1.0'):
                table.write(place, name, [('serve-get', 0, 'a\tb\nc'),
                                          ('end', 0, '')])
            with open(f'{place}/table', encoding='utf-8') as file:
                self.assertEqual([line.split(':')[0] for line in file],
                                 ['6.1.0', '6.12.95', '7.3.4'])


if __name__ == '__main__':
    unittest.main()
