// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "error.h"

static __thread char text[ERROR_TEXT];

int error_set(int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return err;
}

int error_sys(int err, const char *fmt, ...)
{
	va_list args;
	size_t used;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	used = strlen(text);
	snprintf(text + used, sizeof(text) - used, ": %s", strerror(-err));
	return err;
}

int error_wrap(int err, const char *fmt, ...)
{
	char before[ERROR_TEXT];
	va_list args;
	size_t used;

	error_save(before);
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	used = strlen(text);
	snprintf(text + used, sizeof(text) - used, ": %s", before);
	return err;
}

void error_save(char saved[ERROR_TEXT])
{
	memcpy(saved, text, ERROR_TEXT);
}

void error_restore(const char saved[ERROR_TEXT])
{
	memcpy(text, saved, ERROR_TEXT);
}

const char *error_text(void)
{
	return text;
}
