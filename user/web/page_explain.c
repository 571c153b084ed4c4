// SPDX-License-Identifier: BSD-2-Clause
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "html.h"
#include "json.h"
#include "page.h"
#include "page_explain.h"

static void steps_write(FILE *out, const json_t *steps)
{
	const json_t *step;
	size_t i;

	page_table(out, "How the request is read", "Part|From|To|Why");
	json_array_foreach(steps, i, step)
	{
		fputs("<tr><th scope=\"row\">", out);
		html_text(out, json_text_of(step, "part"));
		fputs("</th>", out);
		page_cell_code(out, step, "from");
		page_cell_code(out, step, "to");
		page_cell_long(out, step, "why");
		fputs("</tr>\n", out);
	}
	page_table_end(out);
}

/* What a rule takes from the request: captures, pairs. */
static void parts_write(FILE *out, const json_t *rule)
{
	const json_t *pairs = json_object_get(rule, "consumed"), *value;
	const char *name;
	size_t i;

	json_object_foreach(json_object_get(rule, "captures"), name, value)
	{
		fputs("<br>", out);
		html_text(out, name);
		fputs(" = <code>", out);
		html_text(out, json_string_value(value));
		fputs("</code>", out);
	}
	json_array_foreach(pairs, i, value)
	{
		fputs("<br>takes <code>", out);
		html_text(out, json_string_value(value));
		fputs("</code>", out);
	}
	if (!json_is_string(json_object_get(rule, "kept")))
		return;
	fputs("<br>leaves <code>", out);
	html_text(out, json_text_of(rule, "kept"));
	fputs("</code>", out);
}

static void rules_write(FILE *out, const json_t *rules)
{
	const json_t *rule;
	size_t i;

	if (!json_array_size(rules)) {
		fputs("<p>No rule matches.</p>\n", out);
		return;
	}
	page_table(out, "Rules that match, the winner first", "|Rule|Why");
	json_array_foreach(rules, i, rule)
	{
		fprintf(out, "<tr><th scope=\"row\">%s</th><td><code>",
			i ? "loses" : "wins");
		html_text(out, json_text_of(rule, "rule"));
		fputs("</code>", out);
		parts_write(out, rule);
		fputs("</td>", out);
		page_cell_long(out, rule, "why");
		fputs("</tr>\n", out);
	}
	page_table_end(out);
}

static void sentence_write(FILE *out, const json_t *means, const char *key)
{
	const char *text = json_text_of(means, key);

	if (!*text)
		return;
	fputs("<li>", out);
	html_text(out, text);
	fputs("</li>\n", out);
}

/* Each line of its head without its end. */
static void answer_write(FILE *out, const json_t *said)
{
	const char *at = json_text_of(said, "answer"), *end;
	const json_t *means = json_object_get(said, "means");

	fputs("<h2>The answer: ", out);
	html_text(out, json_text_of(said, "result"));
	fputs("</h2>\n<pre>", out);
	for (; (end = strstr(at, "\r\n")) && end > at; at = end + 2) {
		html_bytes(out, at, end - at);
		putc('\n', out);
	}
	fputs("</pre>\n", out);
	if (!json_is_object(means))
		return;
	fputs("<ul>\n", out);
	sentence_write(out, means, "caches");
	sentence_write(out, means, "crawlers");
	sentence_write(out, means, "request");
	sentence_write(out, means, "bodies");
	fputs("</ul>\n", out);
}

void page_explain(FILE *out, const char *url, const char *method,
		  const json_t *said, uint64_t release, const char *problem)
{
	page_begin(out, PAGE_EXPLAIN, "What does this URL get?", false);
	page_ask(out, url, method);
	if (problem) {
		fputs("<p role=\"alert\" class=\"bad\">", out);
		html_text(out, problem);
		fputs("</p>\n", out);
	}
	if (said) {
		fprintf(out, "<p>Release %" PRIu64 " says:</p>\n", release);
		answer_write(out, said);
		rules_write(out, json_object_get(said, "rules"));
		steps_write(out, json_object_get(said, "steps"));
	}
	page_end(out);
}
