// SPDX-License-Identifier: BSD-2-Clause
#include "html.h"
#include "json.h"
#include "page.h"
#include "page_used.h"
#include "plot.h"

/* Whether there is anything to be said of hits, or misses: else why not. */
static bool is_known(FILE *out, const json_t *part)
{
	if (json_is_object(part))
		return true;
	fputs("<p>Not known yet: it is gathered now and then, or cannot be read, which the warnings say.</p>\n",
	      out);
	return false;
}

static void rule_row(FILE *out, const json_t *rule, bool rate)
{
	fputs("<tr>", out);
	page_cell_code(out, rule, "rule");
	if (rate) {
		fputs("<td class=\"number\">", out);
		plot_rate(out, json_real_value(json_object_get(rule, "rate")));
		fputs("</td>", out);
	}
	page_cell_number(out, rule, "get_head");
	page_cell_number(out, rule, "other");
	page_cell_time(out, rule, "last");
	fputs("</tr>\n", out);
}

static void rule_rows(FILE *out, const json_t *list, bool rate, size_t most)
{
	const json_t *rule;
	size_t i;

	json_array_foreach(list, i, rule)
	{
		if (i < most)
			rule_row(out, rule, rate);
	}
	page_table_end(out);
}

void page_used_time(FILE *out, const json_t *figures)
{
	const json_t *time = json_object_get(figures, "used_time");

	if (!json_is_integer(time))
		return;
	fputs("<p><small>Looked at ", out);
	html_time(out, json_integer_value(time) / 1000);
	fputs(".</small></p>\n", out);
}

void page_rules_most(FILE *out, const json_t *figures, size_t most)
{
	const json_t *hits = json_object_get(figures, "hits");
	const json_t *list = json_object_get(hits, "most");

	if (!is_known(out, hits))
		return;
	if (!json_array_size(list)) {
		fputs("<p>No rule was asked for yet.</p>\n", out);
		return;
	}
	page_table(out, "Rules that are asked for most often",
		   "Rule|#GET, HEAD|#Others|Last");
	rule_rows(out, list, false, most);
	fputs("<p>Which of them met another method with 301 or 302: <code>detour advise --hits</code></p>\n",
	      out);
}

void page_rules_lately(FILE *out, const json_t *figures, size_t most)
{
	const json_t *hits = json_object_get(figures, "hits");
	const json_t *list = json_object_get(hits, "rules");

	if (!json_is_number(json_object_get(hits, "seconds")) ||
	    !json_array_size(list))
		return;
	page_table(out, "Rules that are asked for most often just now",
		   "Rule|#Per second|#GET, HEAD|#Others|Last");
	rule_rows(out, list, true, most);
}

void page_rules_unused(FILE *out, const json_t *figures, size_t most)
{
	const json_t *hits = json_object_get(figures, "hits");
	const json_t *list = json_object_get(hits, "unused_rules"), *line;
	size_t i;

	if (!is_known(out, hits))
		return;
	fputs("<p>Since ", out);
	html_time(out, json_number_of(hits, "since"));
	fputs(" nobody asked for <b>", out);
	html_number(out, json_number_of(hits, "unused"));
	fputs("</b> of <b>", out);
	html_number(out, json_number_of(figures, "rules"));
	fputs("</b> rules. All of them: <code>detour hits --unused</code></p>\n",
	      out);
	if (!json_array_size(list))
		return;
	page_table(out, "The first of them", "Rule");
	json_array_foreach(list, i, line)
	{
		if (i >= most)
			break;
		fputs("<tr><td><code>", out);
		html_text(out, json_string_value(line));
		fputs("</code></td></tr>\n", out);
	}
	page_table_end(out);
}

/* "at least so often", and how much more it may have been. */
static void count_cell(FILE *out, const json_t *miss)
{
	fputs("<td class=\"number\">", out);
	html_number(out, json_number_of(miss, "count"));
	if (json_number_of(miss, "error")) {
		fputs(" <small>to ", out);
		html_number(out, json_number_of(miss, "count") +
					 json_number_of(miss, "error"));
		fputs("</small>", out);
	}
	fputs("</td>", out);
}

static void miss_row(FILE *out, const json_t *miss)
{
	fputs("<tr><td><code>", out);
	html_text(out, json_text_of(miss, "host"));
	html_text(out, json_text_of(miss, "path"));
	fputs("</code>", out);
	if (json_is_true(json_object_get(miss, "cut")))
		fputs(" and what begins so", out);
	if (!*json_text_of(miss, "host"))
		fputs(" (no host)", out);
	fputs("</td>", out);
	count_cell(out, miss);
	page_cell_time(out, miss, "last");
	fputs("</tr>\n", out);
}

static size_t misses_count(const json_t *list, bool known)
{
	const json_t *miss;
	size_t count = 0, i;

	json_array_foreach(list, i, miss)
	{
		count += json_is_true(json_object_get(miss, "known_host")) ==
			 known;
	}
	return count;
}

static void misses_write(FILE *out, const json_t *list, bool known, size_t most,
			 const char *caption, const char *titles)
{
	const json_t *miss;
	size_t i, count = 0;

	if (!misses_count(list, known)) {
		fprintf(out, "<p>%s: none.</p>\n", caption);
		return;
	}
	page_table(out, caption, titles);
	json_array_foreach(list, i, miss)
	{
		if (json_is_true(json_object_get(miss, "known_host")) ==
			    known &&
		    count++ < most)
			miss_row(out, miss);
	}
	page_table_end(out);
}

void page_missed_urls(FILE *out, const json_t *figures, bool known, size_t most)
{
	const json_t *misses = json_object_get(figures, "misses");

	if (is_known(out, misses))
		misses_write(out, json_object_get(misses, "urls"), known, most,
			     known ? "URLs of hosts that have rules"
				   : "URLs of hosts without rules",
			     "URL|#Asked for|Last");
}

void page_missed_hosts(FILE *out, const json_t *figures, bool known,
		       size_t most)
{
	const json_t *misses = json_object_get(figures, "misses");

	if (json_is_object(misses))
		misses_write(out, json_object_get(misses, "hosts"), known, most,
			     known ? "Hosts that have rules"
				   : "Hosts without rules",
			     "Host|#Asked for|Last");
}
