/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PLOT_H
#define PLOT_H

#include <jansson.h>
#include <stdio.h>

/*
 * plot_write - a small plot of rates, as a figure with its text
 * @key:     of the rate and of its array in the history (view_rates.h)
 * @title:   what it is
 * @figures: of web_figures_get()
 *
 * The page's script draws it anew by the same rule.
 */
void plot_write(FILE *out, const char *key, const char *title,
		const json_t *figures);

/* A rate for people: 0, 0.25, 12.5, 1,234. */
void plot_rate(FILE *out, double rate);

#endif
