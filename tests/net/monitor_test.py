#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The board for Grafana and the alert rules: they ask for what /metrics has."""

import json
import os
import re
import subprocess
import tempfile
import unittest

from browsing import Web
from manual import TOP
from serving import RULES, Server, State
from web_test import samples

MONITOR = os.path.join(TOP, 'tools/monitor')
NAMED = re.compile(r'\bdetour_[a-z_]+')
# There while something is attached.
FAST = ('detour_fastpath_', 'detour_interface_')


def read(name):
    with open(os.path.join(MONITOR, name), encoding='utf-8') as file:
        return file.read()


def expressions():
    """All that the board asks for."""
    board = json.loads(read('grafana.json'))
    found = [target['expr'] for panel in board['panels']
             for target in panel['targets']]
    found += [one['expr'] for one in board['annotations']['list']]
    found += [one['query']['query'] for one in board['templating']['list']
              if one['type'] == 'query']
    return found


class Monitor(unittest.TestCase):
    def test_names(self):
        state = State(RULES)
        self.addCleanup(state.remove)
        server = Server(state)
        self.addCleanup(server.stop)
        web = Web(state)
        self.addCleanup(web.stop)
        told = {name for name, _ in samples(web.text('/metrics'))}
        asked = set(NAMED.findall(read('alerts.yml')))
        for text in expressions():
            asked |= set(NAMED.findall(text))
        self.assertGreater(len(asked), 10)
        self.assertEqual({name for name in asked - told
                          if not name.startswith(FAST)}, set())

    def test_names_of_the_fast_path(self):
        """They are in the source, which has all of them."""
        text = ''
        for name in 'metrics.c', 'metrics_name.c':
            with open(os.path.join(TOP, 'user/web', name),
                      encoding='utf-8') as file:
                text += file.read()
        for name in NAMED.findall(read('alerts.yml') +
                                  ' '.join(expressions())):
            if name.startswith(FAST):
                self.assertIn(f'"{name.removesuffix("_total")}"', text)

    def test_rules(self):
        done = subprocess.run(
            ['promtool', 'check', 'rules', os.path.join(MONITOR,
                                                        'alerts.yml')],
            capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_expressions_of_the_board(self):
        """promtool takes them, as rules, with Grafana's variables filled in."""
        rules = [{'record': f'a:b{i}', 'expr': text.replace(
            '$__rate_interval', '5m').replace('$instance', '.*')}
            for i, text in enumerate(expressions())
            if not text.startswith('label_values')]
        with tempfile.NamedTemporaryFile('w', suffix='.json') as file:
            json.dump({'groups': [{'name': 'a', 'rules': rules}]}, file)
            file.flush()
            done = subprocess.run(['promtool', 'check', 'rules', file.name],
                                  capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_alerts_fire(self):
        """Those that say what no longer works, and only then."""
        fires = {
            'DetourNotReady': 'detour_ready',
            'DetourMapDamaged': 'detour_map_sound',
            'DetourInterfaceDown': 'detour_interface_up{interface="eth0"}',
        }
        tests = []
        for name, series in fires.items():
            for value, wanted in (('1', []), ('0', [{}])):
                tests.append({
                    'interval': '1m',
                    'input_series': [{'series': series,
                                      'values': f'{value}x10'}],
                    'promql_expr_test': [{
                        'expr': f'ALERTS{{alertname="{name}",'
                                'alertstate="firing"} > 0',
                        'eval_time': '5m',
                        'exp_samples': [{'labels': self.labels(
                            name, series), 'value': 1}] if wanted else []}]})
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'test.json')
            with open(path, 'w', encoding='utf-8') as file:
                json.dump({'rule_files': [os.path.abspath(os.path.join(
                    MONITOR, 'alerts.yml'))], 'tests': tests}, file)
            done = subprocess.run(['promtool', 'test', 'rules', path],
                                  capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def labels(self, name, series):
        more = ',interface="eth0"' if 'interface' in series else ''
        return (f'ALERTS{{alertname="{name}",alertstate="firing"{more},'
                'severity="critical"}')


if __name__ == '__main__':
    unittest.main()
