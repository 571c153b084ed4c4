#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What servers and the processes beside them gave up once they are there: the
capabilities, and the system calls that they never do."""

import errno
import os
import signal
import subprocess
import unittest

import injecting
from serving import DETOUR, RULES, Client, Serving, get, wait_for

# The owner of a folder, and whatever it takes to be him.
OWNER = {'chown', 'dac_override', 'dac_read_search', 'fowner', 'setgid',
         'setuid'}
KEEPERS = {'detour-registry': OWNER, 'detour-hits': OWNER,
           'detour-keeper': {'dac_read_search'},
           'detour-log': OWNER - {'chown', 'fowner'},
           'detour-figures': {'bpf', 'dac_read_search', 'net_admin',
                              'sys_admin'}}
NUMBERS = {'chown': 0, 'dac_override': 1, 'dac_read_search': 2, 'fowner': 3,
           'setgid': 6, 'setuid': 7, 'net_admin': 12, 'sys_admin': 21,
           'bpf': 39}

# None of them needs a capability, so that it is the filter that refuses.
FORBIDDEN = (('execve',), ('fork',), ('clone', signal.SIGCHLD), ('ptrace',),
             ('unshare',), ('io_uring_setup',), ('mknod',),
             ('personality', 0xffffffff))


def bits(names):
    return sum(1 << NUMBERS[name] for name in names)


def status(thread):
    with open(f'/proc/{thread}/status', encoding='ascii') as file:
        return dict(line.rstrip('\n').split(':\t', 1) for line in file
                    if ':\t' in line)


def threads(pid):
    return [int(name) for name in os.listdir(f'/proc/{pid}/task')]


def children(pid):
    """By their names."""
    found = {}
    for thread in threads(pid):
        with open(f'/proc/{pid}/task/{thread}/children',
                  encoding='ascii') as file:
            for child in map(int, file.read().split()):
                found[status(child)['Name']] = child
    return found


class Confine(Serving):
    def assert_thread(self, thread, capabilities=0):
        found = status(thread)
        for kind in 'CapPrm', 'CapEff':
            self.assertEqual(int(found[kind], 16), capabilities,
                             (found['Name'], kind))
        for kind in 'CapInh', 'CapAmb':
            self.assertEqual(int(found[kind], 16), 0, found['Name'])
        self.assertEqual((found['Seccomp'], found['NoNewPrivs']), ('2', '1'),
                         found['Name'])

    def assert_refused(self, thread, more=()):
        """It goes on after it was refused each."""
        if not injecting.CAN:
            return
        with injecting.Injected(thread) as injected:
            pid = injected.call('getpid')
            self.assertEqual(pid, int(status(thread)['Tgid']))
            for call in FORBIDDEN + (('kill', pid, signal.SIGCONT),) + more:
                with self.subTest(call=call, name=status(thread)['Name']):
                    self.assertEqual(injected.call(*call), -errno.EPERM)
            self.assertEqual(injected.call('kill', pid, 0), 0)
            self.assertEqual(injected.call('clone3'), -errno.ENOSYS)
            self.assertLess(injected.call('socket', 17, 3, 0), 0)

    def assert_keepers(self, pid, *names):
        found = children(pid)
        self.assertEqual(set(found), set(names))
        for name, keeper in found.items():
            wait_for(lambda child=keeper: status(child)['Seccomp'] == '2')
            own = bits(KEEPERS[name]) if not os.getuid() else 0
            self.assert_thread(keeper, own)
            self.assert_refused(keeper)

    def log_reopen(self, server, log):
        os.rename(log, log + '.1')
        server.process.send_signal(signal.SIGHUP)
        self.assertTrue(wait_for(lambda: os.path.exists(log)))
        self.assertEqual(self.status(server), 301)
        self.assertTrue(wait_for(lambda: os.path.getsize(log)))

    def serve_look(self, *args, keepers):
        self.state.load(RULES)
        log = self.state.dir + '/access.log'
        server = self.serve('--threads', '2', '--fallback', 'localhost:9',
                            '--resolve-time', '0.1', '--access-log', log,
                            *args)
        pid = server.process.pid
        self.assert_keepers(pid, *keepers)
        for thread in threads(pid):
            self.assert_thread(thread)
        more = (('bpf',), ('setfsuid',), ('setfsgid',))
        for thread in pid, max(threads(pid)):
            self.assert_refused(thread, more)
        self.assertEqual(self.status(server), 301)
        self.log_reopen(server, log)
        with Client(server) as client:
            self.assertEqual(client.ask(get('/', 'no.example')).status, 502)
        self.state.load('old.example - 410')
        self.assertTrue(wait_for(lambda: self.status(server) == 410))
        self.assertTrue(self.found(server))
        self.assertIsNone(server.find('is forbidden'))
        self.assertEqual(server.stop(), 0)

    @unittest.skipIf(os.getuid(), 'SKIP: not root')
    def test_root(self):
        self.serve_look(keepers=('detour-registry', 'detour-hits',
                                 'detour-keeper', 'detour-log'))

    @unittest.skipIf(os.getuid(), 'SKIP: only root can become somebody else')
    def test_user(self):
        self.serve_look('--user', 'nobody',
                        keepers=('detour-registry', 'detour-hits',
                                 'detour-keeper', 'detour-log'))

    @unittest.skipIf(os.getuid(), 'SKIP: not root')
    def test_root_in_a_folder_of_another(self):
        """It goes on to read what is his alone, and has no more."""
        self.state.load(RULES)
        subprocess.run(['chown', '-R', '65534:65534', self.state.path],
                       check=True)
        os.chmod(self.state.path, 0o700)
        server = self.serve()
        for thread in threads(server.process.pid):
            self.assert_thread(thread, bits({'dac_read_search'}))
        self.state.load('old.example - 410')
        self.assertTrue(wait_for(lambda: self.status(server) == 410))
        self.assertTrue(self.found(server))
        self.assertEqual(server.stop(), 0)

    def web_look(self, *args):
        self.state.load(RULES)
        # pylint: disable=consider-using-with
        process = subprocess.Popen(
            [DETOUR, '--state', self.state.path, 'web', '--listen',
             '127.0.0.1:0', *args], stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        said = process.stderr.readline()
        self.assertIn('ready on', said)
        self.assert_keepers(process.pid, 'detour-figures')
        for thread in threads(process.pid):
            self.assert_thread(thread)
        self.assert_refused(process.pid, (('bpf',), ('setfsuid',)))
        process.terminate()
        self.assertEqual(process.wait(20), 0)

    def test_web(self):
        self.web_look()

    @unittest.skipIf(os.getuid(), 'SKIP: only root can become somebody else')
    def test_web_user(self):
        self.web_look('--user', 'nobody')


if __name__ == '__main__':
    unittest.main()
