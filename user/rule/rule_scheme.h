/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_SCHEME_H
#define RULE_SCHEME_H

#include <stddef.h>

/* The requests that a rule is for, by how they came. */
enum rule_scheme {
	RULE_SCHEME_ANY,
	RULE_SCHEME_HTTP,  /* in plaintext */
	RULE_SCHEME_HTTPS, /* by TLS */
};

/* The value of scheme=; "" for any. */
const char *rule_scheme_text(enum rule_scheme scheme);

/* The reverse; -EINVAL for what is neither http nor https. */
int rule_scheme_find(const char *text, size_t len);

#endif
