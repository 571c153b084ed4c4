# SPDX-License-Identifier: BSD-2-Clause
"""Servers that end TLS in front of detour, as detour-https(7) says they are set
up, on free ports of a loopback address."""

import os
import re
import shutil
import socket
import subprocess
import tempfile

from manual import page
from serving import LIMIT, wait_for

FILE = '/etc/ssl/private/old.example.pem'
NAMES = 'DNS:old.example,DNS:other.example,DNS:none.example'


def example(begin):
    """The example of the page that begins with this, without escapes."""
    text = page('detour-https.7')
    found, = re.findall(r'\.nf\n(%s.*?)\.fi\n' % re.escape(begin), text, re.S)
    return found.replace('\\-', '-').replace('\\(aq', "'")


def free_port():
    with socket.socket() as sock:
        sock.bind(('127.0.0.1', 0))
        return sock.getsockname()[1]


def certificate(folder):
    """A key and a certificate in one file."""
    path, key = f'{folder}/pem', f'{folder}/key'
    subprocess.run(
        ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
         'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj',
         '/CN=old.example', '-addext', f'subjectAltName={NAMES}', '-keyout',
         key, '-out', path], check=True, capture_output=True, timeout=LIMIT)
    with open(path, 'a', encoding='ascii') as out, \
            open(key, encoding='ascii') as file:
        out.write(file.read())
    return path


class Front:
    """A running one. to: what the page's addresses stand for."""
    command = ()  # CONF and DIR stand for the paths
    begin = ''    # of the example
    before = after = ''
    port_text = '443'
    replace = ()
    versions = '1.1', '2'  # of HTTP that it speaks
    proxy = True  # the PROXY protocol, with detour

    def __init__(self, to):
        self.dir = tempfile.mkdtemp(prefix='detour-front-')
        os.chmod(self.dir, 0o755)
        self.pem = certificate(self.dir)
        self.port = free_port()
        text = self.text()
        for name, address in to.items():
            text = text.replace(name, address)
        with open(f'{self.dir}/conf', 'w', encoding='ascii') as out:
            out.write(text)
        with open(f'{self.dir}/err', 'w', encoding='ascii') as err:
            self.process = subprocess.Popen(
                [self.fill(word) for word in self.command], stdout=err,
                stderr=err, stdin=subprocess.DEVNULL,
                env={**os.environ, 'HOME': self.dir,
                     'XDG_DATA_HOME': self.dir, 'XDG_CONFIG_HOME': self.dir})
        if not wait_for(self.listens):
            said = self.said()
            self.stop()
            raise AssertionError(f'{self.command[0]} does not listen: {said}')

    def fill(self, text):
        return text.replace('CONF', f'{self.dir}/conf').replace(
            'DIR', self.dir).replace('PORT', str(self.port))

    def text(self):
        text = example(self.begin)
        for old, new in ((FILE, self.pem), (self.port_text, self.port_new),
                         *self.replace):
            if old not in text:
                raise AssertionError(f'{old!r} is not in the example')
            text = text.replace(old, self.fill(new))
        return self.fill(self.before) + text + self.fill(self.after)

    @property
    def port_new(self):
        return 'PORT'

    def listens(self):
        if self.process.poll() is not None:
            return True
        try:
            socket.create_connection(('127.0.0.1', self.port), 1).close()
            return True
        except OSError:
            return False

    def said(self):
        with open(f'{self.dir}/err', encoding='utf-8') as file:
            return file.read()[-2000:]

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(LIMIT)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(LIMIT)
        shutil.rmtree(self.dir, ignore_errors=True)


class Hitch(Front):
    begin = 'frontend = '
    port_text, port_new = '[*]:443', '[127.0.0.1]:PORT'
    command = 'hitch', '--config=CONF'
    after = 'daemon = off\nworkers = 2\nquiet = on\n'
    versions = '1.1',


class Haproxy(Front):
    begin = 'frontend tls'
    before = ('defaults\n    timeout connect 20s\n    timeout client 20s\n'
              '    timeout server 20s\n')
    port_text, port_new = ':443', '127.0.0.1:PORT'
    command = 'haproxy', '-db', '-q', '-f', 'CONF'


NGINX = ('daemon off; pid DIR/pid; user root;\nerror_log stderr;\n'
         'events {}\n')


class NginxStream(Front):
    begin = 'stream {'
    before = ('load_module /usr/lib/nginx/modules/ngx_stream_module.so;\n' +
              NGINX)
    port_text, port_new = 'listen 443', 'listen 127.0.0.1:PORT'
    command = 'nginx', '-p', 'DIR', '-c', 'CONF'
    versions = '1.1',


class NginxHttp(Front):
    begin = 'upstream detour'
    before = (NGINX + 'http {\naccess_log off; client_body_temp_path DIR/b; '
              'proxy_temp_path DIR/p;\n')
    after = '}\n'
    port_text, port_new = 'listen 443', 'listen 127.0.0.1:PORT'
    command = 'nginx', '-p', 'DIR', '-c', 'CONF'
    proxy = False


class Stunnel(Front):
    begin = '[https]'
    before = 'foreground = yes\npid =\n'
    port_text, port_new = 'accept = 443', 'accept = 127.0.0.1:PORT'
    command = 'stunnel4', 'CONF'
    versions = '1.1',


class Caddy(Front):
    """With on-demand TLS by an authority of its own."""
    begin = '{\n    on_demand_tls'
    port_text, port_new = 'https:// {', 'https://:PORT {\n    bind 127.0.0.1'
    replace = (
        ('        on_demand\n', '        on_demand\n'
         '        issuer internal\n'),
        ('{\n    on_demand_tls', '{\n    admin off\n    skip_install_trust\n'
         '    auto_https disable_redirects\n    https_port PORT\n'
         '    on_demand_tls'))
    command = 'caddy', 'run', '--config', 'CONF', '--adapter', 'caddyfile'
    proxy = False

    def text(self):
        text = example(self.begin)
        for old, new in ((self.port_text, self.port_new), *self.replace):
            if old not in text:
                raise AssertionError(f'{old!r} is not in the example')
            text = text.replace(old, self.fill(new), 1)
        return text
