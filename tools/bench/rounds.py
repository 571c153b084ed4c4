# SPDX-License-Identifier: BSD-2-Clause
"""Rounds that go through all contenders in turn, and what they come to."""

import statistics
import sys

from cpu import QUIET

SPARE = 0.2  # rounds that are done again for noise, of all
TRIES = 5


def say(text):
    print(text, file=sys.stderr, flush=True)


class Figure:
    """Of several values: the median, and their range."""

    def __init__(self, values):
        self.values = list(values)
        self.median = statistics.median(self.values)
        self.least, self.most = min(self.values), max(self.values)
        self.low, _, self.high = (
            statistics.quantiles(self.values, n=4, method='inclusive')
            if len(self.values) > 1 else self.values * 3)

    def json(self):
        return {'median': self.median, 'min': self.least, 'max': self.most,
                'values': self.values}


def ratios(one, other):
    """How often the other's CPU time for a request is one's: round by round,
    since the machine is another one in each; of the medians, where one of them
    had fewer rounds."""
    ones, others = one.cpu.values, other.cpu.values
    if len(ones) != len(others):
        ones, others = [one.cpu.median], [other.cpu.median]
    return Figure(theirs / mine for mine, theirs in zip(ones, others))


class Result:
    """What the rounds of one contender at one work gave. With a wrong answer,
    here or earlier, that is no figure."""

    def __init__(self, contender, rounds):
        self.name, self.title = contender.name, contender.title
        self.key, self.rules = contender.key, contender.rules.count
        self.constant = contender.constant
        self.way = getattr(contender, 'way', None)
        self.wrong = contender.wrong
        self.lost = sum(done.lost for done in rounds)
        self.foreign = max((done.foreign for done in rounds), default=0)
        self.rate = self.cpu = self.latency = self.flood = None
        if not self.wrong:
            self.figures(rounds)

    def figures(self, rounds):
        self.rate = Figure(done.rate for done in rounds)
        self.cpu = Figure(done.cpu for done in rounds)
        if all(done.flood for done in rounds):
            self.flood = Figure(done.flood for done in rounds)
        if all(done.latency for done in rounds):
            self.latency = {name: Figure(done.latency[name] for done in rounds)
                            for name in rounds[0].latency}

    def json(self):
        told = {'contender': self.key, 'title': self.title,
                'rules': self.rules, 'lost': self.lost,
                'foreign_share': self.foreign}
        if self.way:
            told['way'] = self.way
        if self.wrong:
            return told | {'wrong': self.wrong}
        told |= {'requests_per_second': self.rate.json(),
                 'cpu_us_per_request': self.cpu.json()}
        if self.flood:
            told['syns_per_second'] = self.flood.json()
        if self.latency:
            told['latency_us'] = {name: figure.json() for name, figure in
                                  self.latency.items()}
        return told


def answered(measure, one):
    """A round with answers: on a busy machine a short one may have none."""
    for _ in range(TRIES):
        done = measure(one)
        if done.rate or done.wrong:
            return done
    done.wrong = 'no answers'
    return done


class Rounds:
    """How many there are."""

    def __init__(self, number, others):
        self.number, self.others = number, others  # others: of those beside

    def of(self, contender):
        return self.others if contender.beside else self.number

    def alternate(self, title, contenders, measure):
        """measure(contender) gives a Round; rounds of each, taken in turn;
        their Results by contender's name."""
        rounds = {one.name: [] for one in contenders}
        self.spare = SPARE * sum(map(self.of, contenders))
        for turn in range(self.number):
            for one in contenders:
                if turn < self.of(one) and not one.wrong:
                    done = self.quietest(measure, one)
                    rounds[one.name].append(done)
                    one.wrong = done.wrong
                    say(f'{title}, round {turn + 1} of {self.of(one)}: '
                        f'{one.name}: {done}')
        return {one.name: Result(one, rounds[one.name]) for one in contenders}

    def quietest(self, measure, one):
        """A round; where others took too much of the core, the better of
        two, as long as there is time to spare."""
        done = answered(measure, one)
        if done.foreign > QUIET and not done.wrong and self.spare >= 1:
            self.spare -= 1
            other = answered(measure, one)
            if other.foreign < done.foreign or other.wrong:
                return other
        return done
