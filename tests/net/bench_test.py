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
import time
import unittest
from xml.etree import ElementTree

from serving import DETOUR, LIMIT, wait_for

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../..')
BUILD = os.path.dirname(DETOUR)
# An import that gets some of the targets wrong, not that of the first request.
CHEAT = f'''#!/bin/sh
case "$*" in
*import*) sed -i s,https://shop.tea.,https://shop.tee., "$4" ;;
esac
exec {DETOUR} "$@"
'''
# The second attach hangs, or the first one, if the folder is there already.
SLOW = f'''#!/bin/sh
case "$*" in
*attach*) mkdir "$0.attached" 2>/dev/null || exec sleep 1000 ;;
esac
exec {DETOUR} "$@"
'''


# A median and quartiles, as tables have them.
QUARTILES = r'[\d.,]+ \([\d.,]+-[\d.,]+\)'


def tables(out):
    return [line for line in out.splitlines() if line.startswith('|')]


def told(pid, name):
    """A file about a process, empty once that has ended."""
    try:
        with open(f'/proc/{pid}/{name}', 'rb') as file:
            return file.read()
    except OSError:
        return b''


def descendants(pid):
    """A process's children, and theirs."""
    children = [int(word) for word in
                told(pid, f'task/{pid}/children').split()]
    return children + [one for child in children for one in descendants(child)]


def runs(pid, what):
    """Whether a command of its children has what in it."""
    return any(what in told(child, 'cmdline') for child in descendants(pid))


def network(pid):
    """Its network, or None once it has ended."""
    try:
        return os.readlink(f'/proc/{pid}/ns/net')
    except OSError:
        return None


def processes():
    return {int(name) for name in os.listdir('/proc') if name.isdigit()}


