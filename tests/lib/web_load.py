# SPDX-License-Identifier: BSD-2-Clause
"""A server under half of the load that it can bear, and somebody who asks for the
page beside it. As a program, its figures: web_load.py RULES SECONDS"""

import http.client
import os
import re
import subprocess
import sys
import tempfile
import threading
import time

from browsing import Web
from serving import DETOUR, Server, State

CONNECTIONS = 200
PATHS = '/', '/live.json', '/metrics', '/readyz', '/ask?domain=old.example'
EACH = 100  # requests for the page a second


def state(rules):
    made = State()
    with tempfile.NamedTemporaryFile('w', suffix='.rules') as file:
        for i in range(rules):
            file.write(f'old.example/page/{i} https://new.example/{i} 301\n')
        file.flush()
        subprocess.run([DETOUR, '--state', made.path, 'import', file.name],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       check=True)
    return made


class Load:
    """wrk, for one second or more; as fast as it goes, or so many a second."""

    def __init__(self, server, seconds, rules, rate=None):
        self.script = tempfile.NamedTemporaryFile('w', suffix='.lua')
        self.script.write(
            'local n = 0\nfunction request()\n'
            f'  n = (n * 1103515245 + 12345) % 2147483648\n'
            f'  return wrk.format("GET", "/page/" .. n % {rules},'
            ' {Host="old.example"})\nend\n')
        if rate:
            self.script.write('function delay() return '
                              f'{round(1000 * CONNECTIONS / rate)} end\n')
        self.script.flush()
        self.process = subprocess.Popen(
            ['wrk', '-t1', f'-c{CONNECTIONS}', f'-d{seconds}s', '--latency',
             '-s', self.script.name,
             f'http://{server.address[0]}:{server.address[1]}/'],
            stdout=subprocess.PIPE, text=True)

    def wait(self):
        out = self.process.communicate()[0]
        self.script.close()
        unit = {'us': 1e-3, 'ms': 1, 's': 1e3}
        late = re.search(r'99%\s+([\d.]+)(us|ms|s)', out)
        self.rate = float(re.search(r'Requests/sec:\s+([\d.]+)', out)[1])
        self.p99 = float(late[1]) * unit[late[2]] if late else None
        self.failed = re.findall(r'Socket errors.*|Non-2xx.*', out)
        return self


class Asking:
    """Somebody who asks for pages, EACH a second, on connections that stay."""

    def __init__(self, web, threads=4):
        self.web, self.late, self.failed = web, [], []
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self.work, args=(i, threads))
                        for i in range(threads)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *args):
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def work(self, number, threads):
        client = http.client.HTTPConnection(*self.web.address, timeout=60)
        due = time.monotonic()
        while not self.stopped.is_set():
            path = PATHS[number % len(PATHS)]
            number += 1
            begun = time.monotonic()
            try:
                client.request('GET', path)
                answer = client.getresponse()
                body = answer.read()
                if answer.status != 200 or not body:
                    self.failed.append((path, answer.status))
            except (OSError, http.client.HTTPException) as error:
                self.failed.append((path, repr(error)))
                client.close()
            self.late.append((time.monotonic() - begun) * 1000)
            due += threads / EACH
            self.stopped.wait(max(0, due - time.monotonic()))
        client.close()

    def p99(self):
        return sorted(self.late)[len(self.late) * 99 // 100]


def measure(rules, seconds, told=lambda *words: None):
    """(failures of the server, of the page): none at all. told() gets figures."""
    made = state(rules)
    server = web = None
    try:
        server = Server(made)
        most = Load(server, max(1, seconds // 3), rules).wait()
        told(f'{rules} rules; at most {most.rate:.0f} answers/s')
        alone = Load(server, seconds, rules, most.rate / 2).wait()
        told(f'half of it alone: {alone.rate:.0f}/s, p99 {alone.p99:.2f} ms')
        web = Web(made)
        with Asking(web) as asking:
            beside = Load(server, seconds, rules, most.rate / 2).wait()
        told(f'beside the page:   {beside.rate:.0f}/s, p99 '
             f'{beside.p99:.2f} ms')
        told(f'the page: {len(asking.late) / seconds:.0f}/s, p99 '
             f'{asking.p99():.2f} ms')
        told('CPU of detour web: %.1f%%' % (
            (cpu(web.process.pid) + cpu(web.gatherer())) / seconds * 100))
        return most.failed + alone.failed + beside.failed, asking.failed, \
            len(asking.late)
    finally:
        if web:
            web.stop()
        if server:
            server.stop()
        made.remove()


def cpu(pid):
    """Seconds of it so far."""
    with open(f'/proc/{pid}/stat', encoding='ascii') as file:
        fields = file.read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


if __name__ == '__main__':
    measure(int(sys.argv[1]), int(sys.argv[2]), print)
