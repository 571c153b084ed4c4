# SPDX-License-Identifier: BSD-2-Clause
"""A TCP client in full control of its segments, for an address that no kernel
owns: nothing is sent but what a test says. Made for one thread in the client's
namespace of netns.Network."""

import random
import select
import socket
import struct
import time

from netns import GHOST, LIMIT, SERVER, V4, V6

FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
ETHERTYPE = {V4: 0x0800, V6: 0x86dd}
PACKET_AUXDATA, CSUM_NOT_READY = 8, 8
SOL_PACKET = 263


def checksum(data):
    if len(data) % 2:
        data += b'\0'
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def pseudo(family, source, target, length):
    if family == V4:
        return source + target + struct.pack('!BBH', 0, 6, length)
    return source + target + struct.pack('!IHBB', length, 0, 0, 6)


def options_read(data):
    """The options of a TCP header: kind to the bytes of its value."""
    found = {}
    while data and data[0]:
        if data[0] == 1:
            data = data[1:]
            continue
        if len(data) < 2 or data[1] < 2 or data[1] > len(data):
            raise AssertionError(f'bad TCP options: {data.hex()}')
        found[data[0]] = data[2:data[1]]
        data = data[data[1]:]
    return found


class Segment:
    """What came from the peer, taken apart, every checksum verified."""

    def __init__(self, frame, summed=True):
        packet = frame[14:]
        if packet[0] >> 4 == 4:
            self.family, start = V4, (packet[0] & 15) * 4
            if start != 20 or checksum(packet[:20]):
                raise AssertionError(f'bad IPv4 header: {packet[:20].hex()}')
            end, protocol = struct.unpack_from('!H', packet, 2)[0], packet[9]
            self.source, self.target = packet[12:16], packet[16:20]
            self.ttl, self.fragment = packet[8], packet[6:8]
        else:
            self.family, start = V6, 40
            end, protocol = struct.unpack_from('!HB', packet, 4)
            end += 40
            self.source, self.target = packet[8:24], packet[24:40]
            self.ttl, self.fragment = packet[7], None
        self.protocol = protocol
        if protocol != 6:
            return
        tcp = packet[start:end]
        (self.sport, self.dport, self.seq, self.ack, offset, self.flags,
         self.window) = struct.unpack_from('!HHIIBBH', tcp)
        if summed and checksum(pseudo(self.family, self.source, self.target,
                                      len(tcp)) + tcp):
            raise AssertionError(f'bad TCP checksum: {packet.hex()}')
        self.options = options_read(tcp[20:(offset >> 4) * 4])
        self.data = tcp[(offset >> 4) * 4:]

    def __repr__(self):
        return (f'<flags {self.flags:#x} seq {self.seq} ack {self.ack} '
                f'window {self.window} {self.options} {self.data!r}>')


