# SPDX-License-Identifier: BSD-2-Clause
"""What all contenders have in common: a namespace, a veth pair, a folder."""

import contextlib
import dataclasses
import os
import re
import shutil
import time

import process
from client import ask, wrong_answers
from network import FLOOD, Line, Namespace, softirqs
from process import Failed, wait_for
from rules import LIMIT_TARGET, Rules


# Connections at a time, that keep a core busy. The veth pair's queues have 256
# places: up to three packets of a kernel's connection can be on their way, and
# one where XDP answers.
CLIENTS, CLIENTS_XDP = 64, 208


@dataclasses.dataclass
class Cores:
    client: int
    server: int


@dataclasses.dataclass
class Site:
    """Where a run takes place."""
    cores: Cores
    build: str      # what `make` made
    detour: str
    against: str    # another build of it, or None
    place: str      # a folder of this run
    client: Namespace
    numbers: object  # of networks, each taken once
    everywhere: set  # all cores

    @property
    def edge(self):
        return f'{self.build}/tools/bench/bench_edge.bpf.o'

    @property
    def tools(self):
        return f'{self.build}/bin'


class Contender:
    """A server with a rule set on a network of its own. Subclasses write its
    configuration and name its command."""
    key = title = None
    binary = None      # what has to be installed
    most = None        # rules that it can be given
    constant = False   # answers the same to everything
    once = False       # one answer a connection, always
    beside = False     # not what detour is measured by: fewer rounds
    clients = CLIENTS
    ipv6 = False       # how it is asked; and what, if not all rules alike
    asked = None
    edge = 'edge_pass'  # the program at the server's end

    def __init__(self, site, rules: Rules):
        self.site, self.rules = site, rules
        self.name = f'{self.key}-{rules.name}'
        self.dir = f'{site.place}/{self.name}'
        self.process = self.flood_line = None
        self.wrong = None    # the first wrong answer
        self.took = None     # seconds from start() to the first answer
        self.backlog = None  # of its listener, as the kernel has it
        self.log = f'{self.dir}/log'
        os.mkdir(self.dir)
        self.space = Namespace()
        number = next(site.numbers)
        self.line = Line(number, '10.78', self.space, site.client, site.cores)
        self.address = self.line.server.address
        self.address6 = self.line.server.address6
        if self.edge:
            self.line.server.program(self.edge, site.edge)
        self.line.pin()

    # What a subclass has of its own.
    def configure(self, others):
        """Write what the command reads; others have done so."""

    def command(self):
        return None

    def environment(self):
        return None

    def pids(self):
        return process.family(self.process.pid) if self.process else []

    # What is done with it.
    def start(self):
        """Start it and wait for its first answer."""
        self.took = None
        began = time.monotonic()
        self.run()
        if not wait_for(self.answers):
            raise Failed(f'{self.name}: no right answer: {self.tail()}')
        self.took = time.monotonic() - began
        self.backlog = max(map(int, re.findall(
            r'^LISTEN +\d+ +(\d+) ', self.space.run('ss', '-ltn'), re.M)),
            default=None)

    def run(self):
        if self.command():
            with open(self.log, 'a', encoding='ascii') as log:
                self.process = process.start(
                    self.command(), self.space, self.site.cores.server,
                    stdout=log, stderr=log, cwd=self.dir,
                    env=self.environment())

    def answers(self):
        """Whether it gives the right answer to one request."""
        if self.process and self.process.poll() is not None:
            raise Failed(f'{self.name}: ended: {self.tail()}')
        host, path, target = self.rules.sample[0]
        try:
            with self.receiver():
                got = ask(self.address, host, path, limit=2)
        except OSError:
            return False
        return got == (301, LIMIT_TARGET if self.constant else target)

    def tail(self):
        if not os.path.exists(self.log):
            return ''
        with open(self.log, encoding='utf-8', errors='replace') as log:
            return log.read()[-1000:].strip()

    def check(self, number=512):
        """Look at a sample of answers; the first wrong one is kept."""
        lines = self.rules.sample[:number]
        if self.constant:
            lines = [(*line[:2], LIMIT_TARGET) for line in lines]
        with self.receiver():
            self.wrong = wrong_answers(self.address, lines, self.once)

    @contextlib.contextmanager
    def receiver(self):
        """The client's kernel receives what an XDP program sends back only
        with one of its own; the load generator is one itself."""
        if self.once:
            self.line.client.program('edge_pass', self.site.edge)
        try:
            yield
        finally:
            if self.once:
                self.line.client.program(None)

    def threads(self):
        """All that works for it: its processes, and its end of the pairs."""
        lines = [self.line, self.flood_line]
        return self.pids() + softirqs(self.site.cores.server) + [
            pid for line in lines if line for pid in line.server.threads]

    def memory(self):
        """Bytes, by what uses them."""
        return {'processes': process.memory(self.pids())}

    def open_flood(self, space):
        """A second veth pair, on which a flood can come."""
        if not self.flood_line:
            self.flood_line = Line(next(self.site.numbers), '10.78',
                                   self.space, space, self.site.cores, FLOOD)
            self.flood_line.client.program('edge_drop', self.site.edge)
            self.guard(self.flood_line.server)
            self.flood_line.pin()

    def close_flood(self):
        if self.flood_line:
            self.space.ip('link', 'del', self.flood_line.server.name)
            self.flood_line = None

    def guard(self, end):
        """Put on one more end what is on the first."""
        end.program(self.edge, self.site.edge)

    def stop(self):
        if self.process and not process.stop(self.process):
            raise Failed(f'{self.name}: had to be killed')
        self.process = None

    def close(self):
        self.stop()
        self.close_flood()
        self.space.ip('link', 'del', self.line.server.name)
        self.space.close()
        shutil.rmtree(self.dir, ignore_errors=True)


class Bounce(Contender):
    """The limit: it looks nothing up, and keeps nothing."""
    key, title = 'bounce', 'bare XDP bounce (the limit)'
    constant = once = True
    clients = CLIENTS_XDP
    edge = 'edge_bounce'
