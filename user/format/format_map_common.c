// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>

#include "format_map_common.h"
#include "rule.h"

const char *format_map_unlike(struct format_map_common *common,
			      const struct rule *rule, const char **kind)
{
	bool any = *rule->source == '*';

	if (!common->known) {
		*common = (struct format_map_common){true, rule->query_drop,
						     any, rule->code};
		return NULL;
	}
	*kind = "code";
	if (rule->code != common->code)
		return "a map is for one code, the first rule's";
	*kind = "query";
	if (rule->query_drop != common->drop)
		return "all of a map's are kept or dropped, as the first rule's";
	*kind = "host";
	if (any != common->any)
		return "all of a map's keys have a host or none, as the first rule's";
	return NULL;
}
