/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef METRICS_H
#define METRICS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* The two formats that Prometheus reads. */
#define METRICS_TEXT "text/plain; version=0.0.4; charset=utf-8"
#define METRICS_OPEN \
	"application/openmetrics-text; version=1.0.0; charset=utf-8"

/* Whether an Accept field asks for OpenMetrics rather than for text. NULL: there
 * is none. */
bool metrics_open(const char *accept);

/*
 * metrics_write - all that is counted and measured
 * @figures: of web_figures_get()
 * @commit:  of the program
 * @open:    as OpenMetrics has it
 *
 * Every counter of `stats` is there, by what it means (metrics_name.h).
 */
void metrics_write(FILE *out, const json_t *figures, const char *commit,
		   bool open);

#endif
