// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>
#include <string.h>

#include "format_haproxy_model.h"

struct haproxy_section *haproxy_backend(const struct haproxy *haproxy,
					const char *name)
{
	struct haproxy_section *section = haproxy->sections;

	for (; section; section = section->next)
		if ((!strcmp(section->kind, "backend") ||
		     !strcmp(section->kind, "listen")) &&
		    !strcmp(section->name, name))
			return section;
	return NULL;
}

void haproxy_free(struct haproxy *haproxy)
{
	struct haproxy_list *list = haproxy->lists;

	for (; list; list = list->next)
		free(list->entries);
	format_first_free(&haproxy->first);
	format_pool_free(&haproxy->pool);
}
