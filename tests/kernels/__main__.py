# SPDX-License-Identifier: BSD-2-Clause
"""kernels BUILD [--full] [PATTERN...]: boots kernels of Debian's suites under
QEMU and runs the fast path there. A pattern is a part of a kernel's name, whose
newest is taken, or oldest, newest, refused, all. Without --full some of the unit
tests and of the cards are left out. Results go to BUILD/kernels/NAME.results,
and what is known of all kernels to BUILD/kernels/table. Needs root."""

import argparse
import os
import sys
import time

import archive
import initramfs
import machine
import table

SHORT = ('test_xdp_answer', 'test_xdp_handover', 'test_xdp_handshake')
CARDS = ('virtio-net-pci',)
# The second virtio card's driver cannot turn its host's offloads off.
FULL_CARDS = (*CARDS, 'virtio-net-pci/ctrl_guest_offloads=off',
              'virtio-net-pci/mrg_rxbuf=off', 'virtio-net-pci/guest_tso4=off/'
              'guest_tso6=off/guest_csum=off', 'vmxnet3', 'e1000e', 'igb')


def find(folder, start):
    for base, _, files in os.walk(folder):
        for name in files:
            if name.startswith(start):
                return os.path.join(base, name)
    raise FileNotFoundError(f'{folder} has no {start}')


def boot(work, args, name, folder, emulator):
    old = archive.release_key(name)[:2] < [6, 12]
    tests = initramfs.xdp_tests(args.build) if args.full else SHORT
    parts = 'serve,old' if old else args.parts
    initrd = os.path.join(work, 'initrd')
    initramfs.make(initrd, args.build, emulator, folder, () if old else tests)
    wires = machine.Wires(() if old else args.cards)
    try:
        return machine.Machine(emulator, f'{work}/{name}.log',
                               args.cpus).run(
            find(folder, 'vmlinuz'), initrd, f'parts={parts}', wires)
    finally:
        wires.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('build')
    parser.add_argument('patterns', nargs='*')
    parser.add_argument('--full', action='store_true')
    parser.add_argument('--list', action='store_true')
    parser.add_argument('--parts', default='serve,veth,web,cards,xdp')
    parser.add_argument('--cpus', type=int, default=2)
    parser.add_argument('--cards', type=lambda text: text.split(','))
    args = parser.parse_intermixed_args()
    args.cards = args.cards or (FULL_CARDS if args.full else CARDS)
    work = os.path.abspath(f'{args.build}/kernels')
    os.makedirs(work, exist_ok=True)
    apt = archive.Archive(work)
    apt.update()
    kernels = apt.kernels()
    if args.list:
        print('\n'.join(kernels))
        return 0
    names = archive.choose(list(kernels), args.patterns or
                           ('oldest', 'newest', 'refused'))
    emulator = apt.emulator()
    failed = 0
    for name in names:
        start = time.monotonic()
        print(f'== {name}', flush=True)
        results = boot(work, args, name, apt.unpack(name, kernels[name]),
                       emulator)
        table.write(work, name, results)
        bad = [one[0] for one in results if one[1]]
        failed += len(bad)
        print(f'== {name}: {len(results) - len(bad)} passed, {len(bad)} '
              f'failed, {time.monotonic() - start:.0f} s: {" ".join(bad)}',
              flush=True)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
