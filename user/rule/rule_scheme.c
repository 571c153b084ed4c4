// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "rule_scheme.h"

static const char *const texts[] = {
	[RULE_SCHEME_ANY] = "",
	[RULE_SCHEME_HTTP] = "http",
	[RULE_SCHEME_HTTPS] = "https",
};

const char *rule_scheme_text(enum rule_scheme scheme)
{
	return texts[scheme];
}

int rule_scheme_find(const char *text, size_t len)
{
	int scheme;

	for (scheme = RULE_SCHEME_HTTP; scheme <= RULE_SCHEME_HTTPS; scheme++)
		if (len == strlen(texts[scheme]) &&
		    !memcmp(text, texts[scheme], len))
			return scheme;
	return -EINVAL;
}
