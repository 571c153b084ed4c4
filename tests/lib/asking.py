# SPDX-License-Identifier: BSD-2-Clause
"""Another system's server and detour, which get the same requests: start the
one, import what it reads into the other, and ask both."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import unittest

from serving import LIMIT, Server, State, run, wait_for

METHODS = ['GET'] * 8 + ['HEAD', 'POST', 'PUT', 'OPTIONS']
BARE = (204, 304)  # answers without a body


def free_port():
    with socket.socket() as sock:
        sock.bind(('127.0.0.1', 0))
        return sock.getsockname()[1]


def any_server():
    """What takes every certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def head_of(method, target, host):
    body = 'Content-Length: 0\r\n' if method in ('POST', 'PUT') else ''
    return (f'{method} {target} HTTP/1.1\r\nHost: {host}\r\n{body}\r\n'
            ).encode('latin-1')


class Side:
    """Connections to one of the two, in plaintext and by TLS, or as if."""

    def __init__(self, plain, tls, context=None):
        self.ports, self.context = {'http': plain, 'https': tls}, context
        self.files = {}

    def connect(self, scheme):
        sock = socket.create_connection(('127.0.0.1', self.ports[scheme]),
                                        LIMIT)
        if self.context and scheme == 'https':
            sock = self.context.wrap_socket(sock)
        self.files[scheme] = sock, sock.makefile('rb')

    def once(self, scheme, head, method):
        if scheme not in self.files:
            self.connect(scheme)
        sock, file = self.files[scheme]
        sock.sendall(head)
        line = file.readline()
        if not line:
            raise ConnectionError
        status, fields = int(line.split()[1]), {}
        for line in iter(file.readline, b'\r\n'):
            if not line:
                raise ConnectionError
            name, value = line.decode('latin-1').split(':', 1)
            fields[name.lower()] = value.strip()
        if method == 'HEAD' or status in BARE:
            pass
        elif 'content-length' in fields:
            file.read(int(fields['content-length']))
        else:
            fields['connection'] = 'close'
        if 'close' in fields.get('connection', ''):
            self.close(scheme)
        return status, fields.get('location')

    def ask(self, scheme, method, target, host):
        """(status, Location); None for what closes without an answer."""
        head = head_of(method, target, host)
        for _ in range(2):
            try:
                return self.once(scheme, head, method)
            except (ConnectionError, ssl.SSLError):
                self.close(scheme)
        return None, None

    def close(self, scheme=None):
        for name in [scheme] if scheme else list(self.files):
            if name in self.files:
                sock, file = self.files.pop(name)
                file.close()
                sock.close()


class Asking(unittest.TestCase):
    """A folder, the other server in it, and detour."""

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix='detour-asking-')
        self.addCleanup(shutil.rmtree, self.dir, True)
        os.chmod(self.dir, 0o755)

    def again(self):
        """End all, and begin another one."""
        self.doCleanups()
        self.setUp()

    def write(self, name, text):
        path = os.path.join(self.dir, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w', encoding='utf-8') as out:
            out.write(text)
        return path

    def start(self, command, port):
        """Run the other server until it listens at a port."""
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait, LIMIT)
        self.addCleanup(process.terminate)

        def listens():
            if process.poll() is not None:
                self.fail(f'{command[0]} ended: {process.stderr.read()}')
            try:
                socket.create_connection(('127.0.0.1', port), 1).close()
                return True
            except OSError:
                return False
        self.assertTrue(wait_for(listens))

    def detour(self, path, *args):
        """Serve what is imported; the ports of plaintext and TLS. What import
        said is in self.named."""
        state = State('')
        self.addCleanup(state.remove)
        done = run('--state', state.path, 'import', *args, path, check=False)
        self.named = done.stderr
        self.assertEqual(done.returncode, 0, self.named)
        server = Server(state, '--listen', '127.0.0.1:0,https')
        self.addCleanup(server.stop)
        return [address[1] for address in server.addresses[:2]]

    def sides(self, path, ports, tls, *args):
        """The other server and detour, to be asked; without TLS what is asked
        for by it is asked for in plaintext."""
        ours = self.detour(path, *args)
        theirs = Side(ports[0], ports[1 if tls else 0],
                      any_server() if tls else None)
        ours = Side(ours[0], ours[1 if tls else 0])
        self.addCleanup(theirs.close)
        self.addCleanup(ours.close)
        return theirs, ours

    def kinds(self):
        """The kinds of differences that import has named."""
        line, = re.findall(r': \d+ answered otherwise \((.*)\)', self.named
                           ) or ['']
        return {item.rsplit(':', 1)[0] for item in line.split(', ')}
