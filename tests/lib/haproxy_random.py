# SPDX-License-Identifier: BSD-2-Clause
"""Configurations of HAProxy by chance, of a small grammar: lines that overlap,
conditions of conditions, lists, maps and backends."""

HOSTS = ['a.example', 'www.a.example', 'b.example', 'x.b.example', 'c.example']
PATHS = ['/', '/a', '/a/', '/a/b', '/a/b/', '/a/b/c', '/ab', '/c', '/c/7',
         '/c/d', '/D/e', '/item.php']
QUERIES = ['id=7', 'id=8', 'lang=en', 'x']
CODES = ['', ' code 301', ' code 302', ' code 303', ' code 307', ' code 308']
REGEXES = ['^/a/[^/]+$', '^/[^/]+/b$', '^/c/[0-9]+$', '^/(a|c)/?$', '^/c/',
           '^/D/.*$', '^/a']


class Making:
    def __init__(self, rng):
        self.rng, self.files, self.number = rng, {}, 0

    def some(self, of, most=3):
        return ' '.join(self.rng.sample(of, self.rng.randint(1, most)))

    def file(self, name, lines):
        self.number += 1
        name = f'{name}{self.number}.lst'
        self.files[name] = ''.join(line + '\n' for line in lines)
        return name

    def test(self):
        pick = self.rng.choice
        return pick([
            lambda: 'hdr(host) -i ' + self.some(HOSTS),
            lambda: 'hdr(host),lower -m str ' + self.some(HOSTS),
            lambda: 'hdr_end(host) -i .' + pick(HOSTS),
            lambda: 'hdr(host) -i -f ' + self.file('h', self.some(HOSTS).split()),
            lambda: 'path ' + self.some(PATHS),
            lambda: 'path -i ' + self.some(PATHS),
            lambda: 'path_beg ' + self.some(PATHS[1:]),
            lambda: 'path_beg -i ' + self.some(PATHS[1:]),
            lambda: 'path_beg -f ' + self.file('p', self.some(PATHS[1:]).split()),
            lambda: 'path_reg ' + pick(REGEXES),
            lambda: 'base_beg -i ' + pick(HOSTS) + pick(PATHS),
            lambda: 'url /item.php?' + pick(QUERIES),
            lambda: 'ssl_fc',
        ])()

    def named(self, names):
        name = f'n{len(names)}'
        names.append(name)
        return ''.join(f'    acl {name} {self.test()}\n'
                       for _ in range(self.rng.randint(1, 2)))

    def literal(self, names):
        sign = self.rng.choice(['', '', '!'])
        if names and self.rng.randrange(2):
            return sign + self.rng.choice(names)
        return f'{sign}{{ {self.test()} }}'

    def condition(self, names):
        way = self.rng.randrange(8)
        if way == 0:
            return ''
        if way == 1:
            query = f'{{ urlp(id) {self.rng.randint(7, 8)} }}'
            return f' if {{ path /item.php }} {query}'
        word = 'unless' if way == 2 else 'if'
        terms = [' '.join(self.literal(names)
                          for _ in range(self.rng.randint(1, 2)))
                 for _ in range(self.rng.randint(1, 2))]
        return f' {word} ' + ' or '.join(terms)

    def target(self, number):
        return self.rng.choice([
            f'location https://n{number}.example/',
            f'location https://n{number}.example%[path]',
            f'location https://n{number}.example/x%[capture.req.uri]',
            f'prefix https://n{number}.example',
            f'prefix https://n{number}.example/p drop-query',
        ])

    def line(self, names, number):
        code, when = self.rng.choice(CODES), self.condition(names)
        way = self.rng.randrange(10)
        if way == 0:
            return f'    http-request deny deny_status 410{when}\n'
        if way == 1:
            return f'    http-request return status 200{when}\n'
        if way == 2:
            return f'    http-request allow{when}\n'
        if way == 3:
            keys = self.file('m', [f'{host}{path} https://m{number}.example/{i}'
                                   for i, (host, path) in enumerate(
                                       (host, path) for host in HOSTS
                                       for path in self.some(PATHS).split())])
            return (f'    http-request redirect location %[base,map({keys})]'
                    f' ignore-empty{code}{when}\n')
        if way == 4:
            return f'    redirect location https://r{number}.example/{code}{when}\n'
        return f'    http-request redirect {self.target(number)}{code}{when}\n'

    def lines(self, begin):
        names, text = [], ''
        for i in range(self.rng.randint(3, 8)):
            if self.rng.randrange(2):
                text += self.named(names)
            text += self.line(names, begin + i)
        return names, text


def make(rng):
    """(text, files, hosts, paths), as haproxy_configs.CONFIGS has them."""
    making = Making(rng)
    names, text = making.lines(0)
    if rng.randrange(2):
        text += f'    use_backend one{making.condition(names) or " if TRUE"}\n'
        text += '    default_backend two\n'
        text += 'backend one\n' + making.lines(20)[1]
        text += 'backend two\n' + making.lines(40)[1]
    binds = '    bind HTTP\n    bind TLS\n'
    # some requests are redirected, whatever the rest is
    last = '    redirect location https://last.example/ if { path_beg /last }\n'
    paths = PATHS + ['/last', '/a/x', '/c/8', '/d/E'] + \
        [f'/item.php?{query}' for query in QUERIES] + ['/item.php?x=y&id=7']
    return (f'frontend web\n{binds}{last}{text}', making.files,
            ' '.join(HOSTS), ' '.join(paths))
