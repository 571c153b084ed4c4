# SPDX-License-Identifier: BSD-2-Clause
"""Sockets that a service manager holds for servers (sd_listen_fds(3))."""

import fcntl
import os
import socket
import subprocess

from serving import DETOUR, LIMIT

FIRST = 3  # descriptor that is given
ASIDE = 100  # from where they are moved to it

# What a service manager does between fork() and exec().
GIVE = ('i=3; for fd in $GIVEN; do eval "exec $i<&$fd $fd<&-"; i=$((i + 1)); '
        'done; unset GIVEN; export LISTEN_PID=${OTHER_PID:-$$}; exec "$@"')


def tcp(address='127.0.0.1', backlog=4096):
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    sock = socket.socket(family)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    sock.bind((address, 0))
    sock.listen(backlog)
    return sock


def path(name, backlog=4096):
    sock = socket.socket(socket.AF_UNIX)
    sock.bind(name)
    sock.listen(backlog)
    return sock


class Given:
    """What a command is started with that gets these files: words in front of
    it, and what subprocess is told."""

    def __init__(self, files, names, pid=None, count=None):
        self.fds = [fcntl.fcntl(file, fcntl.F_DUPFD, ASIDE) for file in files]
        self.before = ('bash', '-c', GIVE, 'give')
        self.env = {**os.environ, 'GIVEN': ' '.join(map(str, self.fds)),
                    'LISTEN_FDS': str(len(files) if count is None else count)}
        if names is not None:
            self.env['LISTEN_FDNAMES'] = ':'.join(names)
        if pid is not None:
            self.env['OTHER_PID'] = str(pid)

    def __enter__(self):
        return {'before': self.before, 'env': self.env, 'pass_fds': self.fds}

    def __exit__(self, *args):
        for fd in self.fds:
            os.close(fd)


def start(state, files, names, *args, **kwargs):
    """Run a server that does not start: what became of it."""
    with Given(files, names, **kwargs) as given:
        before = given.pop('before')
        return subprocess.run(
            [*before, DETOUR, '--state', state, 'serve', *args],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            timeout=LIMIT, check=False, **given)
