# SPDX-License-Identifier: BSD-2-Clause
"""Headers of the PROXY protocol: written, and read."""

import socket
import struct

SIGNATURE = b'\r\n\r\n\0\r\nQUIT\n'
TLS = b'\x20\0\5\1\0\0\0\1'  # a TLV


def version_1(source='192.0.2.1', port=1234, to='198.51.100.2', to_port=80):
    kind = 'TCP6' if ':' in source else 'TCP4'
    return f'PROXY {kind} {source} {to} {port} {to_port}\r\n'.encode()


def version_2(source='192.0.2.1', port=1234, to='198.51.100.2', to_port=80,
              tlvs=b''):
    family = socket.AF_INET6 if ':' in source else socket.AF_INET
    ends = b''.join(socket.inet_pton(family, end) for end in (source, to))
    body = ends + struct.pack('!HH', port, to_port) + tlvs
    kind = 0x21 if ':' in source else 0x11
    return SIGNATURE + struct.pack('!BBH', 0x21, kind, len(body)) + body


def local():
    return SIGNATURE + b'\x20\0\0\0'


def read(data):
    """Of version 2: source, port, to, port, TLVs, what follows."""
    assert data.startswith(SIGNATURE + b'\x21'), data
    kind, size = struct.unpack('!BH', data[13:16])
    body, rest = data[16:16 + size], data[16 + size:]
    if kind == 0:
        return None, 0, None, 0, body, rest
    family, each = {0x11: (socket.AF_INET, 4),
                    0x21: (socket.AF_INET6, 16)}[kind]
    source, to = (socket.inet_ntop(family, body[at:at + each])
                  for at in (0, each))
    port, to_port = struct.unpack('!HH', body[2 * each:2 * each + 4])
    return source, port, to, to_port, body[2 * each + 4:], rest
