# SPDX-License-Identifier: BSD-2-Clause
"""The manual: its pages as they are installed."""

import os
import subprocess

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../..')
MADE = '.in'


def page(name):
    """The source of a page, such as detour.8, in troff."""
    path = os.path.join('user/man', name)
    if not os.path.exists(os.path.join(TOP, path)):
        return subprocess.run(
            ['awk', '-f', 'tools/man/counters.awk', path + MADE], cwd=TOP,
            capture_output=True, text=True, timeout=60, check=True).stdout
    with open(os.path.join(TOP, path), encoding='utf-8') as file:
        return file.read()


def pages():
    """All of them, by name."""
    return {name: page(name) for name in sorted(
        file.removesuffix(MADE)
        for file in os.listdir(os.path.join(TOP, 'user/man')))}


def plain(text):
    """A page's source without escapes, as words with a blank between them."""
    return ' '.join(text.replace('\\', '').split())
