/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NAMED_H
#define FORMAT_NAMED_H

#include <stdbool.h>
#include <stddef.h>

#include "format_text.h"

/* What a system's sources name (":slug"), and what its targets have in its
 * place. */
enum { FORMAT_NAMES = 64 };

struct format_named {
	size_t count;
	struct format_name {
		const char *name; /* "slug", "$1"; not terminated */
		size_t len;
		/* what it stands for: "{slug}", "*", or a literal as in a URL */
		const char *text;
		size_t text_len;
		enum {
			FORMAT_NAME_CAPTURE,
			FORMAT_NAME_REST,
			FORMAT_NAME_LITERAL,
		} kind;
		bool used; /* in the target */
	} names[FORMAT_NAMES];
};

/* How long the name is that a text begins with: a letter or '_', then letters,
 * digits and '_' of ASCII; 0 if there is none. */
size_t format_name_length(const char *text, size_t len);

/* Find a name, or NULL. */
struct format_name *format_name_find(struct format_named *named,
				     const char *name, size_t len);

/* Add one; false for one that is there already, and where there is no room. */
bool format_name_add(struct format_named *named,
		     const struct format_name *name);

/*
 * format_named_target - a TARGET of a text with names in it: ":slug", "$1"
 * @tail: what may stand behind a name and goes with it ("*" of ":slug*"), or ""
 *
 * What is no name of the source stays as it is, if it does not begin a segment.
 * Returns 0, or -ENOTSUP with *reason (a constant text) for what rules cannot
 * say: a name in the host, one that stands there twice, the rest of a path that
 * is not at an end.
 */
int format_named_target(struct format_text *to, struct format_named *named,
			const char *tail, const char *text, size_t len,
			const char **reason);

#endif
