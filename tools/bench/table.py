# SPDX-License-Identifier: BSD-2-Clause
"""Results as tables, in Markdown that is aligned for the eye, too: at most 100
columns."""

from detour import PAIRS
from rounds import ratios
from rules import short
from variant import UNIFORM, name_of

WRONG, NONE = 'wrong', '-'
WORK = {
    'new': '(a) a new connection each',
    'keep': '(b) keep-alive',
    'pipeline': '(c) pipelined by 16',
    'flood': '(h) as (a), under a SYN flood',
}


def table(head, rows):
    rows = [head] + [[str(cell) for cell in row] for row in rows]
    width = [max(len(row[i]) for row in rows) for i in range(len(head))]
    lines = ['| ' + ' | '.join(cell.ljust(size) if i == 0 else cell.rjust(size)
                               for i, (cell, size) in
                               enumerate(zip(row, width))) + ' |'
             for row in rows]
    lines.insert(1, '|' + '|'.join(
        '-' * (size + 2) if i == 0 else '-' * (size + 1) + ':'
        for i, size in enumerate(width)) + '|')
    return '\n'.join(lines) + '\n'


def digits(value):
    """Three of them at least."""
    return f'{value:,.{0 if value >= 100 else 1 if value >= 10 else 2}f}'


def ranged(figure, scale=1):
    text = digits(figure.median * scale)
    if len(figure.values) == 1:
        return text
    return (f'{text} ({digits(figure.least * scale)}-'
            f'{digits(figure.most * scale)})')


def size_of(result):
    return 'any' if result.constant else short(result.rules)


def against(result, results):
    """nginx's CPU time by this one's, round by round: median and quartiles;
    what answers the same to everything is held against nginx's map with the
    least rules."""
    maps = [one for one in results.values() if one.key == 'nginx' and (
        result.constant or one.rules == result.rules)]
    nginx = min(maps, key=lambda one: one.rules, default=None)
    if not nginx or nginx.wrong:
        return NONE
    return between(ratios(result, nginx))


def of_bounce(result, results):
    """The part of the bounce's rate, by CPU time."""
    bounce = next((one for one in results.values() if one.key == 'bounce'),
                  None)
    if not bounce or bounce.wrong or not result.once:
        return NONE
    return between(ratios(result, bounce))


def between(figure):
    """The median and the quartiles."""
    text = digits(figure.median)
    if len(figure.values) == 1:
        return text
    return f'{text} ({digits(figure.low)}-{digits(figure.high)})'


def pair_table(results):
    """This build and the other, at all work that both did."""
    rows = []
    for work, title in WORK.items():
        for one in results.get(work, {}).values():
            key = PAIRS.get(one.key)
            other = key and results[work].get(f'{key}-{short(one.rules)}')
            if other and not (one.wrong or other.wrong):
                rows.append([title, one.title, size_of(one),
                             between(ratios(one, other))])
    return rows and table(['other build / this one', '', 'rules', 'CPU'], rows)


def bounce_table(results):
    """How near the fast path is to what a redirect cannot cost less than."""
    rows = []
    for work, title in WORK.items():
        found = results.get(work, {}).values()
        bounce = next((one for one in found if one.key == 'bounce' and
                       not one.wrong), None)
        rows += [[title, one.title, size_of(one), between(ratios(bounce, one))]
                 for one in found if bounce and not one.wrong and
                 one.key in ('fast', PAIRS['fast'])]
    return rows and table(['it / the bounce', '', 'rules', 'CPU'], rows)


def load_table(work, results):
    """(a), (b), (c) or (h): a row for each contender and rule set."""
    rows = []
    for one in results.values():
        row = [one.title, size_of(one)]
        if one.wrong:
            rows.append(row + [WRONG] * 3)
            continue
        rows.append(row + [f'{one.rate.median:,.0f}', ranged(one.cpu),
                           against(one, results)])
    return table([WORK[work], 'rules', 'per second', 'CPU us each',
                  'nginx / it'], rows)


