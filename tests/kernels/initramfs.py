# SPDX-License-Identifier: BSD-2-Clause
"""The only file system of a test kernel: busybox, the drivers, detour, its
tests, and what these need of this machine."""

import glob
import lzma
import os
import re
import shutil
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
DRIVERS = ('virtio_pci', 'virtio_net', 'veth', 'e1000e', 'igb', 'vmxnet3',
           'nf_conntrack')
TOOLS = ('ip', 'curl', 'ethtool')


def libraries(program):
    shown = subprocess.run(['ldd', program], check=True, text=True,
                           stdout=subprocess.PIPE).stdout
    return re.findall(r'(/\S+) \(0x', shown)


def module_text(path):
    """A module, unpacked."""
    with open(path, 'rb') as file:
        text = file.read()
    return lzma.decompress(text) if path.endswith('.xz') else text


class Modules:
    """The modules of an unpacked kernel, by their names."""

    def __init__(self, folder):
        self.paths = {}
        for base, _, files in os.walk(folder):
            for file in files:
                name, dot, end = file.partition('.ko')
                if dot and end in ('', '.xz'):
                    self.paths[name.replace('-', '_')] = os.path.join(base,
                                                                      file)
        self.order = []

    def add(self, name):
        """With what it depends on in front; one that is built in, or not made
        for this kernel, is not there."""
        path = self.paths.get(name)
        if not path or name in [one for one, _ in self.order]:
            return
        text = module_text(path)
        for others in re.findall(rb'\0depends=([^\0]*)\0', text):
            for other in filter(None, others.decode().split(',')):
                self.add(other.replace('-', '_'))
        self.order.append((name, text))


def copy(source, place, target):
    path = place + target
    os.makedirs(os.path.dirname(path), exist_ok=True)
    shutil.copy(source, path)


def fill(place, build, emulator, kernel, tests):
    for name in ('proc', 'sys', 'dev', 'tmp', 'run', 'etc', 'modules', 'root'):
        os.makedirs(f'{place}/{name}')
    copy(f'{emulator}/bin/busybox', place, '/bin/busybox')
    copy(f'{HERE}/guest.sh', place, '/init')
    os.chmod(f'{place}/init', 0o755)
    copy(f'{build}/tests/kernels/pass.bpf.o', place, '/pass.o')
    programs = {f'{build}/detour': '/bin/detour', '/bin/dash': '/bin/dash'}
    for name in TOOLS:
        programs[shutil.which(name, path='/usr/bin:/usr/sbin:/bin:/sbin')] = \
            f'/usr/sbin/{name}'
    for name in tests:
        programs[f'{build}/tests/xdp/{name}'] = f'/tests/{name}'
    for program, target in programs.items():
        copy(program, place, target)
        for library in libraries(program):
            if not os.path.exists(place + library):
                copy(library, place, library)
    for name in tests:
        subprocess.run(['strip', '-d', f'{place}/tests/{name}'], check=True)
    modules = Modules(kernel)
    for name in DRIVERS:
        modules.add(name)
    for number, (name, text) in enumerate(modules.order):
        with open(f'{place}/modules/{number:03}-{name}.ko', 'wb') as file:
            file.write(text)


def xdp_tests(build):
    return sorted(os.path.basename(path)
                  for path in glob.glob(f'{build}/tests/xdp/test_xdp_*')
                  if '.' not in os.path.basename(path))


def make(path, build, emulator, kernel, tests):
    with tempfile.TemporaryDirectory(dir=os.path.dirname(path)) as place:
        fill(place, build, emulator, kernel, tests)
        with open(path, 'wb') as file:
            subprocess.run(f'find . | {emulator}/bin/busybox cpio -o -H newc',
                           shell=True, cwd=place, check=True, stdout=file,
                           stderr=subprocess.DEVNULL)
