# SPDX-License-Identifier: BSD-2-Clause
"""Debian's Apache with a configuration of its own, and requests for it."""

import os
import shutil
import socket
import subprocess
import tempfile
from urllib.parse import unquote_to_bytes

from asking import Side, free_port
from serving import wait_for

APACHE = shutil.which('apache2') or '/usr/sbin/apache2'
MODULES = '/usr/lib/apache2/modules'

FRAME = '''
ServerRoot {dir}
PidFile {dir}/pid
ErrorLog {dir}/error
Listen 127.0.0.1:{port}
ServerName fallback.example
{modules}
StartServers 1
DocumentRoot {dir}/www
<Directory {dir}/www>
AllowOverride All
Require all granted
</Directory>
'''


class Apache:
    def __init__(self, text, htaccess=None, files=()):
        self.dir = tempfile.mkdtemp(prefix='detour-apache-')
        os.chmod(self.dir, 0o755)
        for name in ('www', 'conf.d'):
            os.mkdir(f'{self.dir}/{name}')
        self.port = free_port()
        for name, data in files:
            self.write(name, data)
        modules = ''.join(
            f'LoadModule {name}_module {MODULES}/mod_{name}.so\n'
            for name in ('mpm_event', 'alias', 'rewrite', 'authz_core'))
        fill = {'dir': self.dir, 'port': self.port, 'modules': modules}
        if htaccess is not None:
            self.write('www/.htaccess', htaccess)
        self.conf = self.write('site.conf', text(fill) if text else '')
        self.main = self.write('apache2.conf', FRAME.format(**fill) +
                               f'Include {self.conf}\n')
        self.process = subprocess.Popen(
            [APACHE, '-f', self.main, '-DFOREGROUND'],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if not wait_for(self.answers):
            self.process.terminate()
            said = self.process.stderr.read()
            self.stop()
            raise AssertionError(said)

    def write(self, name, data):
        path = f'{self.dir}/{name}'
        with open(path, 'w', encoding='utf-8') as file:
            file.write(data)
        os.chmod(path, 0o644)
        return path

    def answers(self):
        try:
            socket.create_connection(('127.0.0.1', self.port)).close()
            return True
        except OSError:
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stderr.close()
        shutil.rmtree(self.dir, ignore_errors=True)


class Redirects(Side):
    """What is asked for redirects alone."""

    def __init__(self, port):
        super().__init__(port, port)

    def redirect(self, method, host, target):
        """(status, Location); None for what is no answer of a redirect."""
        status, location = self.ask('http', method, target, host)
        if status is None:
            raise AssertionError(f'no answer: {method} {host} {target}')
        return (status, location) if 300 <= status < 400 or status == 410 \
            else None


def variants(rng, path):
    """A path, and others that are like it."""
    kind = rng.randrange(12)
    if kind < 4:
        return path
    if kind == 4:
        return path + '/'
    if kind == 5:
        return path.rstrip('/') or '/'
    if kind == 6:
        return path.swapcase()
    if kind == 7 and len(path) > 1:
        at = rng.randrange(1, len(path))
        return path[:at] + '%%%02x' % ord(path[at]) + path[at + 1:] \
            if path[at].isalnum() else path
    if kind == 8:
        return path + rng.choice(['x', '/x', '/x/y', '.html', '%20z', '/a%2Bb',
                                  '/%C3%A9', '/a+b', "/it's", '/a;b', '/(x)'])
    if kind == 9:
        return rng.choice(['/./', '/a/../']) + path[1:]
    if kind == 10:
        return path.replace('/', '//', 1) + rng.choice(['', '//y'])
    return path[:-1] or '/'


def request(rng, hosts, paths):
    path = variants(rng, rng.choice(paths))
    query = rng.choice(['', '', '', '?', '?a=1', '?id=7', '?id=8', '?x=2&id=8',
                        '?id=77', '?a=%20b&c', "?q=it's"])
    return (rng.choice(['GET', 'GET', 'GET', 'HEAD', 'POST']),
            rng.choice(hosts), path + query)


def plain(answer):
    """Escapes that name the same bytes are the same where the import said
    that the path is escaped anew."""
    if answer and answer[1]:
        return answer[0], unquote_to_bytes(answer[1].encode('latin-1'))
    return answer