class Traces:
    """What a benchmark has made so far, seen from outside."""

    def __init__(self, pid):
        self.pid = pid
        self.pids = [pid] + descendants(pid)
        here = network('self')
        self.networks = {network(one) for one in self.pids} - {here, None}
        self.programs = set()
        for one in self.pids:
            if network(one) in self.networks:
                links = subprocess.run(
                    ['nsenter', f'--net=/proc/{one}/ns/net', 'ip', '-d',
                     'link'], capture_output=True, text=True, check=False)
                self.programs |= set(re.findall(r'prog/xdp id (\d+)',
                                                links.stdout))

    def left(self):
        """What of it is there still."""
        found = [f'process {pid}' for pid in processes() & set(self.pids)]
        for pid in processes():
            if network(pid) in self.networks:
                found.append(f'network of {pid}')
            if told(pid, 'comm').startswith(f'napi/b{self.pid}'.encode()):
                found.append(f'interface of thread {pid}')
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
        for name in ('tools', 'bin'):
            os.symlink(f'{BUILD}/{name}', f'{self.build}/{name}')

    def start(self, contenders, work, *args, detour=DETOUR):
        return subprocess.Popen(
            [sys.executable, '-B', f'{ROOT}/tools/bench', self.build,
             '--detour', detour, '--contenders', contenders, '--sizes', '1000',
             '--rounds', '1', '--seconds', '0.2', '--work', work, *args],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def finish(self, process, code=0):
        out, err = process.communicate(timeout=6 * LIMIT)
        self.assertEqual(process.returncode, code, err)
        return out, err

    def results(self):
        with open(f'{self.build}/bench.json', encoding='utf-8') as file:
            return json.load(file)['results']

    def files(self):
        return sorted(set(os.listdir(self.build)) - {'tools', 'bin'})

    def test_figures(self):
        out, _ = self.finish(self.start('serve,nginx', 'new,keep,pipeline'))
        results = self.results()
        for work in ('new', 'keep', 'pipeline'):
            for name in ('serve-1k', 'nginx-1k'):
                one = results[work][name]
                self.assertNotIn('wrong', one)
                self.assertGreater(one['requests_per_second']['median'], 1)
                self.assertGreater(one['cpu_us_per_request']['median'], 0.1)
        self.assertRegex(out, r'\| detour serve +\| +1k \| +[\d,]+ \|')
        self.assertIn('reached: (a) serve against nginx, 1k rules, CPU', out)
        ElementTree.parse(f'{self.build}/bench.svg')
        self.assertEqual(self.files(), ['bench.json', 'bench.svg'])

    def test_against(self):
        """Another build has states and pins of its own, and is compared round
        by round."""
        out, _ = self.finish(self.start(
            'fast,serve,nginx', 'new,memory,load', '--against', DETOUR,
            '--rounds', '2'))
        for name in ('fast-other', 'serve-other'):
            self.assertNotIn('wrong', self.results()['new'][f'{name}-1k'])
        self.assertRegex(out, r'\| other build, serve +\| +1k \| +[\d,]+ \|')
        for title in ('fast path', 'serve'):
            self.assertRegex(out, r'\(a\) a new connection each \| +detour '
                             rf'{title} \| +1k \| [\d.]+ \([\d.]+-[\d.]+\)')
            self.assertRegex(out, r'reached: \(a\) \w+ against the other build')
        self.assertEqual(self.files(), ['bench.json', 'bench.svg'])

    def test_ways(self):
        """Each way to ask, beside the plain one, and over IPv6 a goal; the
        bounce beside the fast path."""
        out, _ = self.finish(self.start(
            'fast,serve,bounce', 'new,ways', '--rounds', '2'))
        ways = ('all alike', "by Zipf's law", 'one', 'IPv6')
        for key, title in (('fast', 'detour fast path'),
                           ('serve', 'detour serve')):
            for way in ways:
                one = self.results()['ways'][f'{key}-1k, {way}']
                self.assertNotIn('wrong', one)
                self.assertGreater(one['requests_per_second']['median'], 1)
                self.assertGreater(one['cpu_us_per_request']['median'], 0.1)
                times = r'-' if way == ways[0] else QUARTILES
                self.assertRegex(out, rf'\| {title} +\| +1k \| +{way} \| +'
                                 rf'[\d,]+ \| +{QUARTILES} \| +{times} \|')
            self.assertRegex(out, rf'reached: \(i\) {key} over IPv6 by IPv4, '
                             rf'1k rules, CPU: {QUARTILES} times')
        self.assertRegex(out, r'\(a\) a new connection each \| +detour fast '
                         rf'path \| +1k \| {QUARTILES} \|')
        self.assertRegex(out, r'reached: \(a\) fast by the bounce, 1k rules, '
                         rf'CPU: {QUARTILES} times')
        self.assertLessEqual(max(map(len, tables(out))), 100)
        self.assertEqual(self.files(), ['bench.json', 'bench.svg'])

    def test_cores(self):
        out, _ = self.finish(self.start('fast', 'cores'))
        found = self.results()['cores']
        self.assertEqual([one['asked'] for one in found],
                         ['all alike', "by Zipf's law", 'one'])
        for one in found:
            self.assertGreater(one['rate'], 0)
            self.assertLessEqual(one['low'], one['high'])
            self.assertGreater(one['alone_ns'], 0)
        self.assertRegex(out, r'\| one +\| +1k \| +\d+ \| +\d+ \| +' +
                         QUARTILES)

    def test_settled(self):
        """The arena has the live map alone, and what serve maps is told."""
        out, _ = self.finish(self.start('fast', 'memory,settled', '--quick'))
        told = self.results()['settled']
        self.assertGreaterEqual(told['parts']['arena'], told['map'])
        self.assertLess(told['parts']['arena'], told['map'] + (1 << 20))
        self.assertGreater(told['parts']['serve'], 1 << 16)
        self.assertAlmostEqual(told['ratio'] * told['map'],
                               sum(told['parts'].values()), delta=1)
        self.assertGreater(self.results()['memory']['fast-1k']['BPF maps'],
                           told['map'])
        self.assertRegex(out, r'\| in all +\| +[\d.]+ \| +[\d.]+ \|')
        self.assertRegex(out, r'reached: \(k\) memory of serve and fast, 1k '
                         r'rules, by the map: [\d.]+ times')
        self.assertEqual(self.files(), ['bench.json'])

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

    def interrupt(self, number, work):
        """End a run in the middle of some work."""
        process = self.start('fast,nginx', work)
        self.addCleanup(process.kill)
        for line in process.stderr:
            if line.startswith(f'== {work} '):
                break
        time.sleep(0.3)
        traces = Traces(process.pid)
        self.assertGreater(len(traces.pids), 3)
        self.assertTrue(traces.networks)
        self.assertGreater(len(traces.programs), 1)
        process.send_signal(number)
        self.finish(process, 130 if number != signal.SIGKILL else -number)
        self.assertTrue(wait_for(lambda: not traces.left()), traces.left())

    def test_interrupted(self):
        for number, work in ((signal.SIGINT, 'pipeline'),
                             (signal.SIGHUP, 'flood')):
            with self.subTest(work):
                self.interrupt(number, work)
                self.assertEqual(self.files(), [])

    def test_interrupted_loading(self):
        for name, command in (('serve', b'\0import\0'),
                              ('nginx', b'/nginx-200k/conf')):
            with self.subTest(name):
                process = self.start(name, 'new', '--sizes', '200000')
                self.addCleanup(process.kill)
                self.assertTrue(wait_for(lambda: runs(process.pid, command)))
                traces = Traces(process.pid)
                process.send_signal(signal.SIGTERM)
                self.finish(process, 130)
                self.assertTrue(wait_for(lambda: not traces.left()))
                self.assertEqual(self.files(), [])

    def test_interrupted_attaching(self):
        """What is not attached yet is not to be detached."""
        for first in (True, False):
            with self.subTest(first), tempfile.TemporaryDirectory() as place:
                slow = f'{place}/detour'
                with open(slow, 'w', encoding='ascii') as out:
                    out.write(SLOW)
                os.chmod(slow, 0o755)
                if first:
                    os.mkdir(f'{slow}.attached')
                process = self.start('fast', 'flood', detour=slow)
                self.addCleanup(process.kill)
                self.assertTrue(wait_for(
                    lambda: runs(process.pid, b'sleep\x001000')))
                traces = Traces(process.pid)
                process.send_signal(signal.SIGTERM)
                _, err = self.finish(process, 130)
                self.assertIn('ended by SIGTERM', err)
                self.assertTrue(wait_for(lambda: not traces.left()))
                self.assertEqual(self.files(), [])

    def test_killed(self):
        self.interrupt(signal.SIGKILL, 'new')
        self.assertEqual(len(self.files()), 1)
        self.finish(self.start('nginx', 'memory'))
        self.assertEqual(self.files(), ['bench.json'])


if __name__ == '__main__':
    unittest.main()
