// SPDX-License-Identifier: BSD-2-Clause
#include <inttypes.h>
#include <stdbool.h>

#include "html.h"
#include "json.h"
#include "page.h"
#include "page_overview.h"
#include "page_parts.h"
#include "page_used.h"
#include "plot.h"

enum { OVERVIEW_ROWS = 10, OVERVIEW_UNUSED = 5 };

static void live_write(FILE *out, const json_t *figures)
{
	const json_t *map = json_object_get(figures, "map");
	bool ready = json_is_true(json_object_get(figures, "ready"));

	fprintf(out,
		"<p class=\"state\" role=\"status\"><b id=\"ready\" class=\"%s\">%s</b> ",
		ready ? "good" : "bad",
		ready ? "answers from what is live" : "NOT READY");
	if (json_is_integer(json_object_get(figures, "release"))) {
		fputs("Release <b id=\"release\">", out);
		fprintf(out, "%" PRId64, json_number_of(figures, "release"));
		fputs("</b>, <b id=\"rules\">", out);
		if (json_is_integer(json_object_get(figures, "rules")))
			html_number(out, json_number_of(figures, "rules"));
		else
			fputs("unknown", out);
		fputs("</b> rules", out);
	}
	if (json_object_get(map, "size")) {
		fputs(", map of ", out);
		html_size(out, json_number_of(map, "size"));
	}
	if (json_object_get(map, "overlay")) {
		fputs(" over one of ", out);
		html_size(out, json_number_of(json_object_get(map, "overlay"),
					      "base_size"));
	}
	fputs("; <code>", out);
	html_text(out, json_text_of(figures, "state"));
	fputs("</code></p>\n<p>Looked at <span id=\"time\">", out);
	html_time(out, json_number_of(figures, "time") / 1000);
	fputs("</span>. <noscript>Load the page again for newer figures.</noscript></p>\n",
	      out);
}

static void warnings_write(FILE *out, const json_t *figures)
{
	const json_t *list = json_object_get(figures, "warnings"), *warning;
	size_t i;

	fputs("<section aria-labelledby=\"w\"><h2 id=\"w\">Warnings</h2>\n"
	      "<ul id=\"warnings\" aria-live=\"polite\">\n",
	      out);
	json_array_foreach(list, i, warning)
	{
		fputs("<li>", out);
		html_text(out, json_string_value(warning));
		fputs("</li>\n", out);
	}
	if (!json_array_size(list))
		fputs("<li class=\"none\">none</li>\n", out);
	fputs("</ul></section>\n", out);
}

static void rates_write(FILE *out, const json_t *figures)
{
	fputs("<section aria-labelledby=\"r\"><h2 id=\"r\">Each second</h2>\n"
	      "<div class=\"plots\">\n",
	      out);
	plot_write(out, "fastpath", "Answers of the fast path", figures);
	plot_write(out, "server", "Answers of servers", figures);
	plot_write(out, "misses", "Requests that no rule matched", figures);
	fputs("</div>\n", out);
	page_answers(out, figures);
	fputs("</section>\n", out);
}

static void drafts_write(FILE *out, const json_t *drafts)
{
	const json_t *name;
	size_t i;

	if (!json_array_size(drafts))
		return;
	fputs("<p>Drafts:", out);
	json_array_foreach(drafts, i, name)
	{
		fputs(i ? ", <code>" : " <code>", out);
		html_text(out, json_string_value(name));
		fputs("</code>", out);
	}
	fputs("</p>\n", out);
}

static void used_write(FILE *out, const json_t *figures)
{
	fputs("<section aria-labelledby=\"t\"><h2 id=\"t\">Rules asked for</h2>\n",
	      out);
	page_used_time(out, figures);
	page_rules_most(out, figures, OVERVIEW_ROWS);
	fputs("<p><a href=\"/rules\">More rules</a></p></section>\n"
	      "<section aria-labelledby=\"u\"><h2 id=\"u\">Rules never asked for</h2>\n",
	      out);
	page_rules_unused(out, figures, OVERVIEW_UNUSED);
	fputs("</section>\n<section aria-labelledby=\"m\"><h2 id=\"m\">Asked for, and no rule matches</h2>\n",
	      out);
	page_missed_urls(out, figures, true, OVERVIEW_ROWS);
	page_missed_hosts(out, figures, false, OVERVIEW_ROWS);
	fputs("<p><a href=\"/misses\">More misses</a></p></section>\n", out);
}

void page_overview(FILE *out, const json_t *figures)
{
	page_begin(out, PAGE_OVERVIEW, "Overview", true);
	live_write(out, figures);
	warnings_write(out, figures);
	rates_write(out, figures);
	fputs("<section aria-labelledby=\"e\"><h2 id=\"e\">What does this URL get?</h2>\n",
	      out);
	page_ask(out, "", "GET");
	fputs("</section>\n", out);
	used_write(out, figures);
	fputs("<section aria-labelledby=\"l\"><h2 id=\"l\">Releases</h2>\n",
	      out);
	page_log(out, figures, OVERVIEW_ROWS);
	drafts_write(out, json_object_get(figures, "drafts"));
	fputs("<p><a href=\"/releases\">More releases</a></p></section>\n"
	      "<section aria-labelledby=\"f\"><h2 id=\"f\">Fast path</h2>\n",
	      out);
	page_interfaces(out, figures);
	page_reasons(out, figures);
	fputs("</section>\n<section aria-labelledby=\"s\"><h2 id=\"s\">Servers</h2>\n",
	      out);
	page_servers(out, figures);
	fputs("</section>\n", out);
	page_end(out);
}
