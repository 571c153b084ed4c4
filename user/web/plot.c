// SPDX-License-Identifier: BSD-2-Clause
#include "html.h"
#include "plot.h"
#include "view_rates.h"

enum { PLOT_HEIGHT = 60 }; /* of VIEW_HISTORY in width */

void plot_rate(FILE *out, double rate)
{
	if (rate >= 100)
		html_number(out, (int64_t)(rate + 0.5));
	else if (rate >= 10)
		fprintf(out, "%.1f", rate);
	else if (rate >= 0.005)
		fprintf(out, "%.2f", rate);
	else
		putc('0', out);
}

static double highest(const json_t *list)
{
	const json_t *value;
	double most = 0;
	size_t i;

	json_array_foreach(list, i, value)
	{
		if (json_real_value(value) > most)
			most = json_real_value(value);
	}
	return most;
}

static void line_write(FILE *out, const json_t *ago, const json_t *list,
		       double most)
{
	const json_t *value;
	size_t i;

	json_array_foreach(list, i, value)
	{
		double x =
			VIEW_HISTORY - json_real_value(json_array_get(ago, i));
		double y = most > 0 ? json_real_value(value) / most : 0;

		fprintf(out, "%s%.1f,%.1f", i ? " " : "", x,
			(PLOT_HEIGHT - 2) * (1 - y) + 1);
	}
}

void plot_write(FILE *out, const char *key, const char *title,
		const json_t *figures)
{
	const json_t *history = json_object_get(figures, "history");
	const json_t *list = json_object_get(history, key);
	const json_t *rates = json_object_get(figures, "rates");
	double most = highest(list);

	fprintf(out, "<figure data-plot=\"%s\"><figcaption>%s <b data-now>",
		key, title);
	plot_rate(out, json_real_value(json_object_get(rates, key)));
	fprintf(out,
		"</b></figcaption><svg viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"%s in the last five minutes\"><polyline points=\"",
		VIEW_HISTORY, PLOT_HEIGHT, title);
	line_write(out, json_object_get(history, "ago"), list, most);
	fputs("\"/></svg><small>at most <span data-most>", out);
	plot_rate(out, most);
	fputs("</span> in five minutes</small></figure>\n", out);
}
