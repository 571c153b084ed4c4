// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <string.h>

#include "html.h"
#include "json.h"
#include "page.h"
#include "page_parts.h"
#include "plot.h"
#include "view_rates.h"

static bool is_true(const json_t *value, const char *key)
{
	return json_is_true(json_object_get(value, key));
}

/* The sum of a responder's answers with a code, all methods. */
static int64_t code_sum(const json_t *counters, const char *code)
{
	static const char *const methods[] = {"get", "head", "other"};
	char name[32];
	int64_t sum = 0;
	size_t i;

	for (i = 0; i < sizeof(methods) / sizeof(*methods); i++) {
		snprintf(name, sizeof(name), "%s_%s", methods[i], code);
		sum += json_number_of(counters, name);
	}
	return sum;
}

/* By where the script finds it: the key and who, or who alone. */
static void rate_cell(FILE *out, const char *key, const char *who,
		      const json_t *rates)
{
	fprintf(out, "<td class=\"number\" data-rate=\"%s%s%s\">", key,
		*key ? "." : "", who);
	plot_rate(out, json_real_value(json_object_get(rates, who)));
	fputs("</td>", out);
}

static void total_cell(FILE *out, int64_t total)
{
	fputs("<td class=\"number\">", out);
	html_number(out, total);
	fputs("</td>", out);
}

/* Of all codes. */
static void answered_row(FILE *out, const json_t *figures)
{
	const json_t *answered = json_object_get(figures, "answered");
	const json_t *rates = json_object_get(figures, "rates");

	fputs("<tr><th scope=\"row\">all</th>", out);
	rate_cell(out, "", "fastpath", rates);
	total_cell(out, json_number_of(answered, "fastpath"));
	rate_cell(out, "", "server", rates);
	total_cell(out, json_number_of(answered, "server"));
	fputs("</tr>\n", out);
}

void page_answers(FILE *out, const json_t *figures)
{
	static const char *const codes[] = {"301", "302", "303", "307",
					    "308", "410", "200"};
	const json_t *counters = json_object_get(figures, "counters");
	const json_t *fast = json_object_get(counters, "fastpath");
	const json_t *socket = json_object_get(counters, "socket");
	const json_t *rates =
		json_object_get(json_object_get(figures, "rates"), "codes");
	char key[32];
	size_t i;

	page_table(
		out, "Answers of rules by code",
		"Code|#Fast path per second|#In all|#Servers per second|#In all");
	for (i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		const json_t *rate = json_object_get(rates, codes[i]);

		snprintf(key, sizeof(key), "codes.%s", codes[i]);
		fprintf(out, "<tr><th scope=\"row\">%s</th>", codes[i]);
		rate_cell(out, key, "fastpath", rate);
		total_cell(out, code_sum(fast, codes[i]));
		rate_cell(out, key, "server", rate);
		total_cell(out, code_sum(socket, codes[i]));
		fputs("</tr>\n", out);
	}
	answered_row(out, figures);
	page_table_end(out);
}

static const char *follows_text(const json_t *server)
{
	if (!is_true(server, "known"))
		return "does not tell";
	return is_true(server, "current") ? "yes" : "NO";
}

void page_servers(FILE *out, const json_t *figures)
{
	const json_t *list = json_object_get(figures, "servers"), *server;
	size_t i;

	if (!json_array_size(list)) {
		fputs("<p>No server runs.</p>\n", out);
		return;
	}
	page_table(out, "-Servers",
		   "Listens on|#Process|Since|#Release|Answers from live");
	json_array_foreach(list, i, server)
	{
		fputs("<tr>", out);
		page_cell_code(out, server, "listen");
		page_cell_name(out, server, "pid");
		page_cell_time(out, server, "since");
		page_cell_name(out, server, "release");
		fprintf(out, "<td>%s</td></tr>\n", follows_text(server));
	}
	page_table_end(out);
}

static void ports_cell(FILE *out, const json_t *ports)
{
	const json_t *port;
	size_t i;

	fputs("<td>", out);
	json_array_foreach(ports, i, port)
	{
		fprintf(out, "%s%" JSON_INTEGER_FORMAT, i ? ", " : "",
			json_integer_value(port));
	}
	fputs("</td>", out);
}

/* The first thing that is to be said of it. */
static void how_cell(FILE *out, const json_t *interface)
{
	const json_t *quiet = json_object_get(interface, "without_listener");

	fputs("<td class=\"long\">", out);
	if (!is_true(interface, "alive"))
		fputs("GONE", out);
	else if (json_is_string(json_object_get(interface, "problem")))
		html_text(out, json_text_of(interface, "problem"));
	else if (is_true(interface, "draining"))
		fputs("draining", out);
	else if (!is_true(interface, "current"))
		fputs("NOT from the live release", out);
	else if (json_array_size(quiet)) {
		fputs("nobody listens on ", out);
		html_text(out, json_string_value(json_array_get(quiet, 0)));
	} else
		fputs("answers from live", out);
	fputs("</td>", out);
}

