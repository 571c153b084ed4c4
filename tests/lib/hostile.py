# SPDX-License-Identifier: BSD-2-Clause
"""Servers that answer what a test says, whatever that is, and keep what they
were asked; and nginx with a configuration."""

import os
import shutil
import socket
import subprocess
import tempfile
import threading

from serving import LIMIT, wait_for


class Hostile:
    """answer(head) gives the bytes that are sent for a request's head, of which
    None means to send nothing and wait; or what iterates over pieces of them.
    The connection is kept if keeps(head) is true."""

    def __init__(self, answer, keeps=lambda head: False):
        self.answer, self.keeps = answer, keeps
        self.heads, self.connections, self.ended = [], 0, False
        self.lock = threading.Lock()
        self.socks = []
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=512)
        self.port = self.listener.getsockname()[1]
        self.address = f'127.0.0.1:{self.port}'
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                self.connections += 1
                self.socks.append(sock)
            threading.Thread(target=self.serve, args=(sock,),
                             daemon=True).start()

    def head(self, sock, kept):
        while b'\r\n\r\n' not in kept:
            part = sock.recv(65536)
            if not part:
                return None, b''
            kept += part
        head, _, kept = kept.partition(b'\r\n\r\n')
        return head, kept

    def serve(self, sock):
        kept = b''
        try:
            while True:
                head, kept = self.head(sock, kept)
                if head is None:
                    break
                with self.lock:
                    self.heads.append(head)
                answer = self.answer(head)
                if answer is None:
                    sock.recv(1)  # its end
                    break
                for part in ([answer] if isinstance(answer, bytes) else answer):
                    sock.sendall(part)
                if not self.keeps(head):
                    break
        except OSError:
            pass
        sock.close()

    def stop(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for sock in self.socks:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def free_ports(count):
    socks = [socket.create_server(('127.0.0.1', 0)) for _ in range(count)]
    ports = [sock.getsockname()[1] for sock in socks]
    for sock in socks:
        sock.close()
    return ports


MAIN = '''daemon off; worker_processes 1; pid DIR/pid; error_log DIR/error.log;
user root; events { worker_connections 256; }
http { access_log off; port_in_redirect off; keepalive_requests 7;
       map_hash_bucket_size 256; map_hash_max_size 65536;
       client_body_temp_path DIR/t1; proxy_temp_path DIR/t2;
       fastcgi_temp_path DIR/t3; uwsgi_temp_path DIR/t4;
       scgi_temp_path DIR/t5;
'''


class Nginx:
    """One with the text of servers, in which DIR is its folder, and what else is
    to be written there."""

    def __init__(self, text, port, **files):
        self.dir = tempfile.mkdtemp(prefix='detour-verify-')
        os.chmod(self.dir, 0o755)
        files['conf'] = (MAIN + text + '}\n').replace('DIR', self.dir)
        for name, content in files.items():
            with open(f'{self.dir}/{name}', 'w', encoding='utf-8') as out:
                out.write(content)
        self.process = subprocess.Popen(
            ['nginx', '-p', self.dir, '-c', f'{self.dir}/conf', '-e',
             f'{self.dir}/error.log'], stderr=subprocess.PIPE, text=True)
        self.port = port
        if not wait_for(self.listens):
            raise AssertionError('nginx does not listen')

    def listens(self):
        if self.process.poll() is not None:
            raise AssertionError('nginx ended: ' + self.process.stderr.read())
        try:
            socket.create_connection(('127.0.0.1', self.port), 1).close()
            return True
        except OSError:
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait(LIMIT)
        self.process.stderr.close()
        shutil.rmtree(self.dir)
