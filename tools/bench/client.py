# SPDX-License-Identifier: BSD-2-Clause
"""A plain client, to see whether and what a server answers."""

import socket

LIMIT = 10  # seconds for any answer


def request(host, path, close=False):
    text = (f'GET {path} HTTP/1.1\r\nHost: {host}\r\n'
            'User-Agent: x\r\nAccept: */*\r\n')
    return (text + ('Connection: close\r\n' if close else '') +
            '\r\n').encode('ascii')


class Client:
    """A connection that reads answers one by one."""

    def __init__(self, address, limit=LIMIT):
        self.sock = socket.create_connection((address, 80), limit)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.sock.makefile('rb')

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()

    def close(self):
        self.file.close()
        self.sock.close()

    def answer(self):
        """Status and Location (None without one)."""
        words = self.file.readline().split()
        if len(words) < 2:
            raise OSError('connection closed without an answer')
        location, size = None, 0
        while line := self.file.readline().strip():
            name, _, value = line.partition(b':')
            if name.lower() == b'location':
                location = value.strip().decode('latin-1')
            elif name.lower() == b'content-length':
                size = int(value)
        self.file.read(size)
        return int(words[1]), location

    def ask(self, host, path, close=False):
        self.sock.sendall(request(host, path, close))
        return self.answer()


def ask(address, host, path, limit=LIMIT):
    """One request on a connection of its own."""
    with Client(address, limit) as client:
        return client.ask(host, path, close=True)


def wrong_answers(address, lines, once):
    """Ask (host, path, target) for each line, on connections of their own
    (once), or all on one, pipelined by 16; the first wrong answer as text."""
    for at in range(0, len(lines), 16):
        batch = lines[at:at + 16]
        if once:
            got = [ask(address, *line[:2]) for line in batch]
        else:
            with Client(address) as client:
                client.sock.sendall(b''.join(request(*line[:2])
                                             for line in batch))
                got = [client.answer() for _ in batch]
        for line, answer in zip(batch, got):
            if answer != (301, line[2]):
                return f'{line[0]}{line[1]}: {answer}, not 301 {line[2]}'
    return None
