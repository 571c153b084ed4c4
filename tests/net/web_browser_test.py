#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The page of detour web in a browser: each link, three widths, light and dark,
by keyboard, without JavaScript. The screenshots are kept in build/shots/."""

import os
import re
import unittest
import urllib.parse

import attaching
from browsing import Browser, Web
from manual import TOP
from serving import RULES, Client, Server, get, wait_for

WIDTHS = 360, 800, 1400
SHOTS = os.path.join(TOP, 'build/shots')
PATHS = ('/', '/rules', '/misses', '/releases', '/explain',
         '/explain?url=http://old.example/item%3Fid%3D7&method=POST')
RULES_LONG = 1000000  # with DETOUR_LONG
RULES_SHORT = 2000

setUpModule = attaching.setUpModule


def many(count):
    return ''.join(f'old.example/page/{i} https://new.example/{i} 301\n'
                   for i in range(count))


class Browsing(attaching.Attach):
    """A state directory with a server, the fast path and a page; a browser,
    which is the same for all, since it starts slowly."""
    browser = None

    @classmethod
    def setUpClass(cls):
        if not Browsing.browser:
            Browsing.browser = Browser()
            unittest.addModuleCleanup(Browsing.browser.stop)

    def setUp(self):
        super().setUp()
        # The server, the page and the browser are in this namespace.
        self.do('import', '-', stdin=self.rules)
        self.attach()
        self.server = Server(self.state)
        self.addCleanup(self.server.stop)
        self.web = Web(self.state)
        self.addCleanup(self.web.stop)
        self.addCleanup(self.leave)
        self.browser.look(1400)

    def leave(self):
        """What another page still asks for is no complaint of the next."""
        self.browser.go('about:blank')
        self.browser.complaints()

    def go(self, path):
        self.browser.go(self.web.url + path)
        self.assertEqual(self.browser.complaints(), [], path)

    def ask(self, count, *args):
        with Client(self.server) as client:
            for _ in range(count):
                client.ask(get(*args))


class Page(Browsing):
    rules = RULES

    def test_every_link(self):
        seen, left = set(), {'/'}
        while left:
            path = left.pop()
            seen.add(path)
            self.go(path)
            for name in self.browser.run(
                    'return [...document.links].map(a => a.href)'):
                url = urllib.parse.urlsplit(name)
                self.assertEqual(f'{url.scheme}://{url.netloc}', self.web.url)
                if url.fragment:
                    self.assertTrue(self.browser.run(
                        'return !!document.getElementById(arguments[0])',
                        url.fragment), name)
                if url.path not in seen:
                    left.add(url.path)
        self.assertEqual(seen, {'/', '/rules', '/misses', '/releases',
                                '/explain'})

    def test_live(self):
        """Rates, releases and warnings come by themselves."""
        self.go('/')
        self.ask(50)
        self.assertTrue(self.browser.wait(
            'return document.querySelector(\'[data-plot="server"] '
            '[data-most]\').textContent !== "0"'))
        self.assertTrue(self.browser.run(
            'return document.querySelector(\'[data-plot="server"] polyline\')'
            '.points.length'))
        self.do('add', 'more.example', '-', '410')
        self.assertTrue(self.browser.wait(
            'return document.getElementById("release").textContent === "2"'))
        self.server.stop()
        self.do('detach', 'va')
        self.assertTrue(self.browser.wait(
            'return document.getElementById("warnings").textContent'
            '.includes("nothing answers")'))
        self.assertEqual(self.browser.run(
            'return document.getElementById("ready").textContent'),
            'NOT READY')
        self.assertEqual(self.browser.complaints(), [])
        self.web.stop()
        self.assertTrue(self.browser.wait(
            'return document.getElementById("warnings").textContent'
            '.includes("old")'))

    def test_without_javascript(self):
        self.ask(20)
        self.assertTrue(wait_for(lambda: self.web.figures()['counters'][
            'socket']['get_301'] == 20))
        self.browser.devtools('Emulation.setScriptExecutionDisabled',
                              value=True)
        self.addCleanup(self.browser.devtools,
                        'Emulation.setScriptExecutionDisabled', value=False)
        self.go('/')
        html = self.browser.call('GET', '/source')
        for text in ('Releases', 'import -', 'Answers of servers', 'polyline',
                     '>20<', 'Load the page again', 'va'):
            self.assertIn(text, html)

    def test_by_keyboard(self):
        """What the focus goes through, and that it is seen."""
        self.go('/')
        names = []
        for _ in range(40):
            self.browser.call('POST', '/actions', {'actions': [{
                'type': 'key', 'id': 'k', 'actions': [
                    {'type': 'keyDown', 'value': '\ue004'},
                    {'type': 'keyUp', 'value': '\ue004'}]}]})
            name, outline, tag = self.browser.run(
                'const e = document.activeElement;'
                'return [e.id || e.getAttribute("aria-label") ||'
                ' e.textContent.trim().slice(0, 40),'
                ' getComputedStyle(e).outlineStyle, e.tagName]')
            if tag == 'BODY' or name in names:
                break
            names.append(name)
            self.assertNotEqual(outline, 'none', name)
        self.assertEqual(names[:6], ['to the content', 'Overview', 'Rules',
                                     'Misses', 'Releases', 'Explain a URL'])
        for name in ('Answers of rules by code', 'url', 'method', 'Explain',
                     'More releases'):
            self.assertIn(name, names)
        self.browser.run('document.getElementById("url").focus()')
        self.browser.call('POST', '/actions', {'actions': [{
            'type': 'key', 'id': 'k', 'actions': [
                {'type': kind, 'value': key}
                for key in 'old.example/gone\ue007'
                for kind in ('keyDown', 'keyUp')]}]})
        self.assertTrue(self.browser.wait(
            'return document.querySelector("pre")?.textContent'
            '.includes("410 Gone")'))

    def test_for_screen_readers(self):
        """Names of all that can be reached, and headings without a gap."""
        for path in PATHS:
            self.go(path)
            nodes = self.browser.devtools('Accessibility.getFullAXTree')
            names = {}
            for node in nodes['nodes']:
                role = node.get('role', {}).get('value')
                names.setdefault(role, []).append(
                    node.get('name', {}).get('value', ''))
            for role in ('link', 'button', 'textbox', 'combobox', 'region',
                         'image', 'table', 'navigation'):
                for name in names.get(role, []):
                    self.assertTrue(name.strip(), (path, role))
            levels = self.browser.run(
                'return [...document.querySelectorAll("h1,h2,h3,h4")]'
                '.map(h => +h.tagName[1])')
            self.assertEqual(levels[0], 1)
            for before, after in zip(levels, levels[1:]):
                self.assertLessEqual(after, before + 1)
                self.assertGreater(after, 1)

    def test_contrast(self):
        """Text is told from its ground (WCAG AA), in the light and the dark."""
        for path in PATHS:
            self.go(path)
            for dark in False, True:
                self.browser.look(1400, dark)
                self.assertEqual(self.browser.run(CONTRAST), [], (path, dark))


# Texts whose contrast is below 4.5.
CONTRAST = '''
const light = (color) => {
	const [r, g, b] = color.match(/[\\d.]+/g).slice(0, 3).map((v) => {
		v /= 255;
		return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ground = (e) => {
	for (; e; e = e.parentElement) {
		const color = getComputedStyle(e).backgroundColor;
		if (!color.startsWith("rgba(0, 0, 0, 0"))
			return color;
	}
	return "rgb(255, 255, 255)";
};
return [...document.querySelectorAll("main *, header *")].filter((e) => {
	const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
	if (!own)
		return false;
	const a = light(getComputedStyle(e).color), b = light(ground(e));
	return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
}).map((e) => e.outerHTML.slice(0, 80));
'''


class Shots(Browsing):
    """Nothing is cut or wider than the window."""
    rules = 'old.example https://new.example 307\n'
    name = '1-rule'

    def setUp(self):
        super().setUp()
        self.do('add', 'www.old.example', 'https://new.example', '307',
                '--message', 'a message that is long, for people who say why '
                'they do what they do, and a name/' + 'without-a-blank-' * 6)
        if self.name == '1-rule':
            self.do('del', 'www.old.example')
        self.ask(30, '/page/7')
        self.ask(5, '/wp-login.php', 'none.example')
        wait_for(lambda: (self.web.figures()['hits'] or {}).get('most') and
                 self.web.figures()['misses']['urls'],
                 200 if os.environ.get('DETOUR_LONG') else 20)

    def looks(self, path):
        """All of them of the first page, and of all in the long form."""
        if path == '/' or os.environ.get('DETOUR_LONG'):
            return [(width, dark) for width in WIDTHS
                    for dark in (False, True)]
        return [(WIDTHS[0], True), (WIDTHS[-1], False)]

    def test_widths(self):
        for path in PATHS:
            self.go(path)
            for width, dark in self.looks(path):
                with self.subTest((path, width, dark)):
                    self.browser.look(width, dark)
                    wide = self.browser.run(
                        'return document.documentElement.scrollWidth')
                    self.assertLessEqual(wide, width, path)
                    page = re.sub(r'\W+', '-', path).strip('-') or 'overview'
                    self.browser.shot(os.path.join(
                        SHOTS, f'{self.name}-{page[:16].strip("-")}-{width}-'
                        f'{"dark" if dark else "light"}.png'))


class ShotsOfMany(Shots):
    rules = many(RULES_LONG if os.environ.get('DETOUR_LONG') else RULES_SHORT)
    name = 'many-rules'


if __name__ == '__main__':
    unittest.main()
