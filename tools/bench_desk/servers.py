# SPDX-License-Identifier: BSD-2-Clause
"""nginx and HAProxy with the same redirects as a map: what it takes to check
them, and until a reload answers from a changed one."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import time

from formats import FORMATS, HOST, pairs
from measure import run

WAIT = 120  # seconds

NGINX = '''
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/log crit;
events {{ worker_connections 64; }}
http {{
    access_log off;
    map_hash_max_size {size};
    map_hash_bucket_size 256;
    map $host$uri $moved {{ default ""; include {folder}/map; }}
    server {{
        listen 127.0.0.1:{port};
        if ($moved) {{ return 301 $moved; }}
        return 404;
    }}
}}
'''

HAPROXY = '''
global
    maxconn 64
defaults
    mode http
    timeout client 60s
    timeout server 60s
    timeout connect 60s
frontend web
    bind 127.0.0.1:{port}
    http-request redirect code 301 location \
%[base,map_str({folder}/map)] if {{ base,map_str({folder}/map) -m found }}
    http-request return status 404
'''


def free_port():
    with socket.socket() as one:
        one.bind(('127.0.0.1', 0))
        return one.getsockname()[1]


class Server:
    """One of them, with its map, in a folder of its own."""

    def __init__(self, folder, count):
        self.folder, self.port = folder, free_port()
        self.path = next(pairs(count))[0]
        os.chmod(folder, 0o755)
        self.config = os.path.join(folder, 'config')
        with open(self.config, 'w', encoding='ascii') as out:
            out.write(self.text.format(folder=folder, port=self.port,
                                       size=2 * count))
        FORMATS[self.format].write(os.path.join(folder, 'map'), count)
        self.process = None

    def check(self):
        return run(self.check_args())

    def location(self):
        link = http.client.HTTPConnection('127.0.0.1', self.port, timeout=WAIT)
        try:
            link.request('GET', self.path, headers={'Host': HOST})
            return link.getresponse().getheader('Location')
        except OSError:
            return None
        finally:
            link.close()

    def until(self, answers):
        """Wait until an answer is right; gives the time that takes."""
        since = time.monotonic()
        while not answers(self.location()):
            if time.monotonic() - since > WAIT or (
                    self.process.poll() is not None):
                raise SystemExit('%s does not answer' % self.name)
            time.sleep(.02)
        return time.monotonic() - since

    def start(self):
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen(self.start_args(),
                                        stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        self.until(lambda location: location)
        time.sleep(1)  # HAProxy's master takes no signal before

    def reload(self):
        """Change the target of one redirect, and wait for it."""
        path = os.path.join(self.folder, 'map')
        with open(path, encoding='ascii') as file:
            first = file.readline()
            with open(path + '.new', 'w', encoding='ascii') as out:
                out.write(first.replace('new.example', 'changed.example'))
                shutil.copyfileobj(file, out)
        os.rename(path + '.new', path)
        self.process.send_signal(self.reload_signal)
        return self.until(lambda location: location and 'changed' in location)

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()


class Nginx(Server):
    name, format, text = 'nginx', 'nginx-map', NGINX
    reload_signal = signal.SIGHUP

    def check_args(self):
        return ['nginx', '-t', '-q', '-c', self.config]

    def start_args(self):
        return ['nginx', '-c', self.config]


class Haproxy(Server):
    name, format, text = 'HAProxy', 'haproxy-map', HAPROXY
    reload_signal = signal.SIGUSR2

    def check_args(self):
        return ['haproxy', '-c', '-q', '-f', self.config]

    def start_args(self):
        return ['haproxy', '-W', '-f', self.config]


SERVERS = Nginx, Haproxy
