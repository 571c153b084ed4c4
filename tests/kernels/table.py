# SPDX-License-Identifier: BSD-2-Clause
"""What ran on which kernel, a line for each: BUILD/kernels/table."""

import glob
import os
import re

import archive

# Column, and the beginnings of its results' names.
COLUMNS = (('serve', 'serve-'), ('refused', 'old-'),
           ('veth native', 'veth-native'), ('veth generic', 'veth-generic'),
           ('hand-over', 'web-'), ('beside XDP', 'beside-'),
           ('unit', 'unit-'))


def read(path):
    with open(path, encoding='utf-8') as file:
        return [(name, int(code), text) for name, code, text in (
            line.rstrip('\n').split('\t', 2) for line in file)]


def cell(results, start):
    """'ok 12', 'FAIL 1 of 12', or '-' for what was not run."""
    mine = [one for one in results if one[0].startswith(start)]
    bad = sum(1 for one in mine if one[1])
    if not mine:
        return '-'
    return f'FAIL {bad} of {len(mine)}' if bad else f'ok {len(mine)}'


def loads(results):
    """The seconds of the first attach, which the verifier takes."""
    for name, code, text in results:
        if name.endswith('-attach') and not code:
            return re.search(r'\((.*)\)', text)[1]
    return '-'


def line(name, results):
    cells = [f'{column}: {cell(results, start)}' for column, start in COLUMNS]
    cells.insert(1, f'loads: {loads(results)}')
    for card in sorted({one[0][:-len('-plain')] for one in results
                        if one[0].endswith('-plain')}):
        for part in ('native', 'generic', 'mtu9000'):
            cells.append(f'{card} {part}: {cell(results, f"{card}-{part}")}')
    end = '' if not results[-1][1] else '; it did not come to its end'
    return f'{name}: {"; ".join(cells)}{end}'


def write(work, name, results):
    with open(f'{work}/{name}.results', 'w', encoding='utf-8') as file:
        for one in results:
            file.write(' '.join('\t'.join(map(str, one)).splitlines()) + '\n')
    found = sorted((os.path.basename(path)[:-len('.results')]
                    for path in glob.glob(f'{work}/*.results')),
                   key=archive.release_key)
    with open(f'{work}/table', 'w', encoding='utf-8') as file:
        for one in found:
            file.write(line(one, read(f'{work}/{one}.results')) + '\n')
