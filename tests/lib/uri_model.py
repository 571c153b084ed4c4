# SPDX-License-Identifier: BSD-2-Clause
"""The normal form of paths and queries once more, from its description and not
from the C code."""

import re

UNRESERVED = set('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
                 '0123456789-._~')
RESERVED = set(":/?#[]@!$&'()*+,;=")


def escape(byte):
    return '%%%02X' % byte


def normal(text, rule=False, query=False):
    """Percent-normalisation of a path or query; bytes as latin-1. In a rule
    '*' is a wildcard, so that a literal one is an escape there."""
    out = ''
    for part in re.findall('%[0-9A-Fa-f]{2}|.', text, flags=re.S):
        byte = ord(part) if len(part) == 1 else int(part[1:], 16)
        kept = UNRESERVED if len(part) == 3 else (
            UNRESERVED | RESERVED - ({"'"} if query else set()))
        star = byte == ord('*') and not rule
        out += chr(byte) if chr(byte) in kept or star else escape(byte)
    return out


def remove_dots(path):
    """RFC 3986 5.2.4, step by step."""
    out = ''
    while path:
        if path.startswith('/./') or path == '/.':
            path = '/' + path[3:]
        elif path.startswith('/../') or path == '/..':
            path = '/' + path[4:]
            out = out[:out.rfind('/')] if '/' in out else ''
        else:
            end = path.find('/', 1)
            end = len(path) if end < 0 else end
            out, path = out + path[:end], path[end:]
    return out


def normal_path(path, prefix=False, rule=False):
    path = normal(path, rule)
    if not prefix:
        return remove_dots(path)
    last = path.rfind('/') + 1
    return remove_dots(path[:last]) + path[last:]
