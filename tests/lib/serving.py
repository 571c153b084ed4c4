# SPDX-License-Identifier: BSD-2-Clause
"""A detour server for tests, and clients of it. DETOUR names the binary."""

import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

import signals  # noqa: F401 pylint: disable=unused-import

DETOUR = os.path.abspath(os.environ.get('DETOUR', 'build/detour'))
LIMIT = 20  # seconds that anything may take on a busy machine

RULES = """
old.example                  https://new.example          301
*.old.example/*              https://new.example/sub/*    308
old.example/gone             -                            410
old.example/pass/*           -                            pass
old.example/item?id=7        https://new.example/seven    302
old.example/see              https://new.example/see      303  query=drop
old.example/try              https://new.example/again    307  max-age=60
"""


def run(*args, check=True, **kwargs):
    done = subprocess.run([DETOUR, *args], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=LIMIT,
                          **kwargs)
    if check and done.returncode:
        raise AssertionError(f'{args}: {done.stderr}')
    return done


# Fields that detour sends by itself; a rule may send others, also twice.
ONCE = {'date', 'location', 'cache-control', 'content-length', 'connection',
        'allow', 'via', 'transfer-encoding'}


def wait_for(what, limit=LIMIT):
    """Call what until it gives something true, and give that."""
    end = time.monotonic() + limit
    while True:
        value = what()
        if value or time.monotonic() > end:
            return value
        time.sleep(0.01)


