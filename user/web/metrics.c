// SPDX-License-Identifier: BSD-2-Clause
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "json.h"
#include "map.h"
#include "metrics.h"
#include "metrics_name.h"

struct metrics {
	FILE *out;
	const json_t *figures;
	bool open;
};

/* One quality of an element of an Accept field, between its parameters. */
static double quality_of(const char *params, size_t len)
{
	const char *at = params, *end = params + len;

	while ((at = memchr(at, ';', end - at))) {
		at++;
		at += strspn(at, " \t");
		if (at + 2 < end && !strncasecmp(at, "q=", 2))
			return strtod(at + 2, NULL);
	}
	return 1;
}

static bool is_type(const char *item, const char *type)
{
	size_t len = strlen(type);

	return !strncasecmp(item, type, len) && strchr(" \t;,", item[len]);
}

bool metrics_open(const char *accept)
{
	double open = 0, text = 0, quality;
	size_t len;

	for (; accept && *accept; accept += len + (accept[len] == ',')) {
		accept += strspn(accept, " \t");
		len = strcspn(accept, ",");
		quality = quality_of(accept, len);
		if (is_type(accept, "application/openmetrics-text")) {
			if (quality > open)
				open = quality;
		} else if ((is_type(accept, "text/plain") ||
			    is_type(accept, "text/*") ||
			    is_type(accept, "*/*")) &&
			   quality > text) {
			text = quality;
		}
	}
	return open > 0 && open >= text;
}

/* What both formats escape. */
static void label_write(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			fputs("\\n", out);
		else if (*text == '"' || *text == '\\')
			fprintf(out, "\\%c", *text);
		else
			putc(*text, out);
	}
}

/* unit: "" for none; it ends the name. */
static void heading(const struct metrics *metrics, const char *name,
		    const char *type, const char *unit, const char *help)
{
	const char *total =
		!metrics->open && !strcmp(type, "counter") ? "_total" : "";

	fprintf(metrics->out, "# HELP %s%s %s\n# TYPE %s%s %s\n", name, total,
		help, name, total, type);
	if (metrics->open && *unit)
		fprintf(metrics->out, "# UNIT %s %s\n", name, unit);
}

static void gauge(const struct metrics *metrics, const char *name,
		  const char *unit, const char *help, int64_t value)
{
	heading(metrics, name, "gauge", unit, help);
	fprintf(metrics->out, "%s %" PRId64 "\n", name, value);
}

static void build_write(const struct metrics *metrics, const char *commit)
{
	if (metrics->open)
		heading(metrics, "detour_build", "info", "",
			"The program that tells this.");
	else
		heading(metrics, "detour_build_info", "gauge", "",
			"The program that tells this.");
	fputs("detour_build_info{version=\"" DETOUR_VERSION "\",commit=\"",
	      metrics->out);
	label_write(metrics->out, commit);
	fprintf(metrics->out, "\",map_layout=\"%d\"} 1\n", MAP_VERSION);
}

/* Counters of a family, of one responder. */
static void samples_write(const struct metrics *metrics,
			  enum metrics_family family, bool fast, bool *begun)
{
	const json_t *counters = json_object_get(metrics->figures, "counters");
	const struct metrics_about *about = &metrics_about[family];
	char labels[METRICS_LABELS];
	const json_t *value;
	const char *name;

	counters = json_object_get(counters, fast ? "fastpath" : "socket");
	json_object_foreach((json_t *)counters, name, value)
	{
		if (metrics_name(labels, fast, name) != family)
			continue;
		if (!*begun)
			heading(metrics, about->name, "counter", "",
				about->help);
		*begun = true;
		fprintf(metrics->out,
			*labels ? "%s_total{%s} %" JSON_INTEGER_FORMAT "\n"
				: "%s_total%s %" JSON_INTEGER_FORMAT "\n",
			about->name, labels, json_integer_value(value));
	}
}

static void counters_write(const struct metrics *metrics)
{
	int family;

	for (family = 0; family < METRICS_FAMILIES; family++) {
		bool begun = false;

		samples_write(metrics, family, true, &begun);
		samples_write(metrics, family, false, &begun);
	}
}

