# SPDX-License-Identifier: BSD-2-Clause
"""Private networks for tests: namespaces joined by veth pairs, a server in one
of them with the fast path in front of it, the test itself in another.

Everything is anonymous and goes with the test's process, however it ends: the
namespaces, and a mount namespace with a bpf file system of its own.

DETOUR_FAST=off leaves the fast path away: the scenarios must pass with the
socket responder alone as well.
"""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import unittest

import syscalls
from serving import DETOUR, LIMIT, RULES, Client, Server, State, wait_for

FAST = os.environ.get('DETOUR_FAST') != 'off'
HERE = os.path.dirname(os.path.abspath(__file__))
BPFFS = '/sys/fs/bpf'
V4, V6 = socket.AF_INET, socket.AF_INET6
SERVER = {V4: '10.77.0.1', V6: 'fd77::1'}
CLIENT = {V4: '10.77.0.2', V6: 'fd77::2'}
GHOST = {V4: '10.77.0.77', V6: 'fd77::77'}  # of raw clients: nobody owns it


def private_bpffs():
    """Give this process, and all that it starts, an empty bpf file system."""
    syscalls.private_mounts()
    syscalls.mount('bpf', BPFFS, 'bpf')


def pinned():
    """What is pinned; the kernel's own two files do not count."""
    return sorted(set(os.listdir(BPFFS)) - {'maps.debug', 'progs.debug'})


def command(*args, check=True, **kwargs):
    done = subprocess.run(args, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.PIPE, timeout=60, **kwargs)
    if check and done.returncode:
        raise AssertionError(f'{args}: {done.returncode} {done.stdout[-500:]} '
                             f'{done.stderr[-2000:]}')
    return done.stdout


def counter_names():
    with open(f'{HERE}/../../bpf/counter.h', encoding='ascii') as file:
        return re.findall(r'X\([A-Z0-9_]+, "(\w+)"', file.read())


class Namespace:
    """A network namespace. A thread that enters it is in there until it
    leaves; threads and processes that it starts are born there."""

    def __init__(self):
        with open('/proc/thread-self/ns/net', 'rb') as home:
            syscalls.unshare(syscalls.NEWNET)
            self.fd = os.open('/proc/thread-self/ns/net', os.O_RDONLY)
            syscalls.setns(home.fileno(), syscalls.NEWNET)
        self.path = f'/proc/{os.getpid()}/fd/{self.fd}'
        self.homes = []
        self.run('ip', 'link', 'set', 'lo', 'up')

    def join(self):
        syscalls.setns(self.fd, syscalls.NEWNET)

    def __enter__(self):
        self.homes.append(os.open('/proc/thread-self/ns/net', os.O_RDONLY))
        self.join()
        return self

    def __exit__(self, *args):
        home = self.homes.pop()
        syscalls.setns(home, syscalls.NEWNET)
        os.close(home)

    def close(self):
        os.close(self.fd)

    def run(self, *args, **kwargs):
        return command(*args, preexec_fn=self.join, **kwargs)

    def sysctl(self, **settings):
        """Names with '__' for '/', below /proc/sys/net."""
        with self:
            for name, value in settings.items():
                path = f'/proc/sys/net/{name.replace("__", "/")}'
                with open(path, 'w', encoding='ascii') as file:
                    file.write(str(value))

    def nft(self, rules):
        self.run('nft', '-f', '-', input=rules)

    def address(self, link, address):
        extra = ['nodad'] if ':' in address else []
        self.run('ip', 'address', 'add', address, 'dev', link, *extra)


class Pair:
    """A veth pair between two namespaces, up, without addresses."""

    def __init__(self, one, one_name, two, two_name):
        self.ends = ((one, one_name), (two, two_name))
        one.run('ip', 'link', 'add', one_name, 'type', 'veth', 'peer', 'name',
                two_name, 'netns', two.path)
        for space, name in self.ends:
            # Without the router and listener chatter of a real interface.
            space.sysctl(**{f'ipv6__conf__{name}__router_solicitations': 0})
            space.run('ip', 'link', 'set', name, 'up')

    def receive(self, verdict=syscalls.XDP_PASS):
        """Let the second end receive what the first's XDP program sends back;
        gives the file descriptor that keeps it so."""
        space, name = self.ends[1]
        with space:
            return syscalls.xdp_always(socket.if_nametoindex(name), verdict)

    def mac(self, end):
        space, name = self.ends[end]
        text = space.run('ip', '-o', 'link', 'show', 'dev', name)
        return re.search(r'link/ether (\S+)', text)[1]


class Network:
    """A server's namespace and a client's, with addresses of both families,
    and a server's neighbour entry for raw clients on the client's end."""

    def __init__(self):
        self.server, self.client = Namespace(), Namespace()
        self.pair = Pair(self.server, 'srv0', self.client, 'cli0')
        self.keep = self.pair.receive()
        # A client's port that is in TIME-WAIT at the server is the kernel's:
        # what is counted would depend on which ports are used again.
        self.server.sysctl(ipv4__tcp_max_tw_buckets=0)
        for family, bits in ((V4, 24), (V6, 64)):
            self.server.address('srv0', f'{SERVER[family]}/{bits}')
            self.client.address('cli0', f'{CLIENT[family]}/{bits}')
            self.server.run('ip', 'neighbour', 'replace', GHOST[family],
                            'lladdr', self.pair.mac(1), 'dev', 'srv0', 'nud',
                            'permanent')

    def change(self, mtu, offload):
        """MTU, and offloads of the client's end."""
        for space, name in self.pair.ends:
            space.run('ip', 'link', 'set', name, 'mtu', str(mtu))
        self.client.run('ethtool', '-K', 'cli0', 'tx',
                        'on' if offload else 'off')

    def close(self):
        os.close(self.keep)
        self.server.run('ip', 'link', 'del', 'srv0')
        self.server.close()
        self.client.close()


