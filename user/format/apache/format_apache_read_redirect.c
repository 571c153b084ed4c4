// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "format_apache_line.h"
#include "format_apache_read_redirect.h"
#include "format_read.h"

static bool is_status(const char *word)
{
	static const char *const names[] = {"permanent", "temp", "seeother",
					    "gone"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcasecmp(word, names[i]))
			return true;
	return strlen(word) == 3 && strspn(word, "0123456789") == 3;
}

/* Redirect [status] [path] URL, and of "gone" and the like without URL. */
static int redirect_take(struct apache_reading *reading,
			 struct apache_line *line, enum apache_kind kind,
			 const char *status)
{
	size_t word = 1;
	const char *path = reading->place.location, *target = "";
	const char *texts[3];

	if (!apache_reading_place(reading, line) ||
	    !apache_reading_words(reading, line, 1, 3))
		return 0;
	if (!status && line->count > 2 && is_status(line->words[1]))
		status = line->words[word++];
	if (!status && line->count == 2 && is_status(line->words[1]))
		status = line->words[word++];
	if (line->count - word == 2 || !path)
		path = word < line->count ? line->words[word++] : NULL;
	if (word < line->count)
		target = line->words[word++];
	if (!path || word < line->count) {
		format_error(reading->read, line->at, "line",
			     "%s has no path, or too many words",
			     line->words[0]);
		return 0;
	}
	if (path == reading->place.location)
		kind = APACHE_LOCATION;
	texts[0] = path;
	texts[1] = target;
	texts[2] = status ? status : "302";
	return apache_reading_item(reading, line, kind, texts) ? 0 : -ENOMEM;
}

int apache_read_redirect(struct apache_reading *reading,
			 struct apache_line *line)
{
	return redirect_take(reading, line, APACHE_REDIRECT, NULL);
}

int apache_read_redirect_permanent(struct apache_reading *reading,
				   struct apache_line *line)
{
	return redirect_take(reading, line, APACHE_REDIRECT, "301");
}

int apache_read_redirect_temp(struct apache_reading *reading,
			      struct apache_line *line)
{
	return redirect_take(reading, line, APACHE_REDIRECT, "302");
}

int apache_read_redirect_match(struct apache_reading *reading,
			       struct apache_line *line)
{
	return redirect_take(reading, line, APACHE_MATCH, NULL);
}
