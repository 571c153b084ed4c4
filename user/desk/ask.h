/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASK_H
#define ASK_H

#include <stdbool.h>

#include "map_view.h"
#include "rule.h"

/* Asking a map for the rules of a request. */
struct ask {
	const struct map *map;
	struct map_key key;
	struct rule met; /* the rule that ask_*() found, of buffer */
	struct rule_buffer buffer;
};

/* Make the request; path is with its query. False where it is none. */
bool ask_begin(struct ask *ask, const struct map *map, bool https,
	       const char *host, size_t host_len, const char *path, size_t len);

/* Whether any rule answers it, pass too. */
bool ask_answers(struct ask *ask);

/* Find the rule that wins: of all levels, or of those with first=yes. False:
 * there is none. */
bool ask_rule(struct ask *ask);
bool ask_first(struct ask *ask);

#endif
