# SPDX-License-Identifier: BSD-2-Clause
"""Cost over size as a picture: SVG, by hand."""

import math

from rules import short

TITLE = 'What a redirect on a new connection costs, by the number of rules'
WIDTH, HEIGHT = 760, 450
LEFT, RIGHT, TOP, BOTTOM = 74, 196, 76, 62
COLOURS = {'fast': '#c2410c', 'serve': '#1d4ed8', 'nginx': '#15803d',
           'haproxy': '#7e22ce', 'bounce': '#475569'}
STYLE = '''<style>
text { font: 13px system-ui, "DejaVu Sans", sans-serif; fill: #1f2937 }
.title { font-size: 16px; font-weight: 600 }
.axis, .note { fill: #4b5563 }
.note { font-size: 12px }
.grid { stroke: #e5e7eb }
.line { fill: none; stroke-width: 2.5 }
.range { stroke-width: 1.5; opacity: .55 }
</style>
'''


class Scale:
    """From a logarithm of values to places."""

    def __init__(self, least, most, start, end):
        self.low, self.high = math.log10(least), math.log10(most)
        self.start, self.end = start, end

    def __call__(self, value):
        part = (math.log10(value) - self.low) / ((self.high - self.low) or 1)
        return round(self.start + part * (self.end - self.start), 1)


def lines_of(results):
    """{key: [Result, smallest rule set first]}, of those with a colour."""
    found = {}
    for result in results.values():
        if result.key in COLOURS and not result.wrong:
            found.setdefault(result.key, []).append(result)
    for line in found.values():
        line.sort(key=lambda result: result.rules)
    return found


def nice_range(lines):
    """1, 2 or 5 times a power of ten around all values, and the steps."""
    values = [value for line in lines.values() for result in line
              for value in (result.cpu.least, result.cpu.most)]
    steps = [digit * 10 ** power for power in range(-3, 6)
             for digit in (1, 2, 5)]
    low = max(step for step in steps if step <= max(min(values), 0.001))
    high = min(step for step in steps if step >= max(values) and step > low)
    return [step for step in steps if low <= step <= high]


def axes(across, up, sizes, steps):
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    for step in steps:
        yield (f'<path class="grid" d="M{LEFT} {up(step)}H{right}"/>'
               f'<text class="axis" text-anchor="end" x="{LEFT - 9}" '
               f'y="{up(step) + 4}">{step:g}</text>\n')
    for size in sizes:
        yield (f'<path class="grid" d="M{across(size)} {TOP}V{bottom}"/>'
               f'<text class="axis" text-anchor="middle" x="{across(size)}" '
               f'y="{bottom + 20}">{short(size)}</text>\n')
    yield (f'<text class="axis" text-anchor="middle" x="{(LEFT + right) / 2}" '
           f'y="{bottom + 44}">rules</text>\n')
    middle = (TOP + bottom) / 2
    yield (f'<text class="axis" text-anchor="middle" transform="translate(22 '
           f'{middle}) rotate(-90)">CPU microseconds per redirected '
           'connection</text>\n')


def drawn(line, colour, across, up, sizes):
    """One contender's points, ranges and line; a constant's line is dashed
    and goes all the way."""
    points = [(across(result.rules), up(result.cpu.median)) for result in line]
    dashed = ''
    if line[0].constant:
        points = [(across(size), points[0][1]) for size in sizes]
        dashed = ' stroke-dasharray="6 5"'
    path = 'L'.join(f'{x} {y}' for x, y in points)
    yield f'<path class="line" stroke="{colour}"{dashed} d="M{path}"/>\n'
    if line[0].constant:
        return
    for (x, y), result in zip(points, line):
        yield (f'<path class="range" stroke="{colour}" '
               f'd="M{x} {up(result.cpu.least)}V{up(result.cpu.most)}"/>'
               f'<circle fill="{colour}" cx="{x}" cy="{y}" r="4"/>\n')


def labels(lines, up):
    """Names right of the lines' ends, moved apart where they would touch."""
    placed = sorted((up(line[-1].cpu.median), key) for key, line in
                    lines.items())
    last = -math.inf
    for y, key in placed:
        last = max(y, last + 17)
        result = lines[key][-1]
        yield (f'<text x="{WIDTH - RIGHT + 12}" y="{last + 4:.1f}" '
               f'style="fill:{COLOURS[key]}">{result.title.split(" (")[0]}, '
               f'{result.cpu.median:.2g}</text>\n')


def chart(results, rounds):
    """The picture's text; None where there is nothing to show."""
    lines = lines_of(results)
    if not any(not line[0].constant for line in lines.values()):
        return None
    sizes = sorted({result.rules for line in lines.values()
                    for result in line})
    steps = nice_range(lines)
    across = Scale(sizes[0], sizes[-1], LEFT + 16, WIDTH - RIGHT - 8)
    up = Scale(steps[0], steps[-1], HEIGHT - BOTTOM, TOP)
    parts = list(axes(across, up, sizes, steps))
    for key, line in lines.items():
        parts += drawn(line, COLOURS[key], across, up, sizes)
    parts += labels(lines, up)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" role="img" '
            f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
            f'height="{HEIGHT}">\n'
            f'<title>{TITLE}</title>\n' + STYLE +
            '<rect width="100%" height="100%" rx="6" fill="#ffffff"/>\n'
            f'<text class="title" x="20" y="30">{TITLE}</text>\n'
            '<text class="note" x="20" y="50">CPU time of the server\'s core; '
            f'median of {rounds} rounds and their range; both scales '
            'are logarithmic</text>\n' + ''.join(parts) + '</svg>\n')