def ways_table(results):
    """(i): each way beside all rules alike, over IPv4."""
    rows = []
    for one in results.values():
        row = [one.title, size_of(one), one.way]
        plain = results.get(name_of(one.key, size_of(one), UNIFORM))
        if one.wrong:
            rows.append(row + [WRONG] * 3)
            continue
        times = (NONE if one.way == UNIFORM or not plain or plain.wrong else
                 between(ratios(plain, one)))
        rows.append(row + [f'{one.rate.median:,.0f}', ranged(one.cpu), times])
    return table(['(i) as (a)', 'rules', 'asked for', 'per second',
                  'CPU us each', 'it / all alike'], rows)


def cores_table(results):
    return table(
        ['(j) two cores at once', 'rules', 'ns each, alone', 'at once',
         'rate of each, 1: as alone'],
        [[one['asked'], short(one['rules']), one['alone_ns'], one['both_ns'],
          f'{one["rate"]:.2f} ({one["low"]:.2f}-{one["high"]:.2f})']
         for one in results])


def settled_table(size, result):
    rows = [[name, digits(part / 1e6), f'{part / result["map"]:.2f}']
            for name, part in result['parts'].items()]
    rows += [['in all', digits(sum(result['parts'].values()) / 1e6),
              f'{result["ratio"]:.2f}'],
             ['beside that: other files in the page cache',
              digits(result['cache'] / 1e6),
              f'{result["cache"] / result["map"]:.2f}']]
    return table([f'(k) memory after a switch of {size} rules', 'MB',
                  'of the map'], rows)


def latency_table(results):
    rows = []
    for one in results.values():
        row = [one.title, size_of(one)]
        if one.wrong or not one.latency:
            rows.append(row + [WRONG] * 3)
            continue
        rows.append(row + [ranged(one.latency['p50']),
                           ranged(one.latency['p99']),
                           digits(one.latency['p99.9'].median)])
    return table(['(g) latency', 'rules', 'p50 us', 'p99 us', 'p99.9 us'],
                 rows)


def cross_table(results):
    columns = {'xdp_load, new': results.get('new', {}),
               'xdp_load, keep-alive': results.get('keep', {})}
    columns |= results['cross']
    names = sorted(columns, key=lambda name: 'keep' in name)
    rows = [[one.title, size_of(one)] + [cost(columns[name].get(one.name))
                                         for name in names]
            for one in results['cross']['wrk, new'].values()]
    rows.append(['nginx / serve', ''] + [ratio(columns[name])
                                          for name in names])
    return table(['CPU us, asked by', 'rules'] + [
        name.replace(', keep-alive', ' (b)').replace(', new', ' (a)')
        for name in names], rows)


def cost(result):
    if result is None:
        return NONE
    return WRONG if result.wrong else digits(result.cpu.median)


def ratio(results):
    """nginx's cost by serve's, for the least rules that both have."""
    found = {}
    for result in results.values():
        if not result.wrong and result.key in ('serve', 'nginx'):
            found.setdefault(result.key, result.cpu.median)
    if len(found) < 2:
        return NONE
    return digits(found['nginx'] / found['serve'])


def figures_table(head, rows, scale):
    """rows: names and Figures, or what is wrong."""
    return table(head, [[name, figure if isinstance(figure, str) else
                         ranged(figure, scale)] for name, figure in rows])


def memory_table(head, rows):
    """rows: names and bytes by part, or what is wrong."""
    cells = []
    for name, parts in rows:
        if isinstance(parts, str):
            cells.append([name, parts, NONE])
            continue
        cells.append([name, digits(sum(parts.values()) / 1e6),
                      ', '.join(f'{part} {digits(size / 1e6)}'
                                for part, size in parts.items())])
    return table([head, 'MB', 'of it'], cells)
