# SPDX-License-Identifier: BSD-2-Clause
"""Live rules that maps cannot say yet: they are written into the store, and
changes of them are dry runs."""

import re
import sqlite3

from commands import Case

FLAGS = {" scheme=https": 8, " scheme=http": 4, " first=yes": 2}
FOLD = 12


class Planted(Case):
    def plant(self, *rules):
        """Make rules live: lines as they are printed."""
        lines, rows = [], []
        for number, rule in enumerate(rules):
            source, rest = rule.split(" ", 1)
            flags = sum(flag for key, flag in FLAGS.items()
                        if re.search(key + r"\b", rest))
            stored = re.sub(r"\{\w+", "{", source)
            if " case=ignore" in rest:
                flags += FOLD
                stored = stored.lower()
            written = " source=" + source if stored != source else ""
            rest = re.sub(" (scheme|first|case)=[a-z]*", "", rest)
            rest = re.sub(r"\{\w+\}", "%7Bx%7D", rest)
            name = "planted%d/*" % number
            lines.append("%s %s\n" % (name, rest))
            target = rule.split(" ")[1]
            rows.append((stored, flags, target, written, written, name))
        self.do("import", "--replace", "--allow-empty", "--large", "-",
                stdin="".join(lines))
        db = sqlite3.connect(self.path("detour.db"))
        with db:
            db.executemany(
                "UPDATE rule SET source = ?, flags = flags | ?, target = ?,"
                " keys = CASE WHEN ? = '' THEN keys ELSE"
                " substr(coalesce(keys, ''), 1,"
                " instr(coalesce(keys, '') || ' ', ' ') - 1) || ? ||"
                " substr(coalesce(keys, ''),"
                " instr(coalesce(keys, '') || ' ', ' ')) END"
                " WHERE source = ? AND removed IS NULL", rows)
        db.close()

    def dry(self, *args, code=0, stdin=None):
        """The lines of a dry run that say what would change."""
        out = self.do(*args, "--dry-run", code=code, stdin=stdin)
        return [line for line in out.splitlines() if line[:2] in ("+ ", "- ")]