static void interface_row(FILE *out, const json_t *interface)
{
	fputs("<tr>", out);
	page_cell_code(out, interface, "interface");
	page_cell(out, interface, "mode");
	ports_cell(out, json_object_get(interface, "ports"));
	if (json_is_integer(json_object_get(interface, "release")))
		page_cell_name(out, interface, "release");
	else
		fputs("<td class=\"number\">none</td>", out);
	if (json_object_get(interface, "since"))
		page_cell_time(out, interface, "since");
	else
		fputs("<td></td>", out);
	how_cell(out, interface);
	fputs("</tr>\n", out);
}

void page_interfaces(FILE *out, const json_t *figures)
{
	const json_t *list = json_object_get(figures, "interfaces"), *interface;
	const json_t *memory;
	size_t i;

	if (!json_is_array(list)) {
		fputs("<p>This user may not see the fast path.</p>\n", out);
		return;
	}
	if (!json_array_size(list)) {
		fputs("<p>Attached to no interface.</p>\n", out);
		return;
	}
	page_table(out, "-Fast path by interface",
		   "Interface|Mode|Ports|#Release|Program since|Now");
	json_array_foreach(list, i, interface)
	{
		interface_row(out, interface);
	}
	page_table_end(out);
	memory = json_object_get(json_array_get(list, 0), "memory");
	if (json_is_integer(memory)) {
		fputs("<p>Releases in BPF memory: ", out);
		html_size(out, json_integer_value(memory));
		fputs(".</p>\n", out);
	}
}

static bool is_reason(const char *name, const char *prefix, const json_t *value)
{
	return !strncmp(name, prefix, strlen(prefix)) &&
	       json_integer_value(value);
}

/* Whether the fast path has handed over or dropped anything. */
static bool any_reason(const json_t *figures)
{
	const json_t *counters = json_object_get(
		json_object_get(figures, "counters"), "fastpath");
	const json_t *value;
	const char *name;

	json_object_foreach((json_t *)counters, name, value)
	{
		if (is_reason(name, "hand_", value) ||
		    is_reason(name, "drop_", value))
			return true;
	}
	return false;
}

/* Those of a prefix that have counted anything. */
static void reason_rows(FILE *out, const json_t *figures, const char *prefix,
			const char *what, const char *key)
{
	const json_t *counters = json_object_get(
		json_object_get(figures, "counters"), "fastpath");
	const json_t *rates =
		json_object_get(json_object_get(figures, "rates"), key);
	const json_t *value;
	const char *name;

	json_object_foreach((json_t *)counters, name, value)
	{
		const char *reason = name + strlen(prefix);

		if (!is_reason(name, prefix, value))
			continue;
		fprintf(out, "<tr><th scope=\"row\">%s: %s</th>",
			view_rates_swallowed(reason) ? "swallowed" : what,
			reason);
		rate_cell(out, key, reason, rates);
		total_cell(out, json_integer_value(value));
		fputs("</tr>\n", out);
	}
}

void page_reasons(FILE *out, const json_t *figures)
{
	if (!any_reason(figures))
		return;
	page_table(out, "What the fast path did not answer",
		   "Reason|#Per second|#In all");
	reason_rows(out, figures, "hand_", "handed over", "handed");
	reason_rows(out, figures, "drop_", "dropped", "dropped");
	page_table_end(out);
}

static void log_row(FILE *out, const json_t *release)
{
	fputs("<tr>", out);
	page_cell_name(out, release, "release");
	page_cell_time(out, release, "time");
	page_cell(out, release, "user");
	page_cell_code(out, release, "command");
	page_cell_long(out, release, "message");
	page_cell_number(out, release, "rules");
	page_cell_number(out, release, "added");
	page_cell_number(out, release, "removed");
	page_cell_number(out, release, "changed");
	fputs("</tr>\n", out);
}

void page_log(FILE *out, const json_t *figures, size_t most)
{
	const json_t *list = json_object_get(figures, "releases"), *release;
	size_t i;

	if (!json_array_size(list)) {
		fputs(json_number_of(figures, "release")
			      ? "<p>The log cannot be read.</p>\n"
			      : "<p>No release yet.</p>\n",
		      out);
		return;
	}
	page_table(
		out, "-The last releases",
		"#Release|Made|By|Command|Message|#Rules|#Added|#Removed|#Changed");
	json_array_foreach(list, i, release)
	{
		if (i < most)
			log_row(out, release);
	}
	page_table_end(out);
}