static bool is_true(const json_t *value, const char *key)
{
	return json_is_true(json_object_get(value, key));
}

static void live_write(const struct metrics *metrics)
{
	const json_t *figures = metrics->figures;
	const json_t *map = json_object_get(figures, "map"), *last;

	if (json_is_integer(json_object_get(figures, "release")))
		gauge(metrics, "detour_live_release", "",
		      "Number of the live release.",
		      json_number_of(figures, "release"));
	if (json_is_integer(json_object_get(figures, "rules")))
		gauge(metrics, "detour_live_rules", "",
		      "Rules of the live release.",
		      json_number_of(figures, "rules"));
	last = json_array_get(json_object_get(figures, "releases"), 0);
	if (last)
		gauge(metrics, "detour_live_release_timestamp_seconds",
		      "seconds", "When the live release was made.",
		      json_number_of(last, "time"));
	if (json_object_get(map, "size"))
		gauge(metrics, "detour_map_size_bytes", "bytes",
		      "Size of the live map's file.",
		      json_number_of(map, "size"));
	if (json_is_boolean(json_object_get(map, "sound")))
		gauge(metrics, "detour_map_sound", "",
		      "Whether the live map is sound.", is_true(map, "sound"));
}

static void servers_write(const struct metrics *metrics)
{
	const json_t *list = json_object_get(metrics->figures, "servers");
	const json_t *server;
	int64_t behind = 0;
	size_t i;

	json_array_foreach(list, i, server)
	{
		behind += !is_true(server, "current");
	}
	gauge(metrics, "detour_servers", "", "Servers that run.",
	      json_array_size(list));
	gauge(metrics, "detour_servers_behind", "",
	      "Servers that do not answer from the live release.", behind);
}

static int64_t interface_works(const json_t *interface)
{
	return is_true(interface, "alive") && is_true(interface, "current") &&
	       !json_is_string(json_object_get(interface, "problem"));
}

static int64_t interface_drains(const json_t *interface)
{
	return is_true(interface, "draining");
}

static void interfaces_gauge(const struct metrics *metrics, const char *name,
			     const char *help,
			     int64_t (*of)(const json_t *interface))
{
	const json_t *interface;
	size_t i;

	heading(metrics, name, "gauge", "", help);
	json_array_foreach(json_object_get(metrics->figures, "interfaces"), i,
			   interface)
	{
		fprintf(metrics->out, "%s{interface=\"", name);
		label_write(metrics->out, json_text_of(interface, "interface"));
		fprintf(metrics->out, "\"} %" PRId64 "\n", of(interface));
	}
}

static void interfaces_write(const struct metrics *metrics)
{
	const json_t *list = json_object_get(metrics->figures, "interfaces");
	const json_t *memory;

	gauge(metrics, "detour_fastpath_visible", "",
	      "Whether this program may look at the fast path.",
	      json_is_array(list));
	if (!json_array_size(list))
		return;
	interfaces_gauge(metrics, "detour_interface_up",
			 "Whether the fast path on it answers from live.",
			 interface_works);
	interfaces_gauge(metrics, "detour_interface_draining",
			 "Whether it is about to be detached.",
			 interface_drains);
	memory = json_object_get(json_array_get(list, 0), "memory");
	if (json_is_integer(memory))
		gauge(metrics, "detour_fastpath_memory_bytes", "bytes",
		      "BPF memory of releases.", json_integer_value(memory));
}

void metrics_write(FILE *out, const json_t *figures, const char *commit,
		   bool open)
{
	struct metrics metrics = {.out = out, .figures = figures, .open = open};

	build_write(&metrics, commit);
	gauge(&metrics, "detour_ready", "",
	      "Whether all who answer do so from the live release.",
	      is_true(figures, "ready"));
	gauge(&metrics, "detour_problems", "",
	      "Things that could not be looked at.",
	      json_array_size(json_object_get(figures, "problems")));
	gauge(&metrics, "detour_figures_timestamp_seconds", "seconds",
	      "When this was looked at.",
	      json_number_of(figures, "time") / 1000);
	live_write(&metrics);
	servers_write(&metrics);
	interfaces_write(&metrics);
	counters_write(&metrics);
	if (open)
		fputs("# EOF\n", out);
}
