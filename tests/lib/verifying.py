# SPDX-License-Identifier: BSD-2-Clause
"""What verify says of servers."""

import json
import os
import subprocess

from commands import Case
from hostile import Hostile, Nginx


class Verify(Case):
    def rules(self, text):
        self.do('import', '--replace', '-', stdin=text)

    def verify(self, against, *args, code=0):
        """What it says in JSON."""
        out = self.do('verify', '--json', '--against', str(against), *args,
                      code=code)
        self.said = json.loads(out)
        return self.said

    def differences(self):
        """kind, method, host and target, what it got."""
        return sorted(
            (x['kind'], x['method'], x['host'] + x['target'],
             x['got'] and x['got']['status'], x['got'] and x['got']['location'])
            for x in self.said['findings'])

    def alike(self, against, *args):
        self.verify(against, *args)
        self.assertEqual(self.said['findings'], [])
        self.assertTrue(self.said['complete'])
        requests = self.said['sources']['requests']
        self.assertEqual(requests['same'], requests['all'])
        self.assertGreater(requests['all'], 0)
        return self.said['sources']

    def hostile(self, *args, **kwargs):
        server = Hostile(*args, **kwargs)
        self.addCleanup(server.stop)
        return server

    def nginx(self, text, port, **files):
        server = Nginx(text, port, **files)
        self.addCleanup(server.stop)
        return server

    def certificate(self):
        """One that names old.example and what is below it; its file."""
        pem, key = f'{self.dir}/pem', f'{self.dir}/key'
        subprocess.run(
            ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
             'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out',
             pem, '-days', '2', '-subj', '/CN=old.example', '-addext',
             'subjectAltName=DNS:old.example,DNS:*.old.example'],
            check=True, capture_output=True)
        os.chmod(self.dir, 0o755)
        return pem, key
