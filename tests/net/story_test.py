#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A night's move as one story, every output and exit code asserted: nginx's files
and a spreadsheet, what is wrong with them, a draft, a rehearsal, the cutover on
trial under load, a look from outside, the promotion, and the way back."""

import re
import threading
import unittest

from commands import Case
from serving import Client, Server, get, wait_for

SITE = """\
server {
    listen 80;
    server_name old.example;
    include moved.conf;
    location / { return 302 https://new.example$request_uri; }
}
"""
MOVED = """\
location = /a { return 301 https://old.example/b; }
location = /b { return 301 https://new.example/c; }
location = /loop { return 301 https://old.example/pool; }
location = /pool { return 301 https://old.example/loop; }
location = /about { return 301 https://new.example/about; }
location = /blog/old { return 308 https://blog.new.example/new; }
location ^~ /blog/ { return 301 https://blog.new.example$request_uri; }
location ~ ^/blog/old$ { return 301 https://blog.new.example/never; }
"""
PAGES = """\
source,target,code
/about,https://new.example/about-us,301
/about,https://new.example/who,301
/blog/hello,https://blog.new.example/hello,301
"""
LOG = """\
192.0.2.1 - - [27/Nov/2026:23:00:00 +0000] "GET /a HTTP/1.1" 404 0 "-" "-"
192.0.2.1 - - [27/Nov/2026:23:00:01 +0000] "GET /a?x=1 HTTP/1.1" 404 0 "-" "-"
192.0.2.2 - - [27/Nov/2026:23:00:02 +0000] "GET /about HTTP/1.1" 404 0 "-" "-"
192.0.2.2 - - [27/Nov/2026:23:00:03 +0000] "GET /kept HTTP/1.1" 302 0 "-" "-"
192.0.2.2 - - [27/Nov/2026:23:00:04 +0000] "GET /gone HTTP/1.1" 410 0 "-" "-"
192.0.2.2 - - [27/Nov/2026:23:00:05 +0000] "POST /blog/x HTTP/1.1" 404 0 "-" "-"
not a line of a log
"""
BEFORE = """\
old.example/gone - 410
old.example/kept https://new.example/kept 302
"""
MENDED = re.sub(r"(?m)^.*(?:loop|pool|never).*\n", "", MOVED)
CHOSEN = PAGES.replace("/about,https://new.example/about-us,301\n", "")

NEW = "https://new.example/c"
BEFOREHAND = """\
$ import before.rules
release 1: 2 rules, 2 added, 0 removed, 0 changed; format rules
"""
CUTOVER = """\
$ cutover --message 'the night'
release 2: 10 rules, 8 added, 0 removed, 0 changed
"""
PROMOTE = """\
$ promote --host old.example
release 3: 10 rules, 0 added, 0 removed, 6 changed
if this is taken back at once, caches may hold the permanent answer until
  TIME  old.example (max-age=3600)
detour promote: old.example/* is left as it is: it has no final=
detour promote: old.example/blog is left as it is: it has no final=
detour promote: old.example/gone is left as it is: it has no final=
detour promote: old.example/kept is left as it is: it has no final=
"""
ROLLBACK = """\
$ rollback 1 --message 'the shop was not ready'
release 5: 2 rules, 0 added, 8 removed, 0 changed, those of release 1
"""
NIGHT = """\
$ check site.conf
moved.conf:8: never reached: return: no request comes to it
site.conf: 1 left out (never reached: 1)
site.conf:1: default server: nginx takes the first server for hosts that none names; rules do where it has no names, or "listen ... default_server"
site.conf:1: normal form: nginx compares or sends paths and queries as they were sent, and refuses '/..' above the root; rules have them in normal form
moved.conf:1: slash: nginx compares paths with '//' merged into '/': rules do not
moved.conf:1: escape: nginx compares paths decoded, '%2F' as '/' and '%25' as '%': rules do not
site.conf: 4 answered otherwise (default server: 1, normal form: 1, slash: 1, escape: 1)
moved.conf:1: chain: old.example/a leads to old.example/b on moved.conf:2 and on: 2 redirects from old.example/a to https://new.example/c
moved.conf:3: loop: old.example/loop leads to old.example/pool on moved.conf:4 and back
site.conf:5: twin: old.example/* is there, but no rule answers www.old.example
site.conf: 3 warned of (chain: 1, loop: 1, twin: 1)
9 rules; format nginx
$ check pages.csv --host old.example
pages.csv:3: source: old.example/about is on line 2 already (https://new.example/about-us 301)
pages.csv: 1 error
2 rules; format csv
[1]
# mend
$ import site.conf --draft --trial --flatten
new draft draft, from release 1: 9 rules, 7 added, 0 removed, 0 changed; format nginx; 5 on trial
site.conf:1: default server: nginx takes the first server for hosts that none names; rules do where it has no names, or "listen ... default_server"
site.conf:1: normal form: nginx compares or sends paths and queries as they were sent, and refuses '/..' above the root; rules have them in normal form
moved.conf:1: slash: nginx compares paths with '//' merged into '/': rules do not
moved.conf:1: escape: nginx compares paths decoded, '%2F' as '/' and '%25' as '%': rules do not
site.conf: 4 answered otherwise (default server: 1, normal form: 1, slash: 1, escape: 1)
site.conf:5: twin: old.example/* is there, but no rule answers www.old.example
site.conf: 1 warned of (twin: 1)
$ import pages.csv --host old.example --draft --trial --update
draft draft: 10 rules, 1 added, 0 removed, 1 changed; format csv; 2 on trial
$ check --draft
draft draft: twin: old.example/* is there, but no rule answers www.old.example
draft draft: 1 warned of (twin: 1)
$ draft list
draft  TIME  root  import pages.csv --update --trial
    10 rules, 2 changes, from release 1
$ diff
+ old.example/* https://new.example/* 302
+ old.example/a https://new.example/c 307 query=drop final=301
+ old.example/about https://new.example/who 307 query=drop final=301
+ old.example/b https://new.example/c 307 query=drop final=301
+ old.example/blog https://new.example/blog 302
+ old.example/blog/* https://blog.new.example/blog/* 307 final=301
+ old.example/blog/hello https://blog.new.example/hello 307 final=301
+ old.example/blog/old https://blog.new.example/new 307 query=drop final=308
release 1, which is live -> draft draft: 10 rules, 8 added, 0 removed, 0 changed
$ diff --stat --exit-code
old.example                              +8 -0 ~0
release 1, which is live -> draft draft: 10 rules, 8 added, 0 removed, 0 changed
[1]
$ rehearse --to draft access.log --host old.example
6 requests of access.log (combined), from release 1, which is live to draft draft
         2 answered alike
         0 answered by no rule
         0 lost
         0 changed
         4 new
         1 line that could not be read

new: 4
         2 + old.example/a https://new.example/c 307 query=drop
             access.log:1: GET http://old.example/a (got 404): 404 -> 307 https://new.example/c
         1 + old.example/about https://new.example/who 307 query=drop
             access.log:3: GET http://old.example/about (got 404): 404 -> 307 https://new.example/who
         1 + old.example/blog/* https://blog.new.example/blog/* 307
             access.log:6: POST http://old.example/blog/x (got 404): 404 -> 307 https://blog.new.example/blog/x
access.log:7: no [TIME] behind the client
$ rehearse --to draft access.log --host old.example --fail-if new
6 requests of access.log (combined), from release 1, which is live to draft draft
         2 answered alike
         0 answered by no rule
         0 lost
         0 changed
         4 new
         1 line that could not be read

new: 4
         2 + old.example/a https://new.example/c 307 query=drop
             access.log:1: GET http://old.example/a (got 404): 404 -> 307 https://new.example/c
         1 + old.example/about https://new.example/who 307 query=drop
             access.log:3: GET http://old.example/about (got 404): 404 -> 307 https://new.example/who
         1 + old.example/blog/* https://blog.new.example/blog/* 307
             access.log:6: POST http://old.example/blog/x (got 404): 404 -> 307 https://blog.new.example/blog/x
access.log:7: no [TIME] behind the client
[1]
$ verify --draft --against SERVER --top 1
SERVER, in plaintext; rules: draft draft
rules     10 asked for
requests  10: 2 as the rules say, 8 with another status
made up   values in 9 requests, such as verify=1

another status: 8
  old.example/* https://new.example/* 302
    asked     GET http://old.example/Verify?verify=1
    expected  302 https://new.example/Verify?verify=1
    got       404
  and 7 more
[1]
$ cutover --dry-run
+ old.example/* https://new.example/* 302
+ old.example/a https://new.example/c 307 query=drop final=301
+ old.example/about https://new.example/who 307 query=drop final=301
+ old.example/b https://new.example/c 307 query=drop final=301
+ old.example/blog https://new.example/blog 302
+ old.example/blog/* https://blog.new.example/blog/* 307 final=301
+ old.example/blog/hello https://blog.new.example/hello 307 final=301
+ old.example/blog/old https://blog.new.example/new 307 query=drop final=308
dry run: it would be 10 rules, 8 added, 0 removed, 0 changed
# go_live
$ draft list
detour draft: there is none
$ verify --against SERVER
SERVER, in plaintext; rules: release 2, which is live
rules     10 asked for
requests  10: 10 as the rules say
made up   values in 9 requests, such as verify=1
$ advise --log access.log --host old.example
6 requests; rules: live
         1 with another method than GET and HEAD
         1 of them met 301 or 302, behind which most clients send GET
         1 line that could not be read

         1 old.example/blog/* https://blog.new.example/blog/* 307 final=301
           POST 1; kept now, lost with promote
           access.log:6: POST http://old.example/blog/x (got 404)
           detour set 'old.example/blog/*' 'https://blog.new.example/blog/*' 307 final=301/308 --state state
access.log:7: no [TIME] behind the client
# make_permanent
$ verify --against SERVER
SERVER, in plaintext; rules: release 3, which is live
rules     10 asked for
requests  10: 10 as the rules say
made up   values in 9 requests, such as verify=1
$ explain --method POST http://old.example/blog/x
scheme   http:// -> http  (it comes in plaintext)
host     old.example  (is in normal form)
path     /blog/x  (is in normal form)
release  3
wins     old.example/blog/* https://blog.new.example/blog/* 301  (the most specific match)
loses    old.example/* https://new.example/* 302  (a longer prefix wins)
result   redirect
answer   HTTP/1.1 301 Moved Permanently\\r\\n
answer   Date: TIME\\r\\n
answer   Location: https://blog.new.example/blog/x\\r\\n
answer   Cache-Control: max-age=3600\\r\\n
answer   Content-Length: 0\\r\\n
answer   \\r\\n
means    no cache keeps what a POST gets; search engines take the new URL for the old one
means    a POST becomes a GET without its body with most clients
$ demote old.example/blog/*
- old.example/blog/* https://blog.new.example/blog/* 301
+ old.example/blog/* https://blog.new.example/blog/* 307 final=301
release 4: 10 rules, 0 added, 0 removed, 1 changed
caches may hold the permanent answer until
  TIME  old.example (max-age=3600)
# go_back
$ verify --against SERVER
SERVER, in plaintext; rules: release 5, which is live
rules     2 asked for
requests  2: 2 as the rules say
made up   values in 1 request, such as verify=1
$ cutover
detour cutover: there is no draft draft: it went live as release 2
[1]
$ log
5  TIME  root  rollback 1
    2 rules, 0 added, 8 removed, 0 changed, those of release 1
    the shop was not ready
4  TIME  root  demote old.example/blog/*
    10 rules, 0 added, 0 removed, 1 changed
3  TIME  root  promote --host old.example
    10 rules, 0 added, 0 removed, 6 changed
2  TIME  root  cutover draft
    10 rules, 8 added, 0 removed, 0 changed
    the night
1  TIME  root  import before.rules
    2 rules, 2 added, 0 removed, 0 changed
"""


class Asking(threading.Thread):
    """Asks for a path until it is told to stop; has each answer's code and
    Location."""

    def __init__(self, server, path):
        super().__init__()
        self.server, self.path = server, path
        self.stopped = threading.Event()
        self.rounds, self.seen, self.failed = 0, set(), []

    def run(self):
        while not self.stopped.is_set():
            try:
                with Client(self.server) as client:
                    answer = client.ask(get(self.path))
                self.seen.add((answer.status, answer.headers.get("location")))
            except (OSError, AssertionError) as error:
                self.failed.append(repr(error))
            self.rounds += 1
            self.stopped.wait(0.002)

    def further(self):
        more = self.rounds + 5
        if not wait_for(lambda: self.rounds >= more):
            raise AssertionError("nobody answers")

    def __enter__(self):
        self.start()
        self.further()
        return self

    def __exit__(self, *args):
        self.further()
        self.stopped.set()
        self.join()


def scenes(story):
    """Each command with what it says, or the name of what comes between."""
    for part in re.split(r"(?m)^(?=[$#] )", story)[1:]:
        line, _, said = part.partition("\n")
        ended = re.search(r"\[(\d+)\]\n$", said)
        yield line[0], line[2:], said[:ended and ended.start()], (
            int(ended[1]) if ended else 0)


class Story(Case):
    maxDiff = None

    def words(self, line):
        """The arguments of a line; what names a file is that file."""
        words = [word.strip("'") for word in re.findall(r"'.*?'|\S+", line)]
        return [self.names.get(word, word).replace("SERVER", self.at)
                for word in words]

    def plain(self, text):
        text = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)?",
                      "TIME", text)
        text = text.replace(", sent since TIME", "")
        text = re.sub(r"Date: .*?GMT", "Date: TIME", text)
        return text.replace(self.at, "SERVER").replace(f"{self.dir}/", "")

    def play(self, story):
        for kind, line, said, code in scenes(story):
            with self.subTest(line):
                if kind == "#":
                    getattr(self, line)()
                    continue
                done = self.run_detour(*self.words(line))
                self.assertEqual(
                    (self.plain((done.stdout + done.stderr).decode()),
                     done.returncode), (said, code))

    def file(self, name, text):
        self.names[name] = self.write(name, text)

    def mend(self):
        self.file("moved.conf", MENDED)
        self.file("pages.csv", CHOSEN)

    def asked(self, line, *answers):
        """A command while the path /a is asked for."""
        with Asking(self.server, "/a") as asking:
            self.play(line)
        self.assertEqual(asking.failed, [])
        self.assertEqual(asking.seen, set(answers))

    def go_live(self):
        self.asked(CUTOVER, (404, None), (307, NEW))

    def make_permanent(self):
        self.asked(PROMOTE, (307, NEW), (301, NEW))

    def go_back(self):
        self.asked(ROLLBACK, (301, NEW), (404, None))

    def test_night(self):
        self.names, self.at = {}, "SERVER"
        for name, text in (("before.rules", BEFORE), ("site.conf", SITE),
                           ("moved.conf", MOVED), ("pages.csv", PAGES),
                           ("access.log", LOG)):
            self.file(name, text)
        self.play(BEFOREHAND)
        self.server = Server(self.state)
        self.addCleanup(self.server.stop)
        self.at = "%s:%d" % self.server.address
        self.play(NIGHT)


if __name__ == "__main__":
    unittest.main()
