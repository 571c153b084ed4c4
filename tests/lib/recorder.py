# SPDX-License-Identifier: BSD-2-Clause
"""A fallback that keeps what it was sent, and says whether that is exactly one
request of RFC 9112; and a relay, through which servers can be led in circles."""

import re
import socket
import threading

from serving import LIMIT, wait_for

TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
TEXT = rb'[\t\x20-\x7e\x80-\xff]*'
LINE = re.compile(rb'(' + TOKEN + rb') ([\x21-\x7e\x80-\xff]+) HTTP/1\.[01]')
FIELD = re.compile(rb'(' + TOKEN + rb'):[ \t]*(' + TEXT + rb'?)[ \t]*')
QUOTED = rb'"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"'
BLANK = rb'[ \t]*'
CHUNK = re.compile(rb'([0-9A-Fa-f]+)(?:' + BLANK + rb';' + BLANK + TOKEN +
                   rb'(?:' + BLANK + rb'=' + BLANK + rb'(?:' + TOKEN + rb'|' +
                   QUOTED + rb'))?)*')
HOP = {b'keep-alive', b'proxy-connection', b'te', b'http2-settings'}


class Broken(Exception):
    """It is no request, and cannot become one."""


def need(true, what):
    if not true:
        raise Broken(what)


def take_line(data, at):
    """A line that CRLF ends, and where the next one is; None: not all there."""
    end = data.find(b'\n', at)
    if end < 0:
        return None, at
    need(data[end - 1:end] == b'\r' and end > at, f'line end at {end}')
    return data[at:end - 1], end + 1


def take_fields(data, at):
    fields = []
    while True:
        line, at = take_line(data, at)
        if line is None:
            return None, at
        if not line:
            return fields, at
        match = FIELD.fullmatch(line)
        need(match, line)
        fields.append((match[1].lower(), match[2]))


def take_chunks(data, at):
    while True:
        line, at = take_line(data, at)
        if line is None:
            return None
        match = CHUNK.fullmatch(line)
        need(match, line)
        size = int(match[1], 16)
        need(size < 1 << 31, line)
        if not size:
            fields, at = take_fields(data, at)
            return None if fields is None else at
        need(data[at + size:at + size + 2] in (b'', b'\r', b'\r\n'), 'size')
        at += size + 2
        if at > len(data):
            return None


class Request:
    """What a strict server makes of bytes: Broken, or complete or not."""

    def __init__(self, data):
        self.data, self.complete, self.fields = data, False, []
        line, at = take_line(data, 0)
        if line is None:
            return
        match = LINE.fullmatch(line)
        need(match, line)
        self.method, self.target = match[1], match[2]
        self.version = line[-3:]
        fields, at = take_fields(data, at)
        if fields is None:
            return
        self.fields = fields
        self.head, self.body = data[:at], data[at:]
        self.check()
        end = self.end(at)
        self.complete = end is not None and end <= len(data)
        need(not self.complete or end == len(data), 'more than one request')

    def all(self, name):
        return [value for key, value in self.fields if key == name]

    def check(self):
        hosts = self.all(b'host')
        need(len(hosts) == 1 or (not hosts and self.version == b'1.0'), hosts)
        need(not self.target.startswith(b'*') or self.target == b'*', 'target')
        need(self.target[:1] == b'/' or (
            self.method == b'OPTIONS' and self.target == b'*'), self.target)
        for name, value in self.fields:
            need(name not in HOP, name)
            need(name != b'connection' or value in (
                b'close', b'keep-alive', b'upgrade', b'close, upgrade',
                b'keep-alive, upgrade'), value)
        need(len(self.all(b'connection')) <= 1, 'Connection twice')

    def end(self, at):
        lengths, codings = (self.all(b'content-length'),
                            self.all(b'transfer-encoding'))
        need(len(lengths) + len(codings) <= 1, 'framing')
        if codings:
            need(codings == [b'chunked'] and self.version != b'1.0', codings)
            return take_chunks(self.data, at)
        if not lengths:
            return at
        need(re.fullmatch(rb'\d+', lengths[0]), lengths)
        return at + int(lengths[0])


class Accepting:
    """Serves each connection to its listener in a thread of its own; begun() is
    called before it."""

    def start(self, address='127.0.0.1', port=0):
        family = socket.AF_INET6 if ':' in address else socket.AF_INET
        self.listener = socket.create_server((address, port), family=family,
                                             backlog=128)
        self.port = self.listener.getsockname()[1]
        self.name = f'{address}:{self.port}'
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            self.begun()
            threading.Thread(target=self.serve, args=(sock,),
                             daemon=True).start()

    def close(self):
        # A thread in accept() keeps the socket otherwise.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


class Recorder(Accepting):
    """Answers each request with an empty 200 as soon as it is complete, and
    keeps what came until the connection ended."""

    def __init__(self, address='127.0.0.1', port=0):
        self.seen = []  # what connections have brought, those that ended
        self.open = 0
        self.start(address, port)

    def begun(self):
        self.open += 1

    def serve(self, sock):
        data, answered = b'', False
        sock.settimeout(LIMIT)
        try:
            while True:
                part = sock.recv(65536)
                if not part:
                    break
                data += part
                if not answered and self.complete(data):
                    answered = True
                    sock.sendall(b'HTTP/1.1 200 OK\r\n'
                                 b'Content-Length: 0\r\n\r\n')
        except OSError:
            pass
        finally:
            sock.close()
            self.seen.append(data)
            self.open -= 1

    @staticmethod
    def complete(data):
        try:
            return Request(data).complete
        except Broken:
            return True

    def take(self):
        """What came since the last call, when all connections have ended."""
        wait_for(lambda: not self.open)
        seen, self.seen = self.seen, []
        return seen


class Relay(Accepting):
    """Passes connections on, and counts them."""

    def __init__(self):
        self.count = 0
        self.to = None
        self.start()

    def begun(self):
        self.count += 1

    def serve(self, sock):
        with sock, socket.create_connection(self.to, LIMIT) as other:
            back = threading.Thread(target=self.copy, args=(other, sock))
            back.start()
            self.copy(sock, other)
            back.join()

    @staticmethod
    def copy(source, target):
        try:
            for part in iter(lambda: source.recv(65536), b''):
                target.sendall(part)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
