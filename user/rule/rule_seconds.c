// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>

#include "limit.h"
#include "rule_seconds.h"

int rule_seconds(uint32_t *seconds, const char *text, size_t len)
{
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < len && value <= LIMIT_MAX_AGE; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -EINVAL;
		value = value * 10 + (text[i] - '0');
	}
	if (!len || value > LIMIT_MAX_AGE)
		return -EINVAL;
	*seconds = value;
	return 0;
}
