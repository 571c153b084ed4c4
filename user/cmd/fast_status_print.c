// SPDX-License-Identifier: BSD-2-Clause
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "fast_status_print.h"
#include "json.h"
#include "text.h"

enum { PLACES_SHOWN = 8 }; /* addresses of a kind */

static bool is_true(const json_t *value, const char *key)
{
	return json_is_true(json_object_get(value, key));
}

static void release_print(const json_t *value)
{
	if (json_is_integer(json_object_get(value, "release")))
		printf(", answers from release %" PRId64,
		       json_number_of(value, "release"));
	else
		fputs(", has no release", stdout);
	if (!is_true(value, "current"))
		fputs(" (NOT the live one: attach again)", stdout);
}

static void limit_print(const json_t *value, const char *key, const char *text)
{
	if (json_is_integer(json_object_get(value, key)))
		printf(", %s %" PRId64, text, json_number_of(value, key));
}

/* Only what is not as with every interface. */
static void receive_print(const json_t *value)
{
	const json_t *mss = json_object_get(value, "mss");

	limit_print(mss, "ipv4", "IPv4 MSS");
	limit_print(mss, "ipv6", "IPv6 MSS");
	limit_print(value, "window", "window");
	limit_print(value, "segments", "initial segments");
}

static void interface_print(const json_t *value)
{
	const json_t *ports = json_object_get(value, "ports"), *port;
	const char *namespace;
	size_t i;

	printf(", %s mode, port%s", json_text_of(value, "mode"),
	       json_array_size(ports) == 1 ? "" : "s");
	json_array_foreach(ports, i, port)
	{
		printf("%s%" JSON_INTEGER_FORMAT, i ? "," : " ",
		       json_integer_value(port));
	}
	release_print(value);
	if (json_object_get(value, "since")) {
		printf(", program %" PRId64 " since ",
		       json_number_of(value, "program"));
		text_time(stdout, json_number_of(value, "since"));
	}
	receive_print(value);
	if (is_true(value, "draining"))
		fputs(", draining", stdout);
	namespace = json_text_of(value, "namespace");
	if (!strcmp(namespace, "moved"))
		fputs(", MOVED to another network namespace: detach it",
		      stdout);
	else if (!strcmp(namespace, "another"))
		fputs(", in another network namespace", stdout);
}

static void places_print(const char *what, const json_t *list)
{
	const json_t *where;
	size_t i;

	if (!json_array_size(list))
		return;
	printf("         %s", what);
	json_array_foreach(list, i, where)
	{
		if (i < PLACES_SHOWN)
			printf("%s %s", i ? "," : "", json_string_value(where));
	}
	if (i > PLACES_SHOWN)
		printf(" and %zu more", i - PLACES_SHOWN);
	putchar('\n');
}

/* What does not work of what is attached, a line each. */
static void around_print(const json_t *value)
{
	const json_t *problem = json_object_get(value, "problem");

	if (json_is_string(problem)) {
		fputs("         does NOT work any more: ", stdout);
		text_print(stdout, json_string_value(problem));
		putchar('\n');
	}
	places_print("nobody listens on",
		     json_object_get(value, "without_listener"));
	places_print("left to those who listen for https:",
		     json_object_get(value, "https"));
	places_print("left to those who listen for the PROXY protocol:",
		     json_object_get(value, "proxy"));
}

/* Of the releases in BPF memory, which all interfaces share. */
static void memory_print(const json_t *list)
{
	const json_t *value = json_array_get(list, 0);

	if (json_is_integer(json_object_get(value, "memory")))
		printf("memory   %" PRId64 " bytes, of what is attached\n",
		       json_number_of(value, "memory"));
}

void fast_status_print(const json_t *list)
{
	const json_t *value;
	size_t i;

	if (!json_is_array(list))
		puts("attached not visible to this user");
	else if (!json_array_size(list))
		puts("attached nowhere");
	json_array_foreach(list, i, value)
	{
		fputs("attached ", stdout);
		text_print(stdout, json_text_of(value, "interface"));
		if (!json_object_get(value, "mode"))
			printf(", %s", json_text_of(value, "problem"));
		else if (is_true(value, "alive"))
			interface_print(value);
		else
			fputs(", which is GONE: detach it, or attach again",
			      stdout);
		putchar('\n');
		if (is_true(value, "alive") && json_object_get(value, "mode"))
			around_print(value);
	}
	memory_print(list);
}
