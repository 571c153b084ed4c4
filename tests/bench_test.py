#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The benchmarks measure, give no figure to wrong answers, and leave nothing
behind, however they end."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest
from xml.etree import ElementTree

from serving import DETOUR, LIMIT, wait_for

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.dirname(DETOUR)
# An import that gets some of the targets wrong, not that of the first request.
CHEAT = f'''#!/bin/sh
case "$*" in
*import*) sed -i s,https://shop.tea.,https://shop.tee., "$4" ;;
esac
exec {DETOUR} "$@"
'''


def descendants(pid):
    """A process's children, and theirs."""
    with open(f'/proc/{pid}/task/{pid}/children', encoding='ascii') as file:
        children = [int(word) for word in file.read().split()]
    return children + [one for child in children for one in descendants(child)]


def network(pid):
    return os.readlink(f'/proc/{pid}/ns/net')


def processes():
    return {int(name) for name in os.listdir('/proc') if name.isdigit()}


class Traces:
    """What a benchmark has made so far, seen from outside."""

    def __init__(self, pid):
        self.pid = pid
        self.pids = [pid] + descendants(pid)
        here = network('self')
        self.networks = {network(one) for one in self.pids} - {here}
        self.programs = set()
        for one in self.pids:
            if network(one) != here:
                told = subprocess.run(
                    ['nsenter', f'--net=/proc/{one}/ns/net', 'ip', '-d',
                     'link'], stdout=subprocess.PIPE, text=True, check=True)
                self.programs |= set(re.findall(r'prog/xdp id (\d+)',
                                                told.stdout))

    def left(self):
        """What of it is there still."""
        found = [f'process {pid}' for pid in processes() & set(self.pids)]
        for pid in processes():
            try:
                if network(pid) in self.networks:
                    found.append(f'network of {pid}')
                with open(f'/proc/{pid}/comm', encoding='latin-1') as file:
                    if file.read().startswith(f'napi/b{self.pid}'):
                        found.append(f'interface of thread {pid}')
            except OSError:
                continue
        for number in self.programs:
            if not subprocess.run(['bpftool', 'prog', 'show', 'id', number],
                                  capture_output=True, check=False).returncode:
                found.append(f'program {number}')
        return found


class Bench(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory(prefix='detour-bench-')
        self.addCleanup(self.place.cleanup)
        self.build = self.place.name
        for name in ('tools', 'tests'):
            os.symlink(f'{BUILD}/{name}', f'{self.build}/{name}')

    def start(self, contenders, work, *args, detour=DETOUR):
        return subprocess.Popen(
            [sys.executable, '-B', f'{ROOT}/tools/bench', self.build,
             '--detour', detour, '--contenders', contenders, '--sizes', '1000',
             '--rounds', '1', '--seconds', '0.2', '--work', work, *args],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def finish(self, process, code=0):
        out, err = process.communicate(timeout=3 * LIMIT)
        self.assertEqual(process.returncode, code, err)
        return out, err

    def results(self):
        with open(f'{self.build}/bench.json', encoding='utf-8') as file:
            return json.load(file)['results']

    def files(self):
        return sorted(set(os.listdir(self.build)) - {'tools', 'tests'})

    def test_figures(self):
        out, _ = self.finish(self.start('serve,nginx', 'new,keep,pipeline'))
        results = self.results()
        for work in ('new', 'keep', 'pipeline'):
            for name in ('serve-1k', 'nginx-1k'):
                one = results[work][name]
                self.assertNotIn('wrong', one)
                self.assertGreater(one['requests_per_second']['median'], 100)
                self.assertGreater(one['cpu_us_per_request']['median'], 0.1)
        self.assertRegex(out, r'\| detour serve +\| +1k \| +[\d,]+ \|')
        self.assertIn('reached: (new) serve against nginx, 1k rules, CPU', out)
        ElementTree.parse(f'{self.build}/bench.svg')
        self.assertEqual(self.files(), ['bench.json', 'bench.svg'])

    def test_wrong_answers_have_no_figure(self):
        cheat = f'{self.build}/tools-cheat'
        with open(cheat, 'w', encoding='ascii') as out:
            out.write(CHEAT)
        os.chmod(cheat, 0o755)
        out, _ = self.finish(self.start('serve', 'new', detour=cheat))
        one = self.results()['new']['serve-1k']
        self.assertRegex(one['wrong'], 'shop.tee.example')
        self.assertNotIn('requests_per_second', one)
        self.assertRegex(out, r'\| detour serve +\| +1k \| +wrong \| +wrong \|')
        self.assertNotIn('bench.svg', self.files())

    def interrupt(self, number):
        """End a run in the middle of a round."""
        process = self.start('fast,nginx', 'new', '--rounds', '1000')
        self.addCleanup(process.kill)
        for line in process.stderr:
            if 'round 3 of' in line:
                break
        traces = Traces(process.pid)
        self.assertGreater(len(traces.pids), 3)
        self.assertTrue(traces.networks)
        self.assertGreater(len(traces.programs), 1)
        process.send_signal(number)
        self.finish(process, 130 if number != signal.SIGKILL else -number)
        self.assertEqual(wait_for(lambda: not traces.left()) or traces.left(),
                         True)

    def test_interrupted(self):
        self.interrupt(signal.SIGINT)
        self.assertEqual(self.files(), [])

    def test_killed(self):
        self.interrupt(signal.SIGKILL)
        self.assertEqual(len(self.files()), 1)
        self.finish(self.start('nginx', 'memory'))
        self.assertEqual(self.files(), ['bench.json'])


if __name__ == '__main__':
    unittest.main()
