#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A server that has become another user, and detour-registry, the process of
it that stays root, where the state directory is replaced."""

import json
import os
import shutil
import signal
import subprocess
import time
import unittest

from serving import RULES, Serving, run, wait_for

NOBODY = 65534


@unittest.skipIf(os.getuid(), 'SKIP: only root can become somebody else')
class Keeper(Serving):
    def drop(self):
        """Nothing is made in what is being removed."""
        gone = self.state.path + '.gone'
        os.rename(self.state.path, gone)
        shutil.rmtree(gone)

    def test_s8_directory_is_replaced_under_another_user(self):
        """Wherever the server's user may not write, and once where he may."""
        self.state.load(RULES)
        server = self.serve('--user', 'nobody')
        self.status(server)
        path, old = self.state.path, self.state.path + '.old'
        for how, mode, owner in (('backup', 0o755, 0), ('anew', 0o755, 0),
                                 ('flip', 0o755, 0), ('his', 0o700, NOBODY),
                                 ('backup', 0o755, 0)):
            with self.subTest(how):
                subprocess.run(['cp', '-a', path, old], check=True)
                self.drop()
                if how == 'anew':
                    shutil.rmtree(old)
                    self.state.load(RULES)
                elif how == 'flip':
                    os.rename(old, path + '.new')
                    os.symlink(path + '.new', path)
                else:
                    os.rename(old, path)
                subprocess.run(['chown', '-R', f'{owner}:{owner}',
                                os.path.realpath(path)], check=True)
                os.chmod(path, mode)
                self.assertTrue(wait_for(lambda: self.found(server)))
                self.status(server)
                before = self.found(server)
                folder = os.path.join(path, 'servers')
                self.assertEqual(len(os.listdir(folder)), 3)
                for name in os.listdir(folder):
                    self.assertEqual(os.stat(os.path.join(folder, name)).st_uid,
                                     owner)
                if how == 'flip':
                    os.unlink(path)
                    os.rename(path + '.new', path)
                # and a change has it follow
                self.state.load('old.example - 410')
                self.assertEqual(self.status(server), 410)
                self.state.load(RULES)
        self.assertEqual(before, 10)
        self.assertIsNone(server.find('Permission denied'))
        self.assertEqual(server.stop(), 0)
        self.assertEqual(os.listdir(os.path.join(path, 'servers')), [])

    def test_s8_new_directory_that_the_server_may_not_read(self):
        """It is listed there, so that a change says that it does not follow."""
        self.state.load(RULES)
        server = self.serve('--user', 'nobody')
        old = self.state.path + '.old'
        os.rename(self.state.path, old)
        subprocess.run(['cp', '-a', old, self.state.path + '.new'], check=True)
        os.chmod(self.state.path + '.new', 0o700)
        os.rename(self.state.path + '.new', self.state.path)
        self.assertTrue(wait_for(lambda: server.process.pid in [
            found['pid'] for found in json.loads(run(
                '--state', self.state.path, 'status', '--json',
                check=False).stdout)['servers']]))
        done = run('--state', self.state.path, 'del', 'old.example/gone',
                   check=False)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn(f'pid {server.process.pid}', done.stderr)
        self.assertEqual(self.status(server), 301)

    def test_s8_keeper(self):
        """What stays root ends with the server, which goes on without it."""
        self.state.load(RULES)
        server = self.serve('--user', 'nobody')
        pid = server.process.pid
        with open(f'/proc/{pid}/task/{pid}/children') as file:
            keeper, = [child for child in map(int, file.read().split())
                       if self.name(child) == 'detour-registry']
        self.assertTrue(wait_for(lambda: self.sockets(keeper) == 1))
        os.kill(keeper, signal.SIGTERM)
        self.status(server)
        self.assertTrue(self.found(server))
        os.kill(keeper, signal.SIGKILL)
        time.sleep(1.5)  # it is asked every second
        self.assertTrue(self.found(server))
        self.drop()
        self.state.load(RULES)
        self.assertTrue(wait_for(lambda: server.find(
            'not listed in status: cannot write '
            f'{self.state.path}/servers/{pid}: Permission denied')))
        self.assertEqual(self.status(server), 301)
        self.assertEqual(server.stop(), 0)

    def sockets(self, pid):
        """How many a process has that closes some meanwhile."""
        found = 0
        for fd in os.listdir(f'/proc/{pid}/fd'):
            try:
                found += 'socket' in os.readlink(f'/proc/{pid}/fd/{fd}')
            except FileNotFoundError:
                pass
        return found

    def name(self, pid):
        with open(f'/proc/{pid}/comm') as file:
            return file.read().rstrip()


if __name__ == '__main__':
    unittest.main()
