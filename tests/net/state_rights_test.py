#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Files that one user writes and another needs, whatever the umask is."""

import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
import unittest

from serving import DETOUR, LIMIT, Client, Server, get, wait_for

NOBODY = 65534
UMASKS = 0o022, 0o027, 0o077, 0o777


@unittest.skipIf(os.getuid(), 'SKIP: only root can become somebody else')
class Rights(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix='detour-rights-')
        self.addCleanup(shutil.rmtree, self.dir, True)
        os.chmod(self.dir, 0o755)
        self.state = os.path.join(self.dir, 'state')

    def run_as(self, user, *args, umask=0o022, code=0, stdin=None):
        done = subprocess.run(
            [DETOUR, '--state', self.state, *args], input=stdin,
            capture_output=True, text=True, timeout=LIMIT * 6, umask=umask,
            **({'user': user, 'group': user, 'extra_groups': []}
               if user else {}))
        self.assertEqual(done.returncode, code, (args, done.stderr))
        return done

    def set(self, user, where, **kwargs):
        self.run_as(user, 'set', 'old.example/*', f'https://{where}/*', '301',
                    **kwargs)

    def where(self, server):
        with Client(server) as client:
            return client.ask(get()).headers['location']

    def serve(self, *args, **kwargs):
        server = Server(self.state, *args, **kwargs)
        self.addCleanup(server.stop)
        return server

    def follows(self, server, where):
        self.assertTrue(wait_for(
            lambda: self.where(server) == f'https://{where}/'), where)

    def private(self):
        """A service user's own directory, which nobody else may enter."""
        os.mkdir(self.state, 0o700)
        os.chown(self.state, NOBODY, NOBODY)

    def all_owned(self, user):
        for folder, folders, files in os.walk(self.state):
            for name in [*folders, *files]:
                if not name.endswith(('.counters', '.look')):  # sockets
                    path = os.path.join(folder, name)
                    self.assertEqual(os.lstat(path).st_uid, user, path)

    def test_s5_umask_of_root(self):
        for umask in UMASKS:
            with self.subTest(umask=oct(umask)):
                self.set(0, 'a.example', umask=umask)
                server = self.serve('--user', 'nobody', umask=umask)
                self.follows(server, 'a.example')
                self.set(0, 'b.example', umask=umask)
                self.follows(server, 'b.example')
                self.run_as(0, 'rollback', umask=umask)
                self.follows(server, 'a.example')
                self.assertIn('answers from release 3',
                              self.run_as(NOBODY, 'status').stdout)
                self.run_as(NOBODY, 'stats')
                self.run_as(NOBODY, 'show')
                self.assertEqual(server.stop(), 0)
                server = self.serve('--user', 'nobody', umask=umask)
                self.follows(server, 'a.example')
                self.assertEqual(server.stop(), 0)
                shutil.rmtree(self.state)

    def test_who_may_change(self):
        self.set(0, 'a.example')
        args = 'del', 'old.example'
        said = f'{self.state}/lock: who may change {self.state}: root'
        self.assertTrue(self.run_as(NOBODY, *args, code=1).stderr.endswith(
            said + '\n'))
        os.chown(self.state, 1, 2)
        os.chmod(self.state, 0o775)
        self.assertTrue(self.run_as(NOBODY, *args, code=1).stderr.endswith(
            said + ', daemon, group bin\n'))

    def test_s5_umask_and_overlays(self):
        rules = ''.join(f'h{i}.example/{j} https://n.example/ 301\n'
                        for i in range(200) for j in range(50))
        self.run_as(0, 'import', '-', umask=0o077, stdin=rules)
        server = self.serve('--user', 'nobody')
        for i in range(3):
            self.set(0, f'{i}.example', umask=0o077)
            self.follows(server, f'{i}.example')
        self.assertIn('over 1.map', self.run_as(0, 'status').stdout)

    def test_s5_base_that_is_not_for_everyone(self):
        """As an earlier version left it: no map is made over it."""
        rules = ''.join(f'h{i}.example/{j} https://n.example/ 301\n'
                        for i in range(200) for j in range(50))
        self.run_as(0, 'import', '-', stdin=rules)
        server = self.serve('--user', 'nobody')
        os.chmod(os.path.join(self.state, 'maps', '1.map'), 0o600)
        os.chmod(os.path.join(self.state, 'maps'), 0o700)
        self.set(0, 'a.example')
        self.follows(server, 'a.example')
        os.chmod(os.path.join(self.state, 'maps', '2.map'), 0o600)
        self.set(0, 'b.example')
        self.run_as(0, 'rollback')
        self.follows(server, 'a.example')

    def test_s5_first_change_by_root(self):
        for umask in UMASKS:
            with self.subTest(umask=oct(umask)):
                self.private()
                self.set(0, 'a.example', umask=umask)
                self.all_owned(NOBODY)
                self.set(NOBODY, 'b.example', umask=umask)
                server = self.serve(umask=umask, user=NOBODY, group=NOBODY,
                                    extra_groups=[])
                self.set(0, 'c.example', umask=umask)
                self.follows(server, 'c.example')
                self.set(NOBODY, 'd.example', umask=umask)
                self.run_as(0, 'rollback', umask=umask)
                self.follows(server, 'c.example')
                self.run_as(NOBODY, 'rollback', umask=umask)
                self.follows(server, 'd.example')
                self.assertEqual(server.stop(), 0)
                self.all_owned(NOBODY)
                self.assertEqual(stat.S_IMODE(os.stat(self.state).st_mode),
                                 0o700)
                shutil.rmtree(self.state)

    def test_s5_server_of_root_in_a_users_directory(self):
        self.private()
        server = self.serve('--user', 'nobody', umask=0o077)
        self.all_owned(NOBODY)
        self.set(NOBODY, 'a.example')
        self.follows(server, 'a.example')
        self.assertEqual(server.stop(), 0)
        self.assertEqual(os.listdir(os.path.join(self.state, 'servers')), [])

    def test_s5_what_an_earlier_root_left(self):
        """It is given back to the directory's owner by the next change."""
        self.private()
        self.set(NOBODY, 'a.example')
        for name in 'lock', 'detour.db', 'maps', 'servers':
            os.chown(os.path.join(self.state, name), 0, 0)
        os.chmod(os.path.join(self.state, 'lock'), 0o600)
        self.set(NOBODY, 'b.example', code=1)
        self.set(0, 'c.example', umask=0o077)
        self.set(NOBODY, 'd.example')

    def test_s5_journal_of_a_killed_root(self):
        """What it left half done the directory's owner can undo."""
        self.private()
        self.set(NOBODY, 'a.example')
        rules = ''.join(f'h{i}.example/ https://n.example/ 301\n'
                        for i in range(60000))
        process = subprocess.Popen(
            [DETOUR, '--state', self.state, 'import', '-'], umask=0o077,
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, text=True)
        journal = os.path.join(self.state, 'detour.db-journal')
        process.stdin.write(rules)
        process.stdin.close()
        wait_for(lambda: os.path.exists(journal) or
                 process.poll() is not None)
        process.send_signal(signal.SIGKILL)
        process.wait(LIMIT)
        self.all_owned(NOBODY)
        self.set(NOBODY, 'b.example')

    def test_s5_group_that_may_write(self):
        """Two users of one group change one state directory."""
        os.mkdir(self.state, 0o770)
        os.chown(self.state, 0, 4242)
        os.chmod(self.state, 0o2770)
        for user in 4001, 4002, 4001:
            with self.subTest(user):
                done = subprocess.run(
                    [DETOUR, '--state', self.state, 'set', 'old.example',
                     f'https://u{user}.example', '301'], umask=0o077, user=user,
                    group=user, extra_groups=[4242], capture_output=True)
                self.assertEqual(done.returncode, 0, done.stderr)
        self.set(0, 'root.example', umask=0o077)
        done = subprocess.run(
            [DETOUR, '--state', self.state, 'rollback'], umask=0o077,
            user=4002, group=4002, extra_groups=[4242], capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_s5_links_are_not_followed(self):
        """A directory's owner does not have root write elsewhere."""
        for name in 'lock', 'live.tmp', 'detour.db':
            for link in os.symlink, os.link:
                with self.subTest(name=name, link=link.__name__):
                    self.private()
                    other = os.path.join(self.dir, 'other')
                    with open(other, 'w') as file:
                        file.write('x' * 100)
                    os.chmod(other, 0o600)
                    link(other, os.path.join(self.state, name))
                    subprocess.run(
                        [DETOUR, '--state', self.state, 'add', 'a.example',
                         'https://b.example', '301'], capture_output=True)
                    with open(other) as file:
                        self.assertEqual(file.read(), 'x' * 100)
                    found = os.stat(other)
                    self.assertEqual((found.st_uid, found.st_mode & 0o777),
                                     (0, 0o600))
                    shutil.rmtree(self.state)
                    os.unlink(other)

    def test_s5_release_that_the_server_may_not_read(self):
        """It says so, and answers from the one before."""
        self.set(0, 'a.example')
        server = self.serve('--user', 'nobody')
        self.run_as(0, 'set', 'old.example/*', 'https://b.example/*', '301')
        self.follows(server, 'b.example')
        maps = os.path.join(self.state, 'maps')
        with open(os.path.join(maps, '2.map'), 'rb') as file:
            data = file.read()
        with open(os.path.join(maps, '3.map'), 'wb') as file:
            file.write(data)
        os.chmod(os.path.join(maps, '3.map'), 0o600)
        live = os.path.join(self.state, 'live')
        with open(live + '.new', 'w') as file:
            file.write('3 3.map\n')
        os.rename(live + '.new', live)
        self.assertTrue(wait_for(lambda: server.find('3.map')))
        self.assertIn('Permission denied', server.find('3.map'))
        self.assertEqual(self.where(server), 'https://b.example/')

    def test_s6_directory_that_the_server_may_not_enter(self):
        """It stays listed: the change and status name it."""
        self.set(0, 'a.example')
        server = self.serve('--user', 'nobody')
        os.chmod(self.state, 0o700)
        self.assertTrue(wait_for(lambda: server.find('Permission denied')))
        time.sleep(1.5)  # it looks for its announcement every second
        self.set(0, 'b.example', code=3)
        said = self.run_as(0, 'status', code=1).stdout
        self.assertIn('NOT the live one', said)
        self.assertEqual(self.where(server), 'https://a.example/')
        os.chmod(self.state, 0o755)
        self.follows(server, 'b.example')
        self.run_as(0, 'status')


if __name__ == '__main__':
    unittest.main()
