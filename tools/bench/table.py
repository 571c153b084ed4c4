# SPDX-License-Identifier: BSD-2-Clause
"""Results as tables, in Markdown that is aligned for the eye, too."""

from rules import short

NONE = '-'


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
    return (f'{digits(figure.median * scale)} ({digits(figure.least * scale)}'
            f'-{digits(figure.most * scale)})')


def pair(result):
    """Requests a second, and what one costs."""
    if result is None:
        return [NONE, NONE]
    if result.wrong:
        return ['wrong', 'wrong']
    return [f'{result.rate.median:,.0f}', ranged(result.cpu)]


def load_table(results):
    """(a), (b) and (c), a row for each contender and rule set."""
    works = [(key, title) for key, title in (
        ('new', '(a) new'), ('keep', '(b) keep-alive'),
        ('pipeline', '(c) by 16')) if key in results]
    rows = {}
    for key, _ in works:
        for result in results[key].values():
            rows.setdefault(result.name, result)
    head = ['contender', 'rules']
    for _, title in works:
        head += [f'{title}, /s', 'CPU us']
    return table(head, [
        [row.title, size_of(row)] + [cell for key, _ in works
                                     for cell in pair(results[key].get(name))]
        for name, row in rows.items()])


def size_of(result):
    return 'any' if result.constant else short(result.rules)


def latency_table(results, rate):
    return table(['contender', 'rules', 'p50 us', 'p99 us', 'p99.9 us'], [
        [one.title, size_of(one)] + (
            ['wrong'] * 3 if one.wrong or not one.latency else
            [ranged(one.latency[name]) for name in ('p50', 'p99', 'p99.9')])
        for one in results.values()]) + f'\nat {rate:,.0f} connections/s\n'


def flood_table(results, rate):
    return table(['contender', 'rules', '(a) under a flood, /s', 'CPU us',
                  'lost'], [
        [one.title, size_of(one), *pair(one), one.lost]
        for one in results.values()]) + (
            f'\n{rate:,} SYNs/s beside; CPU is that of both, by the requests '
            'answered\n')


def cross_table(results):
    columns = {'xdp_load, new': results.get('new', {}),
               'xdp_load, keep-alive': results.get('keep', {})}
    columns |= results['cross']
    names = sorted(columns, key=lambda name: 'keep' in name)
    rows = [[one.title, size_of(one)] + [cost(columns[name].get(one.name))
                                         for name in names]
            for one in results['cross']['wrk, new'].values()]
    return table(['CPU us, by client', 'rules'] + names, rows)


def cost(result):
    return NONE if result is None else pair(result)[1]


def figures_table(head, names, figures, scale):
    return table(head, [[names[name], ranged(figure, scale)]
                        for name, figure in figures.items()])


def memory_table(memory, names):
    rows = []
    for name, parts in memory.items():
        total = sum(parts.values())
        rows.append([names[name], digits(total / 1e6),
                     ', '.join(f'{part} {digits(size / 1e6)}'
                               for part, size in parts.items())])
    return table(['contender', 'MB', 'of it'], rows)
