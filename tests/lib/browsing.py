# SPDX-License-Identifier: BSD-2-Clause
"""A page of detour web for tests, and a browser without a screen."""

import base64
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

from serving import DETOUR, LIMIT, wait_for


class Web:
    """A running detour web; its standard error is kept, line by line."""

    def __init__(self, state, *args, listen='127.0.0.1:0', ready=True,
                 **kwargs):
        self.lines = []
        command = [DETOUR, '--state', getattr(state, 'path', state), 'web',
                   '--listen', listen, *args]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE,
                                        text=True, **kwargs)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        if not ready:
            return
        line = wait_for(lambda: next((line for line in self.lines
                                      if 'ready on' in line), None))
        if not line:
            self.stop()
            raise AssertionError(f'not ready: {self.lines}')
        self.listen = line.split('ready on ')[1]
        host, port = self.listen.rsplit(':', 1)
        self.port = int(port) if port.isdigit() else None
        self.address = (host.strip('[]'), self.port)
        self.url = f'http://{self.listen}'

    def read(self):
        for line in self.process.stderr:
            self.lines.append(line.rstrip('\n'))
        self.process.stderr.close()

    def stop(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(LIMIT)
        self.reader.join(LIMIT)
        return code

    def gatherer(self):
        """The process that gathers figures."""
        found = subprocess.run(['ps', '-o', 'pid=', '--ppid',
                                str(self.process.pid)], text=True,
                               capture_output=True, check=True).stdout.split()
        return int(found[0]) if found else None

    def ask(self, path='/', method='GET', **fields):
        """Status, fields and body; names of fields with _ for -."""
        request = urllib.request.Request(
            self.url + path, method=method,
            headers={name.replace('_', '-'): value
                     for name, value in fields.items()})
        opener = urllib.request.build_opener(NoRedirect)
        try:
            with opener.open(request, timeout=LIMIT) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    def text(self, path='/', status=200, **fields):
        got, _, body = self.ask(path, **fields)
        if got != status:
            raise AssertionError(f'{path}: {got}, not {status}: {body[:500]}')
        return body.decode()

    def figures(self):
        return json.loads(self.text('/figures.json'))

    def raw(self, data, address=None):
        """All that comes back for bytes, until the connection ends."""
        if self.port is None:
            sock = socket.socket(socket.AF_UNIX)
            sock.settimeout(LIMIT)
            sock.connect(address or self.listen.split(':', 1)[1])
        else:
            sock = socket.create_connection(address or self.address, LIMIT)
        with sock:
            sock.sendall(data)
            return b''.join(iter(lambda: sock.recv(65536), b''))


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


class Browser:
    """Chromium, by its driver (W3C WebDriver)."""

    def __init__(self, *args):
        self.home = tempfile.mkdtemp(prefix='detour-browser-')
        self.driver = subprocess.Popen(
            ['chromedriver', '--port=0'], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, start_new_session=True,
            env={**os.environ, 'HOME': self.home, 'TMPDIR': self.home})
        self.session = None
        try:
            self.start(args)
        except BaseException:
            self.stop()
            raise

    def start(self, args):
        for line in self.driver.stdout:
            found = re.search(r'started successfully on port (\d+)', line)
            if found:
                break
        else:
            raise AssertionError('chromedriver did not start')
        self.base = f'http://127.0.0.1:{found[1]}/session'
        made = self.call('POST', '', {'capabilities': {'alwaysMatch': {
            'browserName': 'chrome', 'goog:loggingPrefs': {'browser': 'ALL'},
            'goog:chromeOptions': {'args': [
                '--headless=new', '--no-sandbox', '--disable-gpu',
                '--disable-dev-shm-usage', '--hide-scrollbars', '--no-proxy-server',
                f'--user-data-dir={self.home}/profile', *args]}}}})
        self.session = '/' + made['sessionId']

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            self.base + (self.session or '') + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={'Content-Type': 'application/json'})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)['value']
        except urllib.error.HTTPError as error:
            with error:
                raise AssertionError(error.read().decode()[:500]) from None

    def devtools(self, command, **params):
        return self.call('POST', '/goog/cdp/execute',
                         {'cmd': command, 'params': params})

    def go(self, url):
        self.call('POST', '/url', {'url': url})

    def run(self, script, *args):
        """What a function's body returns in the page."""
        return self.call('POST', '/execute/sync',
                         {'script': script, 'args': list(args)})

    def wait(self, script, *args, limit=LIMIT):
        end = time.monotonic() + limit
        while True:
            value = self.run(script, *args)
            if value or time.monotonic() > end:
                return value
            time.sleep(0.05)

    def look(self, width, dark=False, height=900):
        """From now on with so many pixels, and in the dark."""
        self.devtools('Emulation.setDeviceMetricsOverride', width=width,
                      height=height, deviceScaleFactor=1, mobile=False)
        self.devtools('Emulation.setEmulatedMedia', features=[
            {'name': 'prefers-color-scheme',
             'value': 'dark' if dark else 'light'}])

    def shot(self, path):
        """The whole page, as a PNG file."""
        os.makedirs(os.path.dirname(path), exist_ok=True)
        taken = self.devtools('Page.captureScreenshot', format='png',
                              captureBeyondViewport=True)
        with open(path, 'wb') as file:
            file.write(base64.b64decode(taken['data']))

    def complaints(self):
        """What went wrong since the last call: scripts, the policy, loads."""
        return [entry['message'] for entry in
                self.call('POST', '/se/log', {'type': 'browser'})
                if entry['level'] in ('WARNING', 'SEVERE')]

    def stop(self):
        if self.session:
            try:
                self.call('DELETE', '')
            except (AssertionError, OSError):
                pass
        # Its group is what it started.
        os.killpg(self.driver.pid, signal.SIGKILL)
        self.driver.wait()
        self.driver.stdout.close()
        shutil.rmtree(self.home, ignore_errors=True)
