# SPDX-License-Identifier: BSD-2-Clause
"""h2o, lighttpd and Caddy. None of them has a table of redirects that can hold
a million: they go through a host's rules, or all, one by one."""

import itertools
import os
import re

from server import Contender


class Listed(Contender):
    """Rules as text between a head and a tail."""
    most = 1000
    beside = True

    def by_host(self):
        lines = sorted(self.rules.lines())
        return itertools.groupby(lines, key=lambda line: line[0])

    def write(self, head, body, tail=''):
        with open(f'{self.dir}/conf', 'w', encoding='ascii') as out:
            out.write(head)
            out.writelines(body)
            out.write(tail)


class H2o(Listed):
    key, title = 'h2o', 'h2o'
    binary = 'h2o'

    def body(self):
        for host, lines in self.by_host():
            yield f'  "{host}:80":\n    paths:\n'
            for _, path, target in lines:
                yield (f'      "{path}":\n        redirect:\n'
                       f'          status: 301\n          url: "{target}"\n')

    def configure(self, others):
        self.write('num-threads: 1\nmax-connections: 8192\n'
                   'http1-request-timeout: 60\n'
                   f'listen:\n  host: {self.address}\n  port: 80\n'
                   'hosts:\n', self.body())

    def command(self):
        return ['h2o', '-c', f'{self.dir}/conf']


class Lighttpd(Listed):
    key, title = 'lighttpd', 'lighttpd'
    binary = 'lighttpd'

    def body(self):
        for host, lines in self.by_host():
            rules = ',\n'.join(f'    "^{re.escape(path)}$" => "{target}"'
                               for _, path, target in lines)
            yield (f'$HTTP["host"] == "{host}" {{\n'
                   f'  url.redirect = (\n{rules} )\n}}\n')

    def configure(self, others):
        self.write(f'server.document-root = "{self.dir}"\n'
                   f'server.bind = "{self.address}"\nserver.port = 80\n'
                   'server.modules = ( "mod_redirect" )\n'
                   'server.max-fds = 16384\nserver.max-connections = 8192\n'
                   'server.max-keep-alive-requests = 1000000000\n'
                   'server.max-keep-alive-idle = 60\n'
                   'server.listen-backlog = 65535\n', self.body())

    def command(self):
        return ['lighttpd', '-D', '-f', f'{self.dir}/conf']


class Caddy(Listed):
    key, title = 'caddy', 'Caddy'
    binary = 'caddy'

    def body(self):
        for host, path, target in self.rules.lines():
            yield f'\t\t{host}{path} {target}\n'

    def configure(self, others):
        self.write('{\n\tadmin off\n\tauto_https off\n}\n'
                   f'http://:80 {{\n\tbind {self.address}\n'
                   '\tmap {host}{path} {target} {\n', self.body(),
                   '\t\tdefault ""\n\t}\n'
                   '\tredir {target} 301\n}\n')

    def environment(self):
        return os.environ | {'HOME': self.dir, 'XDG_DATA_HOME': self.dir,
                             'XDG_CONFIG_HOME': self.dir, 'GOMAXPROCS': '1'}

    def command(self):
        return ['caddy', 'run', '--config', f'{self.dir}/conf', '--adapter',
                'caddyfile']
