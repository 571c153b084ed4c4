// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>
#include <string.h>

#include "format_apache_answer.h"

static const struct apache_answer answers[] = {
	{"301", false}, {"301", true}, {"302", false}, {"302", true},
	{"303", false}, {"303", true}, {"307", false}, {"307", true},
	{"308", false}, {"308", true}, {"410", false},
};

const struct apache_answer *apache_answer_of(const char *code, bool query_drop)
{
	bool drop = query_drop && strcmp(code, "410") != 0;
	size_t i;

	for (i = 0; i < sizeof(answers) / sizeof(*answers); i++)
		if (!strcmp(answers[i].code, code) &&
		    answers[i].query_drop == drop)
			return &answers[i];
	return NULL;
}
