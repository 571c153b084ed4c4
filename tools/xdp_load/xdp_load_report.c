// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <jansson.h>
#include <stdio.h>

#include "error.h"
#include "xdp_load_counts.h"
#include "xdp_load_report.h"

static uint64_t wrong_answers(const struct load_result *result)
{
	return result->all.events[LOAD_WRONG] +
	       result->all.events[LOAD_UNANSWERED] + result->check.wrong;
}

/* What counts as one: in a keep-alive loop a request. */
static uint64_t done(const struct load_options *options,
		     const struct load_counts *counts)
{
	return counts
		->events[options->keep_alive ? LOAD_RIGHT : LOAD_COMPLETED];
}

static json_t *status_json(const struct load_counts *counts)
{
	json_t *value = json_object();
	char name[8];
	int i;

	for (i = 0; i < LOAD_STATUSES; i++) {
		if (!counts->status[i])
			continue;
		snprintf(name, sizeof(name), "%03d", i);
		json_object_set_new(value, name,
				    json_integer(counts->status[i]));
	}
	return value;
}

static json_t *events_json(const struct load_counts *counts)
{
	json_t *value = json_object();
	int i;

	for (i = 0; i < LOAD_EVENT_COUNT; i++)
		json_object_set_new(value, load_event_name(i),
				    json_integer(counts->events[i]));
	return value;
}

static json_t *latency_json(const struct load_counts *counts)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "samples",
			 (json_int_t)load_counts_samples(counts), "p50",
			 (json_int_t)load_counts_latency(counts, 0.5), "p90",
			 (json_int_t)load_counts_latency(counts, 0.9), "p99",
			 (json_int_t)load_counts_latency(counts, 0.99), "p99.9",
			 (json_int_t)load_counts_latency(counts, 0.999), "max",
			 (json_int_t)load_counts_latency(counts, 1));
}

static json_t *measured_json(const struct load_options *options,
			     const struct load_result *result)
{
	const struct load_counts *measured = &result->measured;
	const char *mode = options->keep_alive ? "keep-alive"
			   : options->rate     ? "rate"
					       : "close";

	return json_pack(
		"{s:s, s:i, s:I, s:I, s:f, s:f, s:I, s:I, s:I, s:o, s:o}",
		"mode", mode, "clients", (int)options->target.clients,
		"begin_ns", (json_int_t)result->begin_ns, "end_ns",
		(json_int_t)result->end_ns, "seconds", result->seconds,
		"per_second", done(options, measured) / result->seconds,
		"connections", (json_int_t)measured->events[LOAD_COMPLETED],
		"requests", (json_int_t)measured->events[LOAD_RIGHT], "bytes",
		(json_int_t)measured->bytes, "status", status_json(measured),
		"latency_ns", latency_json(measured));
}

static json_t *all_json(const struct load_requests *requests,
			const struct load_result *result)
{
	return json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
			 "events", events_json(&result->all), "checked",
			 (json_int_t)result->check.checked, "wrong",
			 (json_int_t)wrong_answers(result), "resets",
			 (json_int_t)result->all.events[LOAD_RESET], "timeouts",
			 (json_int_t)result->timeouts, "started",
			 (json_int_t)result->started, "unsent",
			 (json_int_t)result->unsent, "late_max_ns",
			 (json_int_t)result->late_max, "too_long",
			 (json_int_t)requests->too_long);
}

static int json_print(const struct load_options *options,
		      const struct load_requests *requests,
		      const struct load_result *result)
{
	json_t *root = measured_json(options, result);
	json_t *all = all_json(requests, result);
	int err = !root || !all || json_object_update(root, all) ||
		  json_dumpf(root, stdout, JSON_REAL_PRECISION(9));

	putchar('\n');
	json_decref(all);
	json_decref(root);
	return err ? error_sys(-ENOMEM, "cannot print the result") : 0;
}

static void line_print(const struct load_options *options,
		       const struct load_result *result)
{
	const struct load_counts *counts = &result->measured;

	printf("%.0f %s a second, p50 %.1f us, p99 %.1f us, p99.9 %.1f us; "
	       "%llu checked, %llu wrong, %llu resets, %llu time-outs\n",
	       done(options, counts) / result->seconds,
	       options->keep_alive ? "requests" : "connections",
	       load_counts_latency(counts, 0.5) / 1e3,
	       load_counts_latency(counts, 0.99) / 1e3,
	       load_counts_latency(counts, 0.999) / 1e3,
	       (unsigned long long)result->check.checked,
	       (unsigned long long)wrong_answers(result),
	       (unsigned long long)result->all.events[LOAD_RESET],
	       (unsigned long long)result->timeouts);
}

int load_report(const struct load_options *options,
		const struct load_requests *requests,
		const struct load_result *result)
{
	uint64_t wrong = wrong_answers(result);
	int err = 0;

	if (options->json)
		err = json_print(options, requests, result);
	else
		line_print(options, result);
	if (!err && fflush(stdout))
		err = error_sys(-errno, "cannot print the result");
	if (!err && wrong)
		return error_set(-EPROTO, "%llu wrong answers: %s",
				 (unsigned long long)wrong,
				 *result->check.first ? result->check.first
						      : "none came");
	if (!err && !done(options, &result->measured))
		return error_set(
			-EPROTO,
			"%s: nothing was answered; the other end needs an "
			"XDP program, and a route to the clients",
			options->target.interface);
	return err;
}
