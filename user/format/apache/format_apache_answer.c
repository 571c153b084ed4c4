// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>
#include <string.h>
#include <strings.h>

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

const char *apache_answer_code(const char *status)
{
	static const char *const codes[][2] = {
		{"permanent", "301"}, {"temp", "302"}, {"seeother", "303"},
		{"gone", "410"},      {"301", "301"},  {"302", "302"},
		{"303", "303"},	      {"307", "307"},  {"308", "308"},
		{"410", "410"},
	};
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (!strcasecmp(status, codes[i][0]))
			return codes[i][1];
	return NULL;
}
