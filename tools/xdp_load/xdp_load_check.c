// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "xdp_load_check.h"

/* The value of the only Location of a head, cut out of it; "" if there is none,
 * NULL if there are more. */
static const char *location_find(char *head)
{
	static const char name[] = "\r\nLocation:";
	char *line = strcasestr(head, name), *end;

	if (!line)
		return "";
	line += sizeof(name) - 1;
	if (strcasestr(line, name))
		return NULL;
	line += strspn(line, " \t");
	end = strstr(line, "\r\n");
	if (end)
		*end = 0;
	return line;
}

static void first_set(struct load_check *check, uint32_t request,
		      const char *answer)
{
	const struct load_request *asked = &check->requests->request[request];
	char text[LOAD_TEXT + 1] = {0}, *at;

	if (*check->first)
		return;
	memcpy(text, asked->text, asked->len);
	snprintf(check->first, sizeof(check->first),
		 "'%.*s' is to get %u to '%s', got '%.500s'",
		 (int)(strstr(text, "\r\nUser-Agent") - text), text,
		 asked->status, check->requests->location[request], answer);
	for (at = check->first; *at; at++)
		if (iscntrl((unsigned char)*at))
			*at = ' ';
}

void load_check_answer(struct load_check *check, uint32_t request,
		       const uint8_t *text, uint32_t len)
{
	const struct load_requests *all = check->requests;
	char head[LOAD_ANSWER + 1], copy[LOAD_ANSWER + 1], *end;
	const char *location = NULL;
	bool status;

	if (request >= all->count)
		return;
	if (len > LOAD_ANSWER)
		len = LOAD_ANSWER;
	memcpy(head, text, len);
	head[len] = 0;
	memcpy(copy, head, len + 1);
	status = !strncmp(head, "HTTP/1.", 7) && len > 12 &&
		 strtoul(head + 9, NULL, 10) == all->request[request].status;
	end = strstr(head, "\r\n\r\n");
	if (end) {
		end[2] = 0;
		location = location_find(head);
	}
	check->checked++;
	if (status && location && !strcmp(location, all->location[request]))
		return;
	check->wrong += status;
	first_set(check, request, copy);
}
