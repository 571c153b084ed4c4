// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>

#include "format_haproxy_model.h"
#include "format_haproxy_steps.h"
#include "format_haproxy_unreached.h"
#include "format_read.h"

static void line_tell(struct haproxy *haproxy, unsigned long at,
		      unsigned long before, const char *what)
{
	struct places_name place;

	if (before)
		format_left_out(haproxy->read, at, "never reached",
				"%s%s comes first", what,
				places_name(&place, &haproxy->read->places,
					    before));
	else
		format_left_out(haproxy->read, at, "never matches",
				"%sno request comes to it", what);
}

void haproxy_unreached(struct haproxy *haproxy,
		       const struct haproxy_steps *steps)
{
	size_t i, k;

	for (i = 0; i < steps->count; i++) {
		const struct haproxy_step *step = &steps->step[i];

		if (step->kind == HAPROXY_CALL)
			haproxy_unreached(haproxy, step->backend);
		if (step->kind != HAPROXY_ACT)
			continue;
		if (!step->given && step->unsure) {
			format_cannot(
				haproxy->read, step->at, "condition",
				"no source has what its conditions have in common");
			continue;
		}
		if (!step->given) {
			line_tell(haproxy, step->at, step->before, "");
			continue;
		}
		for (k = 0; k < step->key_count; k++)
			if (!step->keys[k].given && *step->keys[k].value)
				line_tell(haproxy, step->keys[k].at,
					  step->keys[k].before, "");
	}
}
