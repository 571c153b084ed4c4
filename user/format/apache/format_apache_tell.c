// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "format_apache_giving.h"
#include "format_apache_tell.h"
#include "format_read.h"

enum { TEXT = 1024 };

static uint64_t hash_add(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3U;
	return hash;
}

static bool slots_grow(struct apache_tell *tell)
{
	size_t room = tell->room ? tell->room * 2 : 64, i, at;
	uint64_t *slots;

	if ((tell->count + 1) * 2 <= tell->room)
		return true;
	slots = calloc(room, sizeof(*slots));
	if (!slots)
		return false;
	for (i = 0; i < tell->room; i++) {
		if (!tell->slots[i])
			continue;
		for (at = tell->slots[i]; slots[at & (room - 1)]; at++)
			;
		slots[at & (room - 1)] = tell->slots[i];
	}
	free(tell->slots);
	tell->slots = slots;
	tell->room = room;
	return true;
}

/* Whether something is said for the first time. Without memory it is said
 * again. */
static bool is_new(struct apache_tell *tell, unsigned long line,
		   const char *kind, const char *text)
{
	uint64_t hash =
		hash_add(hash_add(0xcbf29ce484222325U ^ line, kind), text) | 1U;
	size_t at = hash;

	if (!slots_grow(tell))
		return true;
	for (; tell->slots[at & (tell->room - 1)]; at++)
		if (tell->slots[at & (tell->room - 1)] == hash)
			return false;
	tell->slots[at & (tell->room - 1)] = hash;
	tell->count++;
	return true;
}

void apache_tell(struct apache_giving *giving, enum finding_class class,
		 const char *kind, unsigned long at, const char *fmt, ...)
{
	char text[TEXT];
	va_list args;

	if (giving->depth)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (is_new(&giving->tell, at, kind, text))
		findings_add(&giving->read->findings, class, kind, at, "%s",
			     text);
}

void apache_error(struct apache_giving *giving, unsigned long at,
		  const char *field, const char *fmt, ...)
{
	char text[TEXT];
	va_list args;

	if (giving->depth)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (is_new(&giving->tell, at, field, text))
		format_error(giving->read, at, field, "%s", text);
}

void apache_tell_system(struct apache_giving *giving, unsigned long at)
{
	if (giving->tell.system)
		return;
	giving->tell.system = true;
	format_differs(giving->read, at, "slashes",
		       "Apache takes several '/' of a path for one");
	format_differs(giving->read, at, "encoding",
		       "Apache decodes the path and escapes it anew, refuses "
		       "\"%%2F\" and mostly \"%%3F\", and leaves the query as "
		       "it is");
}

void apache_tell_port(struct apache_giving *giving, unsigned long at)
{
	if (giving->tell.port)
		return;
	giving->tell.port = true;
	format_differs(giving->read, at, "host",
		       "Apache takes the Host as it was sent, with its port "
		       "and in its case, for what asks it and in a Location");
}

void apache_tell_free(struct apache_tell *tell)
{
	free(tell->slots);
	*tell = (struct apache_tell){0};
}
