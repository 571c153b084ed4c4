/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_ASKS_H
#define FORMAT_HAPROXY_ASKS_H

#include <stdbool.h>

struct haproxy_literal;
struct haproxy_step;
struct haproxy_term;

/* Whether a test, or one of a term, asks for nothing but that the map of the
 * step's action has a key. */
bool haproxy_asks_for_map(const struct haproxy_step *step,
			  const struct haproxy_literal *literal);
bool haproxy_term_asks_for_map(const struct haproxy_step *step,
			       const struct haproxy_term *term);

#endif
