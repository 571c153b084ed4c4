# SPDX-License-Identifier: BSD-2-Clause
"""Random rules of all kinds that get into each other's way, and requests for
them: all are made of a few paths and queries."""

import re

from model import key_text, rules_of
from pattern_model import Bad

HOSTS = ['a.example', 'a.example', '*.example', '*.a.example', '*', '*',
         '.a.example', 'b.a.example', '192.0.2.1', 'A.EXAMPLE.:80']
SENT_HOSTS = ['a.example', 'b.a.example', 'x.example', 'c.b.a.example',
              'other', '192.0.2.1', '[2001:db8::1]', 'A.Example.:80']
# What a path is made of: each is one byte for patterns.
TOKENS = ['a', 'a', 'b', 'A', 'B', '1', '1', '2', '-', '.', '/', '/', '/',
          '%2F', '%C3', '%2A', '%25', "'"]
PAIRS = ['a=1', 'a=2', 'A=1', 'b', 'B', 'c=%2A', "d='", 'a=1=2', 'e?%C3',
         'a%26b']
CODES = ['301', '302', '303', '307', '308', '301/308', '302/307', '301', '302',
         '410', '200', 'pass']
METHODS = ['GET', 'GET', 'HEAD', 'POST', 'BREW']


class World:
    """The few things that one set of rules and its requests are about."""

    def __init__(self, rng):
        self.rng = rng
        self.paths = [self.path() for _ in range(4)]
        self.queries = [rng.sample(PAIRS, rng.randrange(1, 4))
                        for _ in range(3)]

    def path(self):
        """Tokens; one that is there already with more behind it, now and then.
        """
        rng = self.rng
        more = rng.choices(TOKENS, k=rng.randrange(1, 7))
        if getattr(self, 'paths', None) and rng.random() < .5:
            return rng.choice(self.paths) + more
        return ['/'] + more

    def spell(self, tokens, rule):
        """One of the ways to write what is the same in normal form."""
        rng, out = self.rng, ''
        for token in tokens:
            if token == '%2A' and not rule and rng.random() < .5:
                token = '*'
            elif token.isalnum() and rng.random() < .05:
                token = '%%%02x' % ord(token)
            elif token[0] == '%' and rng.random() < .2:
                token = token.lower()
            elif token == '/' and rng.random() < .02:
                token = rng.choice(['/./', '/x/../', '/%2e/'])
            out += token
        return out

    def turned(self, tokens):
        """With letters in another case."""
        return [token.swapcase() if token.isalpha() and self.rng.random() < .5
                else token for token in tokens]

    def general(self, tokens):
        """With captures for some of it."""
        rng, out, at, number = self.rng, [], 0, 0
        while at < len(tokens):
            end = at
            while (end < len(tokens) and tokens[end] != '/' and
                   end - at < rng.choice([1, 1, 2, 3])):
                end += 1
            if end == at or number > 3 or rng.random() < .6 or (
                    out and out[-1].startswith('{')):
                out.append(tokens[at])
                at += 1
                continue
            digits = all(token.isdigit() for token in tokens[at:end])
            digits = rng.random() < (.6 if digits else .05)
            out.append('{%s%d%s}' % (rng.choice('nN'), number,
                                     ':digits' * digits))
            number += 1
            at = end
        return out

    def rule_path(self):
        rng, tokens = self.rng, list(self.rng.choice(self.paths))
        star = rng.random() < .3
        if star:
            tokens = tokens[:rng.randrange(1, len(tokens) + 1)]
        if rng.random() < .2:
            tokens = self.turned(tokens)
        if rng.random() < .4:
            tokens = self.general(tokens)
        literals = [token if token[0] == '{' else self.spell([token], True)
                    for token in tokens]
        return ''.join(literals) + '*' * star

    def rule_query(self):
        rng, pairs = self.rng, list(self.rng.choice(self.queries))
        if rng.random() < .2:
            pairs = [pair.swapcase() if '%' not in pair else pair
                     for pair in pairs]
        if rng.random() < .5:
            pairs = rng.sample(pairs, rng.randrange(1, len(pairs) + 1))
            return '?' + '&'.join(pairs) + '&*'
        return '?' + '&'.join(pairs)

    def source(self):
        rng = self.rng
        host = rng.choice(HOSTS)
        if rng.random() < .05:
            return host
        path = self.rule_path()
        if '{' not in path and path[-1] != '*' and rng.random() < .8:
            path += self.rule_query()
        return host + path

    def target(self, source, number):
        """One that says whose it is, with some of what the source gives."""
        rng = self.rng
        host, path, query = f'r{number}.example', '/', ''
        if rng.random() < .3 and source.startswith(('*.', '.')):
            host = '*.' + host
        elif rng.random() < .3 and re.match(r'\*(/|$)', source):
            host, path = '*', f'/r{number}/'
        names = re.findall(r'\{(\w+)', source)
        rng.shuffle(names)
        names = names[:rng.randrange(len(names) + 1)]
        path += ''.join('{%s}%s' % (name, rng.choice(['', '/', 'x']))
                        for name in names[:2])
        if names[2:] or rng.random() < .2:
            query = '?q=' + '&'.join('{%s}' % name for name in names[2:])
        prefix = source.endswith('*') and '?' not in source
        if (prefix or '/' not in source) and rng.random() < .6:
            query, path = (query + '*', path) if query else ('', path + '*')
        return 'https://' + host + path + query + rng.choice(
            ['', '', '', '#f'])

    def keys(self, code):
        rng, keys = self.rng, {}
        redirect = code not in ('410', '200', 'pass')
        if redirect and rng.random() < .2:
            keys['query'] = 'drop'
        if code != 'pass' and rng.random() < .2:
            keys['max_age'] = str(rng.randrange(100))
        if code != 'pass' and rng.random() < .15:
            keys['header'] = [f'X-{i}: "{rng.randrange(9)}"'
                              for i in range(rng.randrange(1, 4))]
        return keys

    def rules_of_source(self, number):
        """Lines for one SOURCE: one rule, or one for each scheme."""
        rng, source = self.rng, self.source()
        shared = {}
        if rng.random() < .3:
            shared['case'] = 'ignore'
        if re.match(r'\*(/|$)', source) and rng.random() < (
                .05 if source.endswith('*') else .3):
            shared['first'] = 'yes'
        for scheme in rng.choice([[None], [None], [None], ['http'], ['https'],
                                  ['http', 'https']]):
            code = rng.choice(['200', 'pass'] if 'first' in shared else CODES)
            keys = {**shared, **self.keys(code)}
            if scheme:
                keys['scheme'] = scheme
            target = '-' if code in ('410', '200', 'pass') else self.target(
                source, number)
            yield source, target, code, keys

    def sent_path(self):
        rng, tokens = self.rng, list(self.rng.choice(self.paths))
        if rng.random() < .3:
            tokens = self.turned(tokens)
        if rng.random() < .4:
            return self.spell(tokens, False)
        for _ in range(rng.choice([0, 0, 1, 2])):
            at = rng.randrange(1, len(tokens) + 1)
            tokens[at:at + rng.randrange(3)] = rng.choices(
                TOKENS, k=rng.randrange(3))
        if rng.random() < .2:
            tokens += rng.choices(TOKENS, k=rng.randrange(1, 4))
        if rng.random() < .1 and len(tokens) > 1:
            tokens.pop()
        return self.spell(tokens, False)

    def sent_query(self):
        rng = self.rng
        if rng.random() < .3:
            return ''
        pairs = list(rng.choice(self.queries))
        if rng.random() < .3:
            return '?' + '&'.join(pairs)
        pairs *= rng.choice([1, 1, 1, 2])
        pairs += rng.choices(PAIRS + [''], k=rng.choice([0, 0, 1, 2]))
        if rng.random() < .5:
            rng.shuffle(pairs)
        if rng.random() < .2:
            pairs = [pair.swapcase() if '%' not in pair and rng.random() < .5
                     else pair for pair in pairs]
        text = '&'.join(pairs[:rng.choice([0, 1, 9, 9, 9, 9])])
        return '?' + text.replace('%2A', rng.choice(['*', '%2A', '%2a']))

    def request(self):
        """(scheme, method, target, Host)"""
        rng = self.rng
        return (rng.choice(['http', 'https']), rng.choice(METHODS),
                self.sent_path() + self.sent_query(), rng.choice(SENT_HOSTS))


