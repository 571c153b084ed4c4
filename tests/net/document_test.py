#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What the documents in the tree name is there."""

import glob
import os
import re
import unittest

from manual import TOP

DOCUMENTS = 'README.md', 'user/README.md', 'tools/bench/README.md'
# What is named as a path: `map/answer.c`, `state/store*.c`, `.ci/run`.
NAMED = re.compile(r'`([\w.*/-]*[\w*]\.(?:py|sh|[ch]|rules|svg)|[.\w/]+/\w+)`')


def read(name):
    with open(os.path.join(TOP, name), encoding='utf-8') as file:
        return file.read()


def there(path, document):
    """A path is the tree's, or begins at the document's folder; a name alone is
    that of any file."""
    folders = ['', os.path.dirname(document)]
    if '/' not in path:
        folders += ['bpf', 'tests/*', 'user/*', 'user/*/*']
    return any(glob.glob(os.path.join(TOP, folder, path))
               for folder in folders)

STRING = re.compile(r'"(?:\\.|[^"\\\n])*"')  # of C


class Documents(unittest.TestCase):
    def test_files_that_are_named(self):
        for document in DOCUMENTS:
            with self.subTest(document):
                paths = {path for path in NAMED.findall(read(document))
                         if not path.startswith(('/', 'build/'))}
                self.assertEqual([path for path in sorted(paths)
                                  if not there(path, document)], [])

    def test_links(self):
        for document in DOCUMENTS:
            text = read(document)
            with self.subTest(document):
                for link in re.findall(r'\]\(([^)]+)\)', text):
                    if link.startswith('#'):
                        title = link[1:].replace('-', ' ')
                        self.assertIn('## ' + title, text.lower())
                    else:
                        self.assertTrue(there(link, document), link)

    def test_functions_that_are_named(self):
        """They stand in a file that is named in the same document."""
        text = read('user/README.md')
        files = [os.path.join(TOP, folder, path)
                 for path in NAMED.findall(text) for folder in ('', 'user')]
        code = ''.join(read(path) for path in set(files)
                       if os.path.isfile(path) and path[-2:] in ('.c', '.h'))
        names = set(re.findall(r'`(\w+)\(\)`', text))
        self.assertGreater(len(names), 5)
        self.assertEqual([name for name in names if not re.search(
            rf'(?m)^(?:[\w ]+[\* ])?{name}\(', code)], [])

    def test_storeys(self):
        makefile = re.search(r'(?m)^STOREYS := (.*)$', read('Makefile'))[1]
        table = re.findall(r'(?m)^\| `(\w+)` \| ', read('user/README.md'))
        self.assertEqual(table, makefile.split())
        self.assertEqual({*table, 'man'}, {
            name for name in os.listdir(os.path.join(TOP, 'user'))
            if os.path.isdir(os.path.join(TOP, 'user', name))})

    def test_files_that_comments_name(self):
        """Those in parentheses, such as (conn.h)."""
        paths = [os.path.join(folder, name)
                 for top in ('user', 'bpf', 'tests', 'tools')
                 for folder, _, names in os.walk(os.path.join(TOP, top))
                 for name in names if name.endswith(('.c', '.h'))]
        names = {os.path.basename(path) for path in paths}
        self.assertGreater(len(names), 300)
        self.assertEqual([(path, named) for path in paths
                          for named in re.findall(r'\(([a-z_.]+\.[ch])\)',
                                                  STRING.sub('', read(path)))
                          if named not in names], [])

    def test_kernels(self):
        """What attach says that was tried stands in the manual's table."""
        tried = re.search(r'FAST_TRIED "(.*)"',
                          read('user/fast/fast_tried.h'))[1].split(', ')
        page = read('user/man/detour-fastpath.7')
        table = page.split('.SH KERNELS')[1].split('.nf')[1].split('.fi')[0]
        works = re.findall(r'^(\d+\.\d+)\.\d+ .* ok ', table, re.M)
        self.assertEqual(list(dict.fromkeys(works)), tried)

    def test_length(self):
        for document, most in ('README.md', 170), ('user/README.md', 200):
            self.assertLessEqual(read(document).count('\n'), most, document)


if __name__ == '__main__':
    unittest.main()