class Fast:
    """The fast path of a state, on interfaces of a namespace."""

    def __init__(self, space, state):
        self.space, self.state = space, state
        self.links = set()
        self.counters = None
        name = ''.join(c if c.isalnum() else '-' if c == '/' else
                       f'_{ord(c):02x}'
                       for c in os.path.realpath(state.path)[1:])
        self.folder = f'{BPFFS}/detour/{name}'

    def run(self, *args, **kwargs):
        return self.space.run(DETOUR, '--state', self.state.path, *args,
                              **kwargs)

    def attach(self, *args, link='srv0'):
        self.close()  # it may be another instance by now
        if '--mode' not in args:
            args += '--mode', 'native'  # the far end has an XDP program
        self.run('attach', link, *args)
        self.links.add(link)

    def detach(self, *args, link='srv0'):
        self.close()
        self.run('detach', link, *args)
        self.links.discard(link)

    def close(self):
        """Hold no map of the instance, which goes with its last interface."""
        if self.counters:
            self.counters.close()
            self.counters = None

    def end(self):
        for link in sorted(self.links):
            self.detach('--drain', '0', link=link)
        self.close()

    def read(self):
        """All counters of the instance, by name."""
        if not self.counters:
            self.counters = syscalls.Counters(f'{self.folder}/counters',
                                              counter_names())
        return self.counters.read()


def answers(counted):
    """How many requests the fast path has answered by itself."""
    return sum(value for name, value in counted.items()
               if re.match(r'(get|head)_\d', name))


def difference(before, after):
    return {name: after[name] - value for name, value in before.items()
            if after[name] != value}


class Connected(unittest.TestCase):
    """Tests in the client's namespace of a network; in the server's, a socket
    responder on port 80 and the fast path in front of it."""
    rules = RULES
    serve = ('--threads', '1')
    attach = ()  # arguments; None: it is the test that attaches

    @classmethod
    def setUpClass(cls):
        cls.build(cls.addClassCleanup)
        cls.enter()

    @classmethod
    def build(cls, later):
        """later is called with what is to be done in the end."""
        cls.state = State(cls.rules)
        later(cls.state.remove)
        cls.net = Network()
        later(cls.net.close)
        cls.start(later)
        cls.fast = None
        if FAST:
            cls.fast = Fast(cls.net.server, cls.state)
            later(cls.fast.end)
            if cls.attach is not None:
                cls.fast.attach(*cls.attach)

    @classmethod
    def start(cls, later):
        """Start what listens on the server's port 80."""
        cls.server = Server(cls.state, *cls.serve, listen='*:80',
                            preexec_fn=cls.net.server.join)
        later(cls.server.stop)

    @classmethod
    def enter(cls):
        cls.net.client.__enter__()
        cls.addClassCleanup(cls.net.client.__exit__)

    def setUp(self):
        self.before = self.read()

    def read(self):
        return self.fast.read() if self.fast and self.fast.links else {}

    def counted(self, settled=None):
        """The counters that changed since the test began, or since this. What
        was put may be on its way: settled tells, of these, whether it came."""
        before = self.before

        def look():
            self.before = self.read()
            return settled is None or settled(difference(before, self.before))

        wait_for(look)
        return difference(before, self.before)

    def assert_counted(self, **expected):
        """Each of these counters has risen by so much; without a fast path
        there is nothing to assert."""
        def chosen(counted):
            return {name: counted.get(name, 0) for name in expected}

        if not self.fast:
            return self.counted()
        counted = self.counted(lambda counted: chosen(counted) == expected)
        self.assertEqual(chosen(counted), expected, counted)
        return counted

    def assert_answers(self, number):
        if not self.fast:
            return self.counted()
        counted = self.counted(lambda counted: answers(counted) == number)
        self.assertEqual(answers(counted), number, counted)
        return counted

    def client(self, family=V4):
        client = Client(self.server, (SERVER[family], 80))
        self.addCleanup(client.__exit__)
        return client

    def all(self, data, family=V4):
        """What one connection gets until it ends."""
        with self.client(family) as client:
            return client.send(data).file.read()


class Shared(Connected):
    """Classes of a file that have one network, one after the other, since an
    attach takes the verifier seconds. A file's subclass of this, named as
    owner, holds it."""
    owner = None
    mtu = 1500
    offload = True

    @classmethod
    def setUpClass(cls):
        if 'net' not in vars(cls.owner):
            cls.owner.build(unittest.addModuleCleanup)
        cls.enter()
        cls.net.change(cls.mtu, cls.offload)


class Nginx:
    """A stock nginx in a namespace; config is the text of its server block."""

    def __init__(self, space, config):
        self.dir = tempfile.mkdtemp(prefix='detour-nginx-')
        os.chmod(self.dir, 0o755)
        path = f'{self.dir}/nginx.conf'
        with open(path, 'w', encoding='ascii') as out:
            out.write(f'daemon off; pid {self.dir}/pid; user root;\n'
                      f'error_log stderr;\nevents {{}}\nhttp {{\n'
                      f'access_log off; client_body_temp_path {self.dir}/b;\n'
                      f'server {{ listen 80; listen [::]:80;\n'
                      f'root {self.dir};\n{config} }} }}\n')
        self.process = subprocess.Popen(
            ['nginx', '-p', self.dir, '-c', path], preexec_fn=space.join,
            stderr=subprocess.DEVNULL)
        listening = wait_for(lambda: ':80 ' in space.run('ss', '-ltnH'))
        if not listening:
            self.stop()
            raise AssertionError('nginx does not listen')

    def stop(self):
        self.process.terminate()
        self.process.wait(LIMIT)
        shutil.rmtree(self.dir)
