// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "json.h"
#include "view_rates.h"

enum { RATES_POINTS = 512 };

struct point {
	int64_t clock;
	double fast, server, misses;
};

struct view_rates {
	json_t *before; /* the counters */
	int64_t clock;	/* ... and when, ms */
	struct point point[RATES_POINTS];
	size_t count; /* all that ever were */
};

/* The counters of one responder, now and before. */
struct pair {
	const json_t *now, *before;
	double seconds;
};

int view_rates_new(struct view_rates **rates)
{
	*rates = calloc(1, sizeof(**rates));
	return *rates ? 0 : error_sys(-ENOMEM, "cannot reckon rates");
}

static double rate_of(const struct pair *pair, const char *name)
{
	int64_t now = json_number_of(pair->now, name);
	int64_t before = json_number_of(pair->before, name);

	/* What was not there before has counted for longer. */
	if (!json_is_object(pair->before) || now <= before)
		return 0;
	return (now - before) / pair->seconds;
}

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* The code of an answer's counter, "get_301": "301"; or NULL. */
static const char *code_of(const char *name)
{
	static const char *const methods[] = {"get_", "head_", "other_"};
	size_t i;

	for (i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (begins(name, methods[i]))
			return name + strlen(methods[i]);
	return NULL;
}

static void rate_set(json_t *object, const char *key, double rate)
{
	double sum = json_real_value(json_object_get(object, key));

	json_object_set_new(object, key, json_real(sum + rate));
}

static json_t *code_object(json_t *codes, const char *code)
{
	json_t *value = json_object_get(codes, code);

	if (value)
		return value;
	value = json_pack("{s:f, s:f}", "fastpath", 0.0, "server", 0.0);
	json_object_set_new(codes, code, value);
	return value;
}

/* Add the answers of one responder to their codes; all of them. */
static double answers_add(json_t *codes, const struct pair *pair,
			  const char *who)
{
	const char *name, *code;
	const json_t *value;
	double sum = 0, rate;

	json_object_foreach((json_t *)pair->now, name, value)
	{
		code = code_of(name);
		if (!code)
			continue;
		rate = rate_of(pair, name);
		rate_set(code_object(codes, code), who, rate);
		sum += rate;
	}
	return sum;
}

/* Those whose names begin so, by what follows, as far as they are not 0. */
static json_t *reasons_of(const struct pair *pair, const char *prefix)
{
	json_t *reasons = json_object();
	const json_t *value;
	const char *name;

	json_object_foreach((json_t *)pair->now, name, value)
	{
		double rate = begins(name, prefix) ? rate_of(pair, name) : 0;

		if (rate > 0)
			rate_set(reasons, name + strlen(prefix), rate);
	}
	return reasons;
}

static double errors_of(const struct pair *pair)
{
	const json_t *value;
	const char *name;
	double sum = 0;

	json_object_foreach((json_t *)pair->now, name, value)
	{
		if (begins(name, "status_") && strcmp(name, "status_404"))
			sum += rate_of(pair, name);
	}
	return sum;
}

static json_t *rates_of(const json_t *figures, const struct pair *fast,
			const struct pair *socket, struct point *point)
{
	bool served = json_array_size(json_object_get(figures, "servers"));
	json_t *codes = json_object();
	double passes;

	point->fast = answers_add(codes, fast, "fastpath");
	point->server = answers_add(codes, socket, "server");
	point->misses =
		served ? rate_of(socket, "miss") : rate_of(fast, "hand_miss");
	passes = served ? rate_of(socket, "pass") : rate_of(fast, "hand_pass");
	return json_pack("{s:f, s:f, s:f, s:o, s:f, s:f, s:f, s:o, s:o}",
			 "seconds", fast->seconds, "fastpath", point->fast,
			 "server", point->server, "codes", codes, "misses",
			 point->misses, "passes", passes, "errors",
			 errors_of(socket), "handed", reasons_of(fast, "hand_"),
			 "dropped", reasons_of(fast, "drop_"));
}

/* The answers of rules that a responder's counters have; null: without them. */
static json_t *answered_of(const json_t *counters)
{
	const json_t *value;
	const char *name;
	int64_t sum = 0;

	if (!json_is_object(counters))
		return json_null();
	json_object_foreach((json_t *)counters, name, value)
	{
		sum += code_of(name) ? json_integer_value(value) : 0;
	}
	return json_integer(sum);
}

bool view_rates_swallowed(const char *reason)
{
	return !strcmp(reason, "ack") || !strcmp(reason, "rst");
}

/* Two decimals are enough for a plot. */
static void number_add(json_t *list, double number)
{
	json_array_append_new(list,
			      json_real((int64_t)(number * 100 + 0.5) / 100.0));
}

static json_t *history_of(const struct view_rates *rates, int64_t clock)
{
	json_t *ago = json_array(), *fast = json_array();
	json_t *server = json_array(), *misses = json_array();
	size_t i =
		rates->count > RATES_POINTS ? rates->count - RATES_POINTS : 0;

	for (; i < rates->count; i++) {
		const struct point *point = &rates->point[i % RATES_POINTS];

		if (clock - point->clock > VIEW_HISTORY * 1000)
			continue;
		number_add(ago, (clock - point->clock) / 1000.0);
		number_add(fast, point->fast);
		number_add(server, point->server);
		number_add(misses, point->misses);
	}
	return json_pack("{s:o, s:o, s:o, s:o}", "ago", ago, "fastpath", fast,
			 "server", server, "misses", misses);
}

void view_rates_add(struct view_rates *rates, json_t *figures)
{
	json_t *counters = json_object_get(figures, "counters"), *now;
	int64_t clock = json_number_of(figures, "clock");
	double seconds = (clock - rates->clock) / 1000.0;
	struct pair fast = {.seconds = seconds}, socket = fast;
	struct point point = {.clock = clock};

	now = json_null();
	if (rates->before && seconds > 0) {
		fast.now = json_object_get(counters, "fastpath");
		fast.before = json_object_get(rates->before, "fastpath");
		socket.now = json_object_get(counters, "socket");
		socket.before = json_object_get(rates->before, "socket");
		now = rates_of(figures, &fast, &socket, &point);
		rates->point[rates->count++ % RATES_POINTS] = point;
	}
	json_object_set_new(figures, "rates", now);
	json_object_set_new(
		figures, "answered",
		json_pack("{s:o, s:o}", "fastpath",
			  answered_of(json_object_get(counters, "fastpath")),
			  "server",
			  answered_of(json_object_get(counters, "socket"))));
	json_object_set_new(figures, "history", history_of(rates, clock));
	json_decref(rates->before);
	rates->before = json_incref(counters);
	rates->clock = clock;
}

void view_rates_free(struct view_rates *rates)
{
	if (rates)
		json_decref(rates->before);
	free(rates);
}
