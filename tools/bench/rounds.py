# SPDX-License-Identifier: BSD-2-Clause
"""Rounds that go through all contenders in turn, and what they come to."""

import statistics
import sys


NOISY = 0.08  # share of the server's core that others take
AGAIN = 2     # rounds that are done again for it


def say(text):
    print(text, file=sys.stderr, flush=True)


class Figure:
    """Of several values: the median, and their range."""

    def __init__(self, values):
        self.values = list(values)
        self.median = statistics.median(self.values)
        self.least, self.most = min(self.values), max(self.values)

    def json(self):
        return {'median': self.median, 'min': self.least, 'max': self.most,
                'values': self.values}


class Result:
    """What the rounds of one contender at one work gave."""

    def __init__(self, contender, rounds):
        self.name, self.title = contender.name, contender.title
        self.key, self.rules = contender.key, contender.rules.count
        self.constant = contender.constant
        self.rounds = rounds
        self.wrong = contender.wrong or next(
            (done.wrong for done in rounds if done.wrong), None)
        self.lost = sum(done.lost for done in rounds)
        self.foreign = max(done.foreign for done in rounds)
        self.rate = Figure(done.rate for done in rounds)
        self.cpu = Figure(done.cpu for done in rounds)
        self.latency = None
        if all(done.latency for done in rounds):
            self.latency = {name: Figure(done.latency[name] for done in rounds)
                            for name in rounds[0].latency}

    def json(self):
        told = {'contender': self.key, 'title': self.title,
                'rules': self.rules, 'lost': self.lost,
                'foreign_share': self.foreign}
        if self.wrong:
            return told | {'wrong': self.wrong}
        told |= {'requests_per_second': self.rate.json(),
                 'cpu_us_per_request': self.cpu.json()}
        if self.latency:
            told['latency_us'] = {name: figure.json() for name, figure in
                                  self.latency.items()}
        return told


def quietest(measure, one):
    """A round; while others take too much of the core, once more."""
    done = measure(one)
    for _ in range(AGAIN):
        if done.foreign < NOISY or done.wrong:
            break
        other = measure(one)
        if other.foreign < done.foreign or other.wrong:
            done = other
    return done


def alternate(title, contenders, measure, number):
    """measure(contender) gives a Round; number rounds of each, taken in turn;
    their Results by contender's name."""
    rounds = {one.name: [] for one in contenders}
    for turn in range(number):
        for one in contenders:
            done = quietest(measure, one)
            rounds[one.name].append(done)
            say(f'{title}, round {turn + 1} of {number}: {one.name}: '
                f'{done.rate:,.0f}/s, {done.cpu:.2f} us'
                + (f', WRONG: {done.wrong}' if done.wrong else ''))
    return {one.name: Result(one, rounds[one.name]) for one in contenders}