def spelled(rule):
    """The SOURCE but for case=, of which it is no part."""
    text = rule.host + re.sub(r'\{\w+', '{', rule.path) + '*' * rule.prefix
    if rule.pairs:
        return text + '?' + '&'.join(sorted(rule.pairs.pairs)) + '&*'
    return text if rule.query is None else text + '?' + rule.query


class Rules:
    """Rules that can be there together: their lines, and the model's."""

    def __init__(self, world, number):
        self.lines, self.places, self.sources, self.kinds = [], {}, {}, {}
        while len(self.places) < number:
            try:
                self.add(world, list(world.rules_of_source(len(self.lines))))
            except Bad:
                pass
        world.rng.shuffle(self.lines)

    def add(self, world, rules):
        """All of one SOURCE, or none where it is there already."""
        made = [(one, rules_of(one[0], one[1], one[2], **one[3]))
                for one in rules]
        models = [model for _, some in made for model in some]
        if any(spelled(model) in self.sources or model.place[:2] in self.kinds
               for model in models):
            return
        for (source, target, code, keys), _ in made:
            given = [(key, one) for key, value in keys.items()
                     for one in ([value] if isinstance(value, str) else value)]
            self.lines.append(' '.join([source, target, code] + [
                key_text(world.rng, *pair) for pair in given]))
        for model in models:
            self.sources[spelled(model)] = model
            self.kinds[model.place[:2]] = model
            self.places[model.place] = model

    def remove(self, source):
        """All rules of a SOURCE as it is printed, of both schemes."""
        gone = [one for one in self.models if one.source == source]
        for one in gone:
            del self.places[one.place]
            self.kinds.pop(one.place[:2], None)
            self.sources.pop(spelled(one), None)

    @property
    def models(self):
        return list(self.places.values())
