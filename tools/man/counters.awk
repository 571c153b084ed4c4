# SPDX-License-Identifier: BSD-2-Clause
# counters.awk PAGE.in: a man page made of its template, in which a line
#     @COUNTERS FILE [PREFIX]@
# stands for the list in FILE, a "#define ...COUNTERS(X)" of comments and
#     X(CONSTANT, "NAME", ..., "TEXT")
# A comment is the heading of the counters after it. One that comes again goes
# on with its counters: they are shown together.

# The list of a file as one line, without what joins its lines.
function list_of(file,    line, text, inside)
{
	while ((getline line <file) > 0) {
		if (line ~ /^#define [A-Z_]*COUNTERS\(X\)/) {
			inside = 1
			sub(/^[^)]*\)/, "", line)
		}
		if (!inside)
			continue
		inside = sub(/[ \t]*\\$/, "", line)
		text = text " " line
	}
	close(file)
	if (text == "")
		fail("no list of counters in " file)
	return text
}

function fail(why)
{
	print "counters.awk: " why >"/dev/stderr"
	failed = 1
	exit 1
}

function troff(text)
{
	gsub(/\\/, "\\(rs", text)
	gsub(/-/, "\\-", text)
	return text ~ /^[.']/ ? "\\&" text : text
}

# One X(...): its first text is the name, and those of its last column, which
# may be in several parts, are what is counted.
function item(columns, prefix,    part, parts, name, text, i)
{
	parts = split(columns, part, "\"")
	name = part[2]
	for (i = 4; i < parts; i += 2)
		text = (part[i - 1] ~ /,/ ? "" : text) part[i]
	if (name == "" || text == "")
		fail("no counter: X(" columns ")")
	return ".TP 26\n.B " prefix name "\n" troff(text) "\n"
}

# The length of the columns before the ")" that ends them.
function columns_len(text,    i, c, quoted, depth)
{
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		if (c == "\"")
			quoted = !quoted
		else if (!quoted && c == "(")
			depth++
		else if (!quoted && c == ")" && !depth--)
			return i - 1
	}
	fail("no end: X(" text)
}

function counters(file, prefix,    text, len, heading, order, count, shown, i)
{
	text = list_of(file)
	while (match(text, /\/\*|X\(/)) {
		if (substr(text, RSTART, 2) == "/*") {
			text = substr(text, RSTART + 2)
			heading = substr(text, 1, index(text, "*/") - 1)
			gsub(/[ \t]+(\* )?/, " ", heading)
			gsub(/^ | $|\. *$/, "", heading)
			text = substr(text, index(text, "*/") + 2)
			if (!(heading in shown))
				order[++count] = heading
			shown[heading] = shown[heading]
			continue
		}
		text = substr(text, RSTART + 2)
		len = columns_len(text)
		shown[heading] = shown[heading] \
			item(substr(text, 1, len), prefix)
		text = substr(text, len + 2)
	}
	for (i = 1; i <= count; i++)
		printf "%s%s:\n.PD 0\n%s.PD\n", (i > 1 ? ".PP\n" : ""),
			troff(order[i]), shown[order[i]]
}

/^@COUNTERS .*@$/ {
	sub(/@$/, "")
	counters($2, $3)
	next
}
{ print }
END { if (failed) exit 1 }
