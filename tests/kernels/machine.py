# SPDX-License-Identifier: BSD-2-Clause
"""A kernel under QEMU, which emulates the processor, and a network namespace
with a tap for each of its cards. What runs there speaks by a serial port:
"R NAME CODE TEXT" is a result, "H COMMAND" is for this side of the cards."""

import os
import socket
import subprocess
import tempfile
import threading
import time

MOST = 3600  # seconds for a kernel


def command(*args, **kwargs):
    return subprocess.run(args, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          **kwargs)


class Wires:
    """A card is MODEL[/OPTION...], as QEMU calls them."""

    def __init__(self, cards):
        self.cards = cards
        self.space = f'kernels{os.getpid()}'
        command('ip', 'netns', 'add', self.space, check=True)
        self.run('ip', 'link', 'set', 'lo', 'up')
        for n in range(1, len(cards) + 1):
            self.run('ip', 'tuntap', 'add', f'c{n}', 'mode', 'tap', 'vnet_hdr')
            self.run('ip', 'address', 'add', f'10.78.{n}.2/24', 'dev', f'c{n}')
            self.run('ip', 'address', 'add', f'fd78:{n}::2/64', 'dev',
                     f'c{n}', 'nodad')
            self.run('ip', 'link', 'set', f'c{n}', 'up')

    def run(self, *args):
        command('ip', 'netns', 'exec', self.space, *args, check=True)

    def ask(self, text):
        try:
            done = command('ip', 'netns', 'exec', self.space, 'sh', '-c', text,
                           timeout=250, start_new_session=True)
        except subprocess.TimeoutExpired:
            return 'timed out', 124
        return done.stdout.decode('utf-8', 'replace'), done.returncode

    def arguments(self):
        args = []
        for n, card in enumerate(self.cards, 1):
            model, *options = card.split('/')
            args += ['-netdev',
                     f'tap,id=n{n},ifname=c{n},script=no,downscript=no',
                     '-device', ','.join([
                         model, f'netdev=n{n}', 'romfile=',
                         f'mac=52:54:00:78:00:{n:02x}', *options])]
        return args

    def close(self):
        command('ip', 'netns', 'del', self.space)


class Machine:
    def __init__(self, emulator, log, cpus):
        self.emulator, self.log, self.cpus = emulator, log, cpus
        self.results = []

    def arguments(self, image, initrd, append, port):
        # Without the check, a busy machine's late timer ends the boot.
        share = f'{self.emulator}/usr/share'
        return ['nice', '-n', os.environ.get('QEMU_NICE', '10'),
                f'{self.emulator}/usr/bin/qemu-system-x86_64',
                '-L', f'{share}/qemu', '-L', f'{share}/seabios',
                '-M', 'q35', '-accel', 'tcg,thread=multi', '-cpu', 'max',
                '-smp', str(self.cpus), '-m', '1536M', '-display', 'none',
                '-no-reboot', '-nodefaults', '-kernel', image, '-initrd',
                initrd, '-append',
                'console=ttyS0 panic=-1 quiet loglevel=4 no_timer_check '
                f'random.trust_cpu=on {append}',
                '-serial', f'file:{self.log}', '-chardev',
                f'socket,id=port,path={port},server=on,wait=off',
                '-serial', 'chardev:port']

    def run(self, image, initrd, append, wires):
        """[(name, code, text)]; the last is 'end', not 0 if it did not come
        to its end."""
        libraries = [f'{self.emulator}/usr/lib/x86_64-linux-gnu',
                     f'{self.emulator}/lib/x86_64-linux-gnu']
        with tempfile.TemporaryDirectory() as place:
            port = f'{place}/port'
            args = self.arguments(image, initrd, append, port)
            with subprocess.Popen(
                    ['ip', 'netns', 'exec', wires.space, 'env',
                     f'LD_LIBRARY_PATH={":".join(libraries)}', *args,
                     *wires.arguments()], stdin=subprocess.DEVNULL) as process:
                timer = threading.Timer(MOST, process.kill)
                timer.start()
                try:
                    self.listen(process, port, wires)
                    process.wait(60)
                finally:
                    timer.cancel()
                    process.kill()
        if not self.results or self.results[-1][0] != 'end':
            self.results.append(('end', 1, 'the kernel did not come to it'))
        return self.results

    def listen(self, process, path, wires):
        port = socket.socket(socket.AF_UNIX)
        while process.poll() is None:
            try:
                port.connect(path)
                break
            except OSError:
                time.sleep(0.1)
        else:
            return
        with port, port.makefile('r', errors='replace') as lines:
            for line in lines:
                kind, _, text = line.strip().partition(' ')
                if kind == 'H':
                    out, code = wires.ask(text)
                    for shown in out.splitlines():
                        port.sendall(f'O {shown}\n'.encode())
                    port.sendall(f'E {code}\n'.encode())
                elif kind == 'R':
                    self.take(text)

    def take(self, text):
        name, code, *text = text.split(' ', 2)
        self.results.append((name, int(code), ''.join(text)))
        mark = 'ok  ' if code == '0' else 'FAIL'
        print(f'  {mark} {name}: {"".join(text)[:300]}', flush=True)
