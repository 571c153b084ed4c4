#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Debian's package: what is in it, and that its units, completions and documents hold.
DETOUR_LONG=1 builds it twice, with its tests, and installs, upgrades, removes and
purges it in a system of its own, also under load. DEB=FILE takes that one."""

import glob
import os
import re
import shutil
import subprocess
import tempfile
import threading
import unittest

import syscalls
from long_form import LONG, long_form
from netns import SERVER, V4, Network, private_bpffs
from packages import UNITS, System, build, later, sh
from serving import LIMIT, get, wait_for

FILES = {
    'etc/default/detour', 'usr/sbin/detour', 'usr/share/detour/detach-all',
    *(f'{UNITS}/{name}' for name in (
        'detour.service', 'detour.socket', 'detour-attach@.service',
        'detour-web.service', 'detour-hits.service', 'detour-hits.timer')),
    'usr/lib/sysusers.d/detour.conf', 'usr/lib/tmpfiles.d/detour.conf',
    'usr/share/bash-completion/completions/detour',
    'usr/share/zsh/vendor-completions/_detour',
    'usr/share/fish/vendor_completions.d/detour.fish',
    'usr/share/doc/detour/detour.spdx', 'usr/share/doc/detour/copyright',
    'usr/share/doc/detour/changelog.gz',
    'usr/share/doc/detour/examples/sudoers',
    'usr/share/lintian/overrides/detour',
    *(f'usr/share/man/man{name[-1]}/{name}.gz' for name in (
        'detour.8', 'detour-web.8', 'detour-rules.5', 'detour-codes.7',
        'detour-counters.7', 'detour-fastpath.7', 'detour-formats.7',
        'detour-https.7')),
}
PLACE = DEB = None


def setUpModule():
    global PLACE, DEB
    PLACE = tempfile.mkdtemp(prefix='detour-package-')
    unittest.addModuleCleanup(shutil.rmtree, PLACE, True)
    os.chmod(PLACE, 0o755)
    DEB = os.environ.get('DEB') or build(
        f'{PLACE}/one', *([] if LONG else ['nocheck', 'noopt']))


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tree = f'{PLACE}/tree'
        sh('dpkg-deb', '-x', DEB, cls.tree)

    def path(self, name):
        return os.path.join(self.tree, name)

    def test_files(self):
        found = {os.path.relpath(os.path.join(folder, name), self.tree)
                 for folder, _, names in os.walk(self.tree) for name in names}
        self.assertEqual(FILES - found, set())
        self.assertEqual({name for name in found - FILES
                          if not name.startswith('usr/share/doc/detour/')},
                         set())

    def test_lintian(self):
        said = sh('lintian', '--allow-root', '--no-cfg', '--info',
                  '--suppress-tags', 'bad-distribution-in-changes-file'
                  + ('' if LONG else ',hardening-no-fortify-functions'), DEB)
        self.assertNotRegex(said, r'(?m)^[EW]: ')

    def test_commit(self):
        said = sh(self.path('usr/sbin/detour'), '--version')
        self.assertRegex(said, r'commit [0-9a-f]{12}(-dirty)?\n')
        if not os.environ.get('DEB'):
            kept = sh('tar', '-xzOf', glob.glob(f'{PLACE}/one/*.tar.gz')[0],
                      '--wildcards', '*/commit')
            self.assertIn(f'commit {kept.strip()}\n', said)

    def test_units(self):
        """They name what is there; as if the tree were the system."""
        folder = f'{PLACE}/units'
        os.mkdir(folder)
        names = [name for name in os.listdir(self.path(UNITS))]
        for name in names:
            with open(self.path(f'{UNITS}/{name}'), encoding='utf-8') as file:
                text = file.read()
            with open(f'{folder}/{name}', 'w', encoding='utf-8') as file:
                file.write(text.replace('=/usr/sbin/',
                                        f'={self.path("usr/sbin/")}'))
        for name in names:
            with self.subTest(name):
                said = sh('systemd-analyze', 'verify', '--man=no',
                          f'{folder}/{name}')
                self.assertNotIn('detour', said)

    def test_exposure(self):
        for name in 'detour', 'detour-web':
            with self.subTest(name):
                sh('systemd-analyze', 'security', '--offline=true',
                   '--threshold=25', self.path(f'{UNITS}/{name}.service'))

    @unittest.skipIf(os.getuid(), 'SKIP: only root makes users')
    def test_user_and_state(self):
        root = f'{PLACE}/made'
        os.makedirs(f'{root}/etc')
        sh('cp', '-r', self.path('usr'), root)
        sh('systemd-sysusers', f'--root={root}')
        with open(f'{root}/etc/group', encoding='ascii') as file:
            self.assertRegex(file.read(), r'(?m)^detour:')
        sh('systemd-tmpfiles', f'--root={root}', '--create', 'detour.conf')
        made = os.stat(f'{root}/var/lib/detour')
        self.assertEqual(made.st_mode & 0o7777, 0o2775)
        self.assertNotEqual(made.st_gid, 0)

    def test_libraries(self):
        """The list has each that the binary needs, with a version."""
        with open(self.path('usr/share/doc/detour/detour.spdx'),
                  encoding='utf-8') as file:
            listed = file.read()
        needed = re.findall(r'NEEDED +(\S+)', sh(
            'objdump', '-p', self.path('usr/sbin/detour')))
        self.assertIn('libsqlite3.so.0', needed)
        for name in [*needed, 'libcurl.so.4', 'libmicrohttpd.so.12']:
            with self.subTest(name):
                self.assertRegex(listed, r'PackageVersion: \S+\n'
                                 f'PackageFileName: {re.escape(name)}\n')
        names = re.findall(r'SPDXID: (\S+)', listed)
        self.assertEqual(len(names), len(set(names)))


class Completion(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = f'{PLACE}/completion'
        sh('dpkg-deb', '-x', DEB, cls.dir)
        cls.env = {'PATH': f'{cls.dir}/usr/sbin:{os.environ["PATH"]}',
                   'HOME': cls.dir, 'DETOUR_STATE': f'{cls.dir}/state',
                   'LC_ALL': 'C.UTF-8', 'TERM': 'dumb'}
        sh('detour', 'import', '-', env=cls.env, input=(
            'a.example https://n.example 301 tag=one\n'
            'b.example/x https://n.example 301 tag=two\n'
            '*.c.example https://n.example 301\n'))

    def fish(self, line):
        said = sh('fish', '--no-config', '-c', f'source {self.dir}/usr/share/'
                  f'fish/vendor_completions.d/detour.fish; complete -C "{line}"',
                  env=self.env)
        return {word.split('\t')[0] for word in said.splitlines()}

    def bash(self, *words):
        script = ('source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1));'
                  ' _detour "$1"; printf "%s\\n" "${COMPREPLY[@]}"')
        return set(sh('bash', '-c', script, f'{self.dir}/usr/share/'
                      'bash-completion/completions/detour', 'detour', *words,
                      env=self.env).split())

    def test_commands(self):
        for found in self.fish('detour ro'), self.bash('ro'):
            self.assertEqual(found, {'rollback'})

    def test_options(self):
        text = sh('detour', 'help', 'import', env=self.env)
        options = set(re.findall(r'(?m)^  (--[a-z-]+)', text)) - {'--state'}
        self.assertLessEqual(options, self.fish('detour import --'))
        self.assertLessEqual(options, self.bash('import', '--'))

    def test_values(self):
        for found in (self.fish('detour serve --access-log-format '),
                      self.bash('serve', '--access-log-format', '')):
            self.assertEqual(found, {'combined', 'json'})

    def test_of_the_live_release(self):
        hosts, tags = {'a.example', 'b.example', '*.c.example'}, {'one', 'two'}
        self.assertEqual(self.fish('detour show --host '), hosts)
        self.assertEqual(self.fish('detour show --tag '), tags)
        self.assertEqual(self.bash('show', '--host', ''), hosts)
        self.assertEqual(self.bash('del', 'a'), {'a.example'})
        self.assertEqual(self.bash('set', '--tag', 't'), {'two'})

    def test_zsh(self):
        sh('zsh', '-n', f'{self.dir}/usr/share/zsh/vendor-completions/_detour')
        with open(f'{self.dir}/usr/share/zsh/vendor-completions/_detour',
                  encoding='utf-8') as file:
            said = file.read()
        for option in re.findall(r'(?m)^  (--[a-z-]+)', sh(
                'detour', 'help', 'import', env=self.env)):
            self.assertIn(option, said)


@long_form
class Again(unittest.TestCase):
    def test_same_bytes_elsewhere(self):
        """Built in another folder; the tarball, too."""
        other = build(f'{PLACE}/two/deeper', 'nocheck')
        first = build(f'{PLACE}/three', 'nocheck')
        self.assertEqual(sh('cmp', first, other), '')
        sh('cmp', *(f'{PLACE}/{place}/detour-0.2.0.tar.gz'
                    for place in ('three', 'two/deeper')))


@long_form
@unittest.skipIf(os.getuid(), 'SKIP: only root has a system of its own')
class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        private_bpffs()
        cls.system = System(os.environ.get('DEBIAN_ROOT') or f'{PLACE}/root')
        cls.net = Network()
        cls.addClassCleanup(cls.net.close)

    def setUp(self):
        self.system.run('apt-get', 'purge', '-y', 'detour', code=None)
        self.system.install(DEB)

    def rules(self, *args, **kwargs):
        return self.system.run('detour', '--state', '/var/lib/detour', *args,
                               preexec_fn=self.net.server.join, **kwargs)

    def serve(self):
        server = self.system.start(
            'detour.service', '--listen', '*:80',
            preexec_fn=self.net.server.join)
        self.addCleanup(server.stderr.close)
        self.addCleanup(server.wait, LIMIT)
        self.addCleanup(server.terminate)
        self.assertIn('ready on', server.stderr.readline())
        return server

    def attach(self, key='ExecStart'):
        self.system.unit('detour-attach@.service', key, 'srv0',
                         preexec_fn=self.net.server.join)

    def ask(self):
        with self.net.client:
            return subprocess.run(
                ['curl', '-sS', '-o', '/dev/null', '-w', '%{redirect_url}',
                 '-m', '20', '-H', 'Host: old.example',
                 f'http://{SERVER[V4]}/x'], capture_output=True, text=True)

    def test_removed_and_purged(self):
        self.rules('add', 'old.example', 'https://new.example', '301')
        self.system.run('apt-get', 'remove', '-y', 'detour')
        self.assertFalse(self.system.has('usr/sbin/detour'))
        for name in 'var/lib/detour/detour.db', 'etc/default/detour':
            self.assertTrue(self.system.has(name), name)
        self.system.install(DEB)
        self.assertIn('old.example', self.rules('show'))
        self.system.run('apt-get', 'purge', '-y', 'detour')
        for name in ('var/lib/detour', 'etc/default/detour',
                     'usr/share/doc/detour', 'usr/share/detour'):
            self.assertFalse(self.system.has(name), name)

    def test_options_are_kept(self):
        path = f'{self.system.root}/etc/default/detour'
        with open(path, 'a', encoding='ascii') as file:
            file.write('# mine\n')
        self.system.install(later(DEB, '0.2.0+next', PLACE))
        with open(path, encoding='ascii') as file:
            self.assertTrue(file.read().endswith('# mine\n'))

    def test_group_changes_rules(self):
        system = self.system
        for name in 'anna', 'otto':
            system.run('useradd', '-G', 'detour', name, code=None)
            system.run('setpriv', f'--reuid={name}', f'--regid={name}',
                       '--init-groups', 'detour', '--state', '/var/lib/detour',
                       'set', 'old.example', f'https://{name}.example', '301')
        self.assertIn('otto.example', self.rules('show'))
        state = os.stat(f'{system.root}/var/lib/detour')
        self.assertEqual(state.st_mode & 0o7777, 0o2775)

    def test_sudoers_example(self):
        system = self.system
        shutil.copy(f'{system.root}/usr/share/doc/detour/examples/sudoers',
                    f'{system.root}/etc/sudoers.d/detour')
        os.chmod(f'{system.root}/etc/sudoers.d/detour', 0o440)
        self.addCleanup(os.unlink, f'{system.root}/etc/sudoers.d/detour')
        system.run('visudo', '-c')
        system.run('useradd', '-G', 'detour', 'anna', code=None)

        def sudo(*args, code):
            system.run('setpriv', '--reuid=anna', '--regid=anna',
                       '--init-groups', 'sudo', '-n', '/usr/sbin/detour', *args,
                       code=code, stdin=subprocess.DEVNULL)

        sudo('set', 'old.example', 'https://new.example', '301', code=0)
        sudo('import', '/etc/shadow', code=1)
        sudo('import', '-', '/etc/shadow', code=2)
        sudo('set', 'o.example', 'https://n.example', '301', '--state', '/x',
             code=1)
        sudo('serve', '--access-log', '/etc/x', code=1)

    def test_units(self):
        self.rules('add', 'old.example', 'https://new.example', '301')
        self.serve()
        self.attach()
        self.assertEqual(self.ask().stdout, 'https://new.example/x')
        self.system.unit('detour-hits.service', preexec_fn=self.net.server.join)
        self.assertIn('old.example', self.rules('hits'))
        self.system.unit('detour-attach@.service', 'ExecStop', 'srv0',
                         preexec_fn=self.net.server.join)
        self.assertEqual(os.listdir('/sys/fs/bpf/detour')
                         if os.path.isdir('/sys/fs/bpf/detour') else [], [])

    def test_edge_is_upgraded(self):
        """With the fast path in front nobody is without an answer."""
        self.rules('add', 'old.example', 'https://new.example', '301')
        self.serve()
        self.attach()
        done, wrong = threading.Event(), []
        asked = [0]

        def client():
            while not done.is_set():
                answer = self.ask()
                asked[0] += 1
                if answer.stdout != 'https://new.example/x':
                    wrong.append((answer.stdout, answer.stderr))

        thread = threading.Thread(target=client)
        thread.start()
        try:
            self.assertTrue(wait_for(lambda: asked[0] > 20))
            self.system.install(later(DEB, '0.2.0+next', PLACE))
            self.attach('ExecReload')
            so_far = asked[0]
            self.assertTrue(wait_for(lambda: asked[0] > so_far + 20))
        finally:
            done.set()
            thread.join()
        self.assertEqual(wrong, [])
        self.assertGreater(asked[0], 40)
        self.system.unit('detour-attach@.service', 'ExecStop', 'srv0',
                         preexec_fn=self.net.server.join)

    def test_removal_detaches(self):
        self.rules('add', 'old.example', 'https://new.example', '301')
        self.serve()
        self.attach()
        self.system.run('apt-get', 'remove', '-y', 'detour',
                        preexec_fn=self.net.server.join)
        said = self.net.server.run('ip', '-d', 'link', 'show', 'dev', 'srv0')
        self.assertNotIn('prog/xdp', said)


if __name__ == '__main__':
    unittest.main()
