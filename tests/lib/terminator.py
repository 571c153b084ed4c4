# SPDX-License-Identifier: BSD-2-Clause
"""Servers that end TLS in front of detour, as the manual says they are set up,
and a client of theirs."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile

from manual import page
from serving import LIMIT, Client, wait_for

# Of the tests alone; nobody looks whose it is, or when it ends.
PEM = '''\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgFxuiZeuWeDPDszI1
6ogowo0zuH6ETa2OwWv5RgWi7quhRANCAASE8mBelzP33hihNwDSvYGPQsicNHrJ
MX+LjizUuu5yiwVbi5YV4F2kXgApxfF17jxu0+TpB+wfU/gPZ03v1rhn
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBuzCCAWGgAwIBAgIUcf04ewjIwq4EjaoumBWU3jMSFCgwCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLb2xkLmV4YW1wbGUwIBcNMjYxMTI3MjAxNjA0WhgPMjEyNjEx
MDMyMDE2MDRaMBYxFDASBgNVBAMMC29sZC5leGFtcGxlMFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAEhPJgXpcz994YoTcA0r2Bj0LInDR6yTF/i44s1LrucosFW4uW
FeBdpF4AKcXxde48btPk6QfsH1P4D2dN79a4Z6OBijCBhzAdBgNVHQ4EFgQUwzav
TYA73w1+N+J+khw/ijSmUgIwHwYDVR0jBBgwFoAUwzavTYA73w1+N+J+khw/ijSm
UgIwDwYDVR0TAQH/BAUwAwEB/zA0BgNVHREELTArggtvbGQuZXhhbXBsZYINKi5v
bGQuZXhhbXBsZYINb3RoZXIuZXhhbXBsZTAKBggqhkjOPQQDAgNIADBFAiAOA3bP
W153c3T64B27qbUcAjgPn/DxJw5znXQQ13xSvQIhAITasc/24Z24u79vHGKUGgp5
FlYeMeVuqRY1+BZLK+i+
-----END CERTIFICATE-----
'''
FILE = '/etc/ssl/private/old.example.pem'


def example(begin):
    """The example of detour.8 that begins with this, without escapes."""
    text = page('detour.8')
    found, = re.findall(r'\.nf\n(%s.*?)\.fi\n' % re.escape(begin), text, re.S)
    return found.replace('\\-', '-').replace('\\(aq', "'")


class Terminator:
    """One in a namespace, on port 443."""
    before, begin, after = '', '', ''

    def __init__(self, space):
        self.dir = tempfile.mkdtemp(prefix='detour-tls-')
        os.chmod(self.dir, 0o755)
        self.pem = f'{self.dir}/pem'
        self.conf = f'{self.dir}/conf'
        text = self.before + example(self.begin) + self.after
        for path, text in ((self.pem, PEM), (self.conf, text)):
            with open(path, 'w', encoding='ascii') as out:
                out.write(text.replace(FILE, self.pem).replace('DIR', self.dir))
        self.process = subprocess.Popen(
            self.command(), preexec_fn=space.join, stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL)
        if not wait_for(lambda: ':443 ' in space.run('ss', '-ltnH')):
            self.stop()
            raise AssertionError('nobody listens on port 443')

    def command(self):
        raise NotImplementedError

    def stop(self):
        self.process.terminate()
        self.process.wait(LIMIT)
        shutil.rmtree(self.dir)


class Haproxy(Terminator):
    before = ('defaults\n    timeout connect 20s\n    timeout client 20s\n'
              '    timeout server 20s\n')
    begin = 'frontend tls'

    def command(self):
        return ['haproxy', '-db', '-q', '-f', self.conf]


class Nginx(Terminator):
    before = ('daemon off; pid DIR/pid; user root;\nerror_log stderr;\n'
              'events {}\nhttp {\naccess_log off;\n'
              'client_body_temp_path DIR/b; proxy_temp_path DIR/p;\n')
    begin = 'upstream detour'
    after = '}\n'

    def command(self):
        return ['nginx', '-p', self.dir, '-c', self.conf]


class TlsServer:
    """What serving.Client connects to."""

    def __init__(self, address=('127.0.0.1', 443)):
        self.address = address

    def connect(self, address=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        sock = socket.create_connection(address or self.address, LIMIT)
        return context.wrap_socket(sock, server_hostname='old.example')


def tls_client():
    return Client(TlsServer())
