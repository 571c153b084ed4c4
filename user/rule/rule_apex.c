// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "rule.h"
#include "rule_apex.h"
#include "rule_url.h"

size_t rule_apex_target(char *dst, const char *target, size_t len)
{
	size_t scheme = rule_url_scheme(target, len), from = scheme;

	if (scheme && !strncmp(target + scheme, "*.", RULE_APEX_AT))
		from += RULE_APEX_AT;
	memcpy(dst, target, scheme);
	memcpy(dst + scheme, target + from, len - from + 1);
	return len - (from - scheme);
}

bool rule_apex(struct rule *apex, struct rule_buffer *buffer,
	       const struct rule *below)
{
	if (!buffer->dot)
		return false;
	*apex = *below;
	apex->source += RULE_APEX_AT;
	apex->source_len -= RULE_APEX_AT;
	if (apex->written)
		apex->written += RULE_APEX_AT;
	apex->target = buffer->apex_target;
	apex->target_len = rule_apex_target(buffer->apex_target, below->target,
					    below->target_len);
	return true;
}
