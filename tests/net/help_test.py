#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Help, the manual and the shell's completion, held to what the commands take."""

import os
import re
import string
import subprocess
import unittest

from commands import DETOUR, Case
from manual import TOP, page, pages

COMPLETION = os.path.join(TOP, "tools/completion/detour.bash")

COMMANDS = ("add set del import promote demote cutover draft rollback prune show"
            " explain check diff rehearse verify advise export log status stats"
            " hits misses top tap web"
            " serve attach"
            " detach").split()
# A section that a page refers to: .B "THE FALLBACK", .RB ( LIMITS ).
HEADING = r'(?m)^\.BR? "([A-Z]+(?: [A-Z]+)+)"|\( ([A-Z]+) \)[.,]?$'
# Of every command; not in its own paragraph of the manual.
EVERYWHERE = {"help", "state"}
CHANGING = {"add", "set", "del", "import", "promote", "demote", "cutover",
            "rollback"}
CHANGE = {"message", "if-release", "wait", "force", "dry-run", "draft"}


def manual_section(text, title):
    return text.split("\n.SH " + title + "\n", 1)[1].split("\n.SH ", 1)[0]


def manual_options(text):
    return set(re.findall(r"--([a-z][a-z-]*)", text))


class Help(Case):
    def run_bare(self, *args, **env):
        return subprocess.run([DETOUR, *args], capture_output=True, text=True,
                              timeout=60, check=False,
                              env={"PATH": os.environ["PATH"], **env})

    def option_names(self, command, prefix):
        """What the command takes that begins so, by its own messages."""
        stop = "--no-such-option-at-all"
        self.do(command, "--%s=1" % prefix, stop, code=2)
        line = self.err.splitlines()[0]
        many = re.search(r"could be any of((?: --[a-z-]+)+)$", line)
        if many:
            return set(re.findall(r"--([a-z-]+)", many[1]))
        one = re.search(r": --([a-z-]+) takes no value$", line)
        if one:
            return {one[1]}
        if "bad option '--%s=1'" % prefix in line:
            return set()
        if re.search(r"--draft\[=", self.do("help", command)) and (
                prefix == "d" and "no-such" in line):
            return {"draft"}  # its value may be left out
        self.do(command, "--" + prefix, code=2)
        return {re.search(r"'--([a-z-]+)' needs a value", self.err)[1]}

    def options(self, command):
        names = set()
        for letter in string.ascii_lowercase:
            names |= self.option_names(command, letter)
        return names | EVERYWHERE

    def helped(self, text):
        return set(re.findall(r"^  (?:-[a-zA-Z], )?--([a-z-]+)", text, re.M))

    def manual_of(self, text, command):
        if command == "serve":
            return manual_section(text, "SERVING")
        part = manual_section(text, "COMMANDS")
        return "\n".join(
            block for block in re.split(r"\n\.TP\n", part)
            if re.match(r"\\fB%s(?:\\fR| )" % command, block))

    def test_c11_every_option_is_in_help_and_manual(self):
        manual = page("detour.8").replace("\\-", "-")
        preamble = manual_section(manual, "COMMANDS").split("\n.TP\n", 1)[0]
        for command in COMMANDS:
            with self.subTest(command):
                options = self.options(command)
                self.assertEqual(self.helped(self.do(command, "--help")),
                                 options)
                said = manual_options(self.manual_of(manual, command))
                if command in CHANGING:
                    said |= manual_options(preamble) & CHANGE
                self.assertEqual(options - EVERYWHERE - said, set())

    def test_c11_help_of_a_command(self):
        for command in COMMANDS:
            with self.subTest(command):
                wanted = self.do("help", command)
                self.assertTrue(wanted.startswith(
                    "Usage: detour %s " % command))
                self.assertIn("\nExit codes: 0 ", wanted)
                for line in wanted.splitlines():
                    self.assertLessEqual(len(line), 80)
                for args in ([command, "--help"], [command, "-h"],
                             [command, "x", "-h"], [command, "--hel"],
                             ["-h", command], ["--help", command]):
                    if command == "serve" and args[1] == "--he":
                        continue
                    self.assertEqual(self.do(*args), wanted, args)
                    self.assertEqual(self.err, "")
        self.assertFalse(os.path.exists(self.state))
        self.assertEqual(self.do("list", "-h"), self.do("show", "-h"))
        self.assertEqual(self.run_bare("add", "-h").returncode, 0)

    def test_c11_help_as_a_value_is_no_help(self):
        self.do("add", "a.example", "-", "410", "--message", "-h")
        self.do("add", "--message=--help", "b.example", "-", "410")
        self.assertEqual(self.live(), 2)
        self.do("add", "--", "-h", "-", "410")
        self.assertIn("-h/* - 410\n", self.do("show"))

    def test_c11_overview_and_version(self):
        wanted = self.do("help")
        for args in (["-h"], ["--help"], ["help", "--help"], ["help", "help"]):
            self.assertEqual(self.do(*args), wanted, args)
        names = re.findall(r"^  ([a-z]+) ", wanted, re.M)
        self.assertEqual(names, COMMANDS)
        self.assertEqual(self.do("-V"), self.do("--version"))
        self.assertTrue(self.do("-V").startswith("detour "))

    def test_c11_other_names_and_slips(self):
        self.do("add", "a.example", "-", "410")
        self.assertEqual(self.do("list"), self.do("show"))
        self.do("rm", "a.example")
        self.assertEqual(self.live(), 2)
        for word, meant in (("statsu", "status"), ("shwo", "show"),
                            ("exprt", "export"), ("roll", "rollback"),
                            ("test", "explain"), ("delete", "del"),
                            ("ls", "show"), ("prun", "prune"),
                            ("SHOW", "show"), ("STATSU", "status"),
                            ("Delete", "del"), ("x", None), ("qwertz", None)):
            for args in ([word], [word, "--help"], ["help", word]):
                with self.subTest(args):
                    self.do(*args, code=2)
                    hint = "; did you mean '%s'?" % meant if meant else ""
                    self.assertEqual(
                        self.err.splitlines(),
                        ["detour: no command '%s'%s" % (word, hint),
                         "Try 'detour help'."])
        for args, meant in ((["export", "--relase", "1"], "--release"),
                            (["import", "-", "--dryrun"], "--dry-run"),
                            (["show", "--stat", "x"], "--state"),
                            (["status", "--jsno"], "--json"),
                            (["status", "--JSON"], "--json")):
            with self.subTest(args):
                self.do(*args, code=2)
                self.assertIn("did you mean %s?" % meant, self.err)
        self.do("--verison", code=2)
        self.assertIn("did you mean '--version'?", self.err)

    def test_c11_a_cut_option_is_never_the_wrong_one(self):
        """What begins like several options is refused, with their names."""
        self.do("import", "-", "--fo", "rules", code=2, stdin="")
        self.assertRegex(self.err, "could be any of.* --format")
        self.do("add", "a.example", "-", "410")
        self.do("show", "--h", "a.example", code=2)
        self.assertIn("could be any of --host --hits --help", self.err)
        self.do("show", "--ho", "a.example")
        self.do("show", "--rel", "0", "--js")

    def complete(self, *words, **env):
        """What bash would offer for the last of the words."""
        script = ('source "$1"; shift; COMP_WORDS=("$@");'
                  ' COMP_CWORD=$(($# - 1)); _detour "$1";'
                  ' printf "%s\\n" "${COMPREPLY[@]}"')
        done = subprocess.run(
            ["bash", "-c", script, "bash", COMPLETION, DETOUR, *words],
            capture_output=True, text=True, timeout=60, check=True,
            env={**os.environ, **env})
        self.assertEqual(done.stderr, "")
        return set(done.stdout.split())

    def test_c11_completion(self):
        everything = {*COMMANDS, "help", "--state", "--help", "--version"}
        self.assertEqual(self.complete(""), everything)
        self.assertEqual(self.complete("--state", "/x", "ro"), {"rollback"})
        self.assertEqual(self.complete("help", "st"), {"status", "stats"})
        for command in COMMANDS:
            with self.subTest(command):
                self.assertEqual(
                    self.complete(command, "--"),
                    {"--" + name for name in self.options(command)})
        self.assertEqual(self.complete("export", "--format", "c"), {"csv"})
        self.assertEqual(self.complete("del", "--scheme", ""),
                         {"http", "https"})
        self.assertEqual(self.complete("promote", "--to", "301"),
                         {"301", "301/308"})
        self.assertEqual(self.complete("demote", "--to", ""), {"302", "307"})
        for command in "add", "set":
            self.assertLessEqual(
                {"query=", "max-age=", "tag=", "note=", "final=", "header=",
                 "scheme=", "case=", "first="},
                self.complete(command, "a", "-", "410", ""))
            self.assertEqual(self.complete(command, "a", "-", "410", "no"),
                             {"note="})
        self.write("moves.csv", "")
        self.assertEqual(self.complete("import", self.dir + "/mo"),
                         {self.dir + "/moves.csv"})

    def test_c11_completion_runs_no_name(self):
        """Names of interfaces may have almost any byte."""
        made = os.path.join(self.dir, "made")
        self.write("ls", "#!/bin/sh\ncat <<'END'\neth0\nbr-0.7@x_y\n"
                   f"$(>{made})\n`>{made}`\n${{HOME}}\nEND\n")
        os.chmod(os.path.join(self.dir, "ls"), 0o755)
        for command in "attach", "detach":
            self.assertEqual(
                self.complete(command, "",
                              PATH=self.dir + ":" + os.environ["PATH"]),
                {"eth0", "br-0.7@x_y"})
        self.assertFalse(os.path.exists(made))

    def test_manual_pages_render(self):
        for name, text in pages().items():
            with self.subTest(name):
                done = subprocess.run(
                    ["groff", "-ww", "-man", "-Tutf8", "-z"], input=text,
                    capture_output=True, text=True, timeout=60, check=True)
                self.assertEqual(done.stderr, "")
                self.assertNotRegex(text, r"(?m)^@|[ \t]$")
                self.assertTrue(text.endswith("\n"))

    def test_manual_pages_are_of_this_version(self):
        version = re.match(r"detour [0-9.]+", self.do("--version"))[0]
        for name, text in pages().items():
            with self.subTest(name):
                title, section = name.rsplit(".", 1)
                self.assertRegex(text, r'(?m)^\.TH %s %s [-0-9]+ "%s" "' % (
                    title.upper(), section, re.escape(version)))
                self.assertIn("\n%s \\- " % title.replace("-", "\\-"), text)

    def test_manual_pages_name_each_other(self):
        """Help and the first page lead to all, and nothing leads astray."""
        found = pages()
        refer = {"%s(%s)" % tuple(name.rsplit(".", 1)) for name in found}
        more = re.search(r"(?m)^More: (.*)$", self.do("help"))[1]
        self.assertEqual(set(more.split(", ")), refer)
        for name, text in found.items():
            with self.subTest(name):
                text = text.replace("\\-", "-")
                said = {"%s(%s)" % named for named in re.findall(
                    r"(?m)\b(detour[-a-z]*) \((\d)\)", text)}
                self.assertLessEqual(said, refer)
                if name == "detour.8":
                    self.assertEqual(said, refer - {"detour(8)"})
                for titles in re.findall(HEADING, text):
                    title = "".join(titles)
                    self.assertIn("\n.SH %s\n" % title, text)

    def test_manual_pages_name_options_that_are(self):
        options = set.union({"version"}, *map(self.options, COMMANDS),
                            self.options("prune"))
        for name, text in pages().items():
            with self.subTest(name):
                text = text.replace("\\-", "-")
                for other in ("adduser", "dehydrated", "ethtool", "mount",
                              "systemctl"):
                    text = re.sub(r'(?m)^.*\b%s\b.*$' % other, "", text)
                self.assertEqual(manual_options(text) - options, set())

    def test_manual_examples_of_rules(self):
        examples = manual_section(page("detour-rules.5"), "EXAMPLES")
        rules, csv = (re.sub(r"\\&?", "", text.split("\n.EE")[0])
                      for text in examples.split(".EX\n")[1:])
        self.do("import", "-", stdin=rules)
        self.assertEqual(len(self.do("show").splitlines()), 16)
        self.do("import", "-", "--format", "csv", "--update", stdin=csv)
        self.assertEqual(len(self.do("show").splitlines()), 16)


if __name__ == "__main__":
    unittest.main()
