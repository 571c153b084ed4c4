// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "fast_note.h"

void fast_note(struct fast_notes *notes, const char *fmt, ...)
{
	char *text;
	va_list args;
	int len;

	if (array_grow(&notes->text, &notes->room, notes->count + 1,
		       sizeof(*notes->text)))
		return;
	va_start(args, fmt);
	len = vasprintf(&text, fmt, args);
	va_end(args);
	if (len >= 0)
		notes->text[notes->count++] = text;
}

void fast_note_free(struct fast_notes *notes)
{
	size_t i;

	for (i = 0; i < notes->count; i++)
		free(notes->text[i]);
	free(notes->text);
	memset(notes, 0, sizeof(*notes));
}