class RawClient:
    """One connection. seq and ack are what the next segment carries; send()
    moves seq on, and whoever reads a segment calls take() for ack."""
    link = 'cli0'
    port = 80  # of the peer
    fragment = 0x4000  # of IPv4: not to be fragmented

    def __init__(self, net, family=V4, port=None, mss=1460, sack=True,
                 stamps=True, scale=7, window=64000):
        self.family = family
        self.local = socket.inet_pton(family, GHOST[family])
        self.peer = socket.inet_pton(family, SERVER[family])
        self.sport = port or random.randrange(20000, 60000)
        self.macs = bytes.fromhex((net.pair.mac(0) +
                                   net.pair.mac(1)).replace(':', ''))
        self.mss, self.sack, self.scale = mss, sack, scale
        self.stamps, self.window = stamps, window
        self.isn = self.seq = random.getrandbits(32)
        self.ack = self.stamp = 0
        self.data, self.ended = b'', False
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                                  socket.htons(ETHERTYPE[family]))
        self.sock.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self.sock.bind((self.link, ETHERTYPE[family]))

    def __enter__(self):
        return self

    def __exit__(self, *args):
        """Leave no connection behind in the peer's kernel."""
        if not self.ended:
            self.send(flags=RST)
        self.sock.close()

    def options(self, syn):
        parts = []
        if syn:
            if self.mss:
                parts.append(struct.pack('!BBH', 2, 4, self.mss))
            if self.sack:
                parts.append(b'\4\2')
            if self.scale is not None:
                parts.append(struct.pack('!BBB', 3, 3, self.scale))
        if self.stamps:
            now = int(time.monotonic() * 1000) & 0xffffffff
            parts.append(struct.pack('!BBII', 8, 10, now, self.stamp))
        data = b''.join(parts)
        return data + b'\1' * (-len(data) % 4)

    def ip(self, length):
        if self.family == V4:
            head = struct.pack('!BBHHHBBH', 0x45, 0, 20 + length, 1,
                               self.fragment, 64, 6, 0) + self.local + self.peer
            return head[:10] + struct.pack('!H', checksum(head)) + head[12:]
        return struct.pack('!IHBB', 6 << 28, length, 6,
                           64) + self.local + self.peer

    def segment(self, data=b'', flags=ACK, seq=None, ack=None, window=None):
        options = self.options(flags & SYN)
        head = struct.pack('!HHIIBBHHH', self.sport, self.port,
                           (self.seq if seq is None else seq) & 0xffffffff,
                           (self.ack if ack is None else ack) & 0xffffffff,
                           (20 + len(options)) // 4 << 4, flags,
                           self.window if window is None else window, 0, 0)
        tcp = head + options + data
        total = checksum(pseudo(self.family, self.local, self.peer,
                                len(tcp)) + tcp)
        tcp = tcp[:16] + struct.pack('!H', total) + tcp[18:]
        return (self.macs + struct.pack('!H', ETHERTYPE[self.family]) +
                self.ip(len(tcp)) + tcp)

    def put(self, data=b'', flags=ACK, **fields):
        """Send a segment, and count nothing."""
        self.sock.send(self.segment(data, flags, **fields))

    def send(self, data=b'', flags=ACK, **fields):
        self.put(data, flags, **fields)
        self.seq = (self.seq + len(data) + bool(flags & (SYN | FIN)) &
                    0xffffffff)
        return self

    def receive(self, limit=LIMIT):
        """The next segment of this connection, or None after limit seconds."""
        end = time.monotonic() + limit
        while True:
            left = max(0, end - time.monotonic())
            if not select.select([self.sock], [], [], left)[0]:
                return None
            frame, aux, _, _ = self.sock.recvmsg(70000, 64)
            status, = struct.unpack_from('=I', aux[0][2])
            segment = Segment(frame, not status & CSUM_NOT_READY)
            if (segment.protocol == 6 and segment.target == self.local and
                    segment.dport == self.sport and
                    segment.sport == self.port):
                return segment

    def take(self, segment):
        """Acknowledge a segment with what is sent next, and keep its data, if
        it is the one that was waited for."""
        if 8 in segment.options:
            self.stamp, = struct.unpack_from('!I', segment.options[8])
        if segment.flags & SYN:
            self.ack = (segment.seq + 1) & 0xffffffff
        elif segment.seq == self.ack and not segment.flags & RST:
            self.data += segment.data
            self.ended |= bool(segment.flags & FIN)
            self.ack = (self.ack + len(segment.data) +
                        bool(segment.flags & FIN)) & 0xffffffff
        return segment

    def connect(self, confirm=True):
        """The handshake; without its last segment if confirm is false."""
        self.send(flags=SYN, ack=0)
        answer = self.receive()
        if not answer or answer.flags != SYN | ACK:
            raise AssertionError(f'no SYN-ACK but {answer}')
        if answer.ack != self.seq:
            raise AssertionError(f'SYN-ACK for {answer.ack}, not {self.seq}')
        self.take(answer)
        if confirm:
            self.send()
        return answer

    def quiet(self, span=0.2):
        """What comes within some time, which should be nothing."""
        return self.receive(span)

    def finish(self, limit=LIMIT):
        """Take and acknowledge all until the peer ends the connection; then
        end it, too. Gives the data."""
        end = time.monotonic() + limit
        while not self.ended:
            segment = self.receive(end - time.monotonic())
            if segment is None:
                raise AssertionError(f'the peer does not end: {self.data!r}')
            if segment.flags & RST:
                raise AssertionError(f'reset behind {self.data!r}')
            self.take(segment)
            if segment.data or segment.flags & FIN:
                self.put()
        self.send(flags=FIN | ACK)
        return self.data