def descriptors(wanted):
    """How many of the wanted descriptors this process may have from now on;
    root may raise the hard limit, if the machine lets it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limit in (max(wanted, hard), hard):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
            return min(wanted, limit)
        except (OSError, ValueError):
            continue
    return min(wanted, hard)


class State:
    """A state directory with rules."""

    def __init__(self, rules=None):
        self.dir = tempfile.mkdtemp(prefix='detour-serve-')
        os.chmod(self.dir, 0o755)
        self.path = os.path.join(self.dir, 'state')
        if rules is not None:
            self.load(rules)

    def load(self, rules):
        run('--state', self.path, 'import', '--replace', '-', input=rules)

    def remove(self):
        subprocess.run(['chmod', '-R', 'u+w', self.dir], check=False)
        shutil.rmtree(self.dir, ignore_errors=True)


class Server:
    """A running server; its standard error is kept, line by line. listen None:
    it has none of its own. Addresses are pairs of host and port, or paths."""

    def __init__(self, state, *args, listen='127.0.0.1:0', ready=True,
                 before=(), **kwargs):
        self.lines = []
        own = [] if listen is None else ['--listen', listen]
        command = [*before, DETOUR, '--state', getattr(state, 'path', state),
                   'serve', *own, *args]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE,
                                        text=True, **kwargs)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        if ready:
            line = wait_for(lambda: self.find('ready on'))
            if not line:
                self.stop()
                raise AssertionError(f'not ready: {self.lines}')
            self.parse(line)

    def read(self):
        for line in self.process.stderr:
            self.lines.append(line.rstrip('\n'))
        self.process.stderr.close()

    def parse(self, line):
        match = re.fullmatch(r'detour serve: ready on (.*), release (\d+), '
                             r'(\d+) rules?, (\d+) threads?', line)
        self.listen = match[1].split()
        self.release, self.rules = int(match[2]), int(match[3])
        self.threads = int(match[4])
        self.addresses = []
        for text in self.listen:
            if text.startswith('unix:'):
                self.addresses.append(text[5:].split(',', 1)[0])
                continue
            host, port = text.rsplit(':', 1)
            self.addresses.append((host.strip('[]'),
                                   int(port.split(',', 1)[0])))
        self.address = self.addresses[0]

    def find(self, text):
        return next((line for line in self.lines if text in line), None)

    def connect(self, address=None):
        address = address or self.address
        if isinstance(address, str):
            sock = socket.socket(socket.AF_UNIX)
            sock.settimeout(LIMIT)
            sock.connect(address)
            return sock
        sock = socket.create_connection(address, LIMIT)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock

    def stop(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(LIMIT)
        self.reader.join(LIMIT)
        return code


class Answer:
    def __init__(self, status, headers, head):
        self.status, self.headers, self.head = status, headers, head
        self.body = b''


class Client:
    """A connection that reads answers one by one."""

    def __init__(self, server, address=None):
        self.sock = server.connect(address)
        self.file = self.sock.makefile('rb')

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.file.close()
        self.sock.close()

    def send(self, data):
        self.sock.sendall(data)
        return self

    def head(self):
        lines = []
        while True:
            line = self.file.readline()
            if not line and not lines:
                return None
            if not line.endswith(b'\r\n'):
                raise AssertionError(f'cut answer: {lines} {line}')
            lines.append(line)
            if line == b'\r\n':
                break
        status = int(lines[0].split()[1])
        headers = {}
        for line in lines[1:-1]:
            name, value = line.decode('latin-1').rstrip('\r\n').split(': ', 1)
            if name.lower() in headers and name.lower() in ONCE:
                raise AssertionError(f'{name} twice')
            headers[name.lower()] = value
        return Answer(status, headers, b''.join(lines))

    def answer(self, method='GET'):
        answer = self.head()
        if answer is None or method == 'HEAD':
            return answer
        if answer.headers.get('transfer-encoding') == 'chunked':
            while True:
                size = int(self.file.readline().split(b';')[0], 16)
                answer.body += self.file.read(size)
                if not size:
                    break
                if self.file.readline() != b'\r\n':
                    raise AssertionError('broken chunk')
            while self.file.readline() != b'\r\n':
                pass
        elif 'content-length' in answer.headers:
            size = int(answer.headers['content-length'])
            answer.body = self.file.read(size)
            if len(answer.body) != size:
                raise AssertionError('short body')
        elif answer.status >= 200 and answer.status not in (204, 304):
            answer.body = self.file.read()
        return answer

    def ask(self, data, method='GET'):
        return self.send(data).answer(method)

    def closed(self):
        """Whether the server ends the connection, without another byte."""
        return self.file.read(1) == b''


def get(path='/', host='old.example', *headers, method='GET', version='1.1'):
    lines = [f'{method} {path} HTTP/{version}', f'Host: {host}', *headers]
    return '\r\n'.join(lines).encode('latin-1') + b'\r\n\r\n'


def undated(data):
    return re.sub(rb'Date: [^\r]*\r\n', b'', data)


class Served(unittest.TestCase):
    """Tests that share one server and its rules."""
    rules = RULES
    args = ()
    listen = '127.0.0.1:0'

    @classmethod
    def setUpClass(cls):
        cls.state = State(cls.rules)
        cls.addClassCleanup(cls.state.remove)
        cls.server = Server(cls.state, *cls.args, listen=cls.listen)
        cls.addClassCleanup(cls.end)

    @classmethod
    def end(cls):
        """The server must end well, with nothing to say but its good byes."""
        code = cls.server.stop()
        if code or len(cls.server.lines) > 1:
            raise AssertionError(f'exit {code}: {cls.server.lines}')

    def client(self, address=None):
        client = Client(self.server, address)
        self.addCleanup(client.__exit__)
        return client

    def all(self, data):
        """What one connection gets until it ends."""
        with self.server.connect() as sock:
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)
            return b''.join(iter(lambda: sock.recv(65536), b''))


class Serving(unittest.TestCase):
    """Tests with a state directory each, and servers of it."""

    def setUp(self):
        self.state = State()
        self.addCleanup(self.state.remove)

    def serve(self, *args, **kwargs):
        server = Server(self.state, *args, **kwargs)
        self.addCleanup(server.stop)
        return server

    def status(self, server):
        with Client(server) as client:
            return client.ask(get()).status

    def found(self, server, path=None):
        """Whether status and stats have a server at a path."""
        path = path or self.state.path
        status = json.loads(run('--state', path, 'status', '--json',
                                check=False).stdout or '{}')
        stats = json.loads(run('--state', path, 'stats', '--json').stdout)
        return (server.process.pid in [x['pid'] for x in
                                       status.get('servers', [])] and
                stats['socket']['servers'] == 1 and
                stats['socket']['socket_requests'])
