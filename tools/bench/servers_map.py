# SPDX-License-Identifier: BSD-2-Clause
"""nginx and HAProxy, set up as who needs many redirects would."""

import os
import signal
import socket

from server import Contender
from process import family, wait_for
from rules import LIMIT_TARGET

MOST = 10 ** 6  # rules: with 400 bytes each and more, 10 M are too many

NGINX = '''daemon off;
user root;
worker_processes 1;
pid {dir}/pid;
error_log stderr error;
events {{
	worker_connections 8192;
	use epoll;
}}
http {{
	access_log off;
	server_tokens off;
	tcp_nodelay on;
	keepalive_timeout 60s;
	keepalive_requests 1000000000;
	client_body_temp_path {dir}/body;
	{map}
	server {{
		listen {address}:80 backlog=65535 reuseport;
		{answer}
	}}
}}
'''
NGINX_MAP = '''map_hash_max_size {size};
	map_hash_bucket_size 1024;
	map $host$uri $target {{
		default "";
		include {dir}/map;
	}}'''
NGINX_ANSWER = '''if ($target) {
			return 301 $target;
		}
		return 404;'''


class Nginx(Contender):
    key, title = 'nginx', 'nginx, map'
    binary = 'nginx'
    most = MOST

    def blocks(self):
        size = max(2048, 2 * self.rules.count)
        return NGINX_MAP.format(dir=self.dir, size=size), NGINX_ANSWER

    def configure(self, others):
        blocks = self.blocks()
        with open(f'{self.dir}/conf', 'w', encoding='ascii') as out:
            out.write(NGINX.format(dir=self.dir, address=self.address,
                                   map=blocks[0], answer=blocks[1]))
        if not self.constant:
            self.rules.table(f'{self.dir}/map', '"{}{}" "{}";\n')

    def command(self):
        # A worker outlives a killed master, but not its PID namespace.
        return ['unshare', '--pid', '--fork', '--kill-child', 'nginx', '-p',
                self.dir, '-c', f'{self.dir}/conf']

    def master(self):
        return wait_for(lambda: family(self.process.pid)[1:2])[0]

    def change(self, host, path, target):
        """Write the file anew with one other line."""
        with open(f'{self.dir}/map', encoding='ascii') as file:
            lines = file.readlines()
        source = f'"{host}{path}" '
        at = next(i for i, line in enumerate(lines) if line.startswith(source))
        lines[at] = f'{source}"{target}";\n'
        with open(f'{self.dir}/map.new', 'w', encoding='ascii') as out:
            out.writelines(lines)
        os.rename(f'{self.dir}/map.new', f'{self.dir}/map')

    def reload(self):
        os.kill(self.master(), signal.SIGHUP)

    def stop(self):
        """Until it answers it has no handler, so that a signal does not end
        the first process of a PID namespace."""
        if self.process and self.process.poll() is None:
            os.kill(self.master(), signal.SIGTERM if self.took
                    else signal.SIGKILL)
        super().stop()


class NginxReturn(Nginx):
    key, title = 'nginx-return', 'nginx, return'
    constant = beside = True

    def blocks(self):
        return '', f'return 301 {LIMIT_TARGET};'


HAPROXY = '''global
	nbthread 1
	maxconn 8000
	stats socket {dir}/s level admin
defaults
	mode http
	backlog 65535
	timeout client 60s
	timeout server 60s
	timeout connect 5s
	timeout http-request 10s
	timeout http-keep-alive 60s
frontend redirects
	bind {address}:80
	http-request set-var(txn.to) base,map_str({dir}/map)
	http-request deny deny_status 404 unless {{ var(txn.to) -m found }}
	http-request redirect location %[var(txn.to)] code 301
'''


class Haproxy(Contender):
    key, title = 'haproxy', 'HAProxy, map_str'
    binary = 'haproxy'
    most = MOST

    def configure(self, others):
        with open(f'{self.dir}/conf', 'w', encoding='ascii') as out:
            out.write(HAPROXY.format(dir=self.dir, address=self.address))
        self.rules.table(f'{self.dir}/map', '{}{} {}\n')

    def command(self):
        return ['haproxy', '-db', '-f', f'{self.dir}/conf']

    def set(self, host, path, target):
        """`set map` on the runtime socket: its best."""
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(f'{self.dir}/s')
            sock.sendall(f'set map {self.dir}/map {host}{path} {target}\n'
                         .encode('ascii'))
            return sock.recv(4096)
