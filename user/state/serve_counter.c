// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>

#include "head.h"
#include "serve_counter.h"

static const char *const names[] = {
#define SOCKET_NAME(constant, name, what) "socket_" name,
	SOCKET_COUNTERS(SOCKET_NAME)
#undef SOCKET_NAME
};

_Static_assert(sizeof(names) / sizeof(*names) == SOCKET_COUNT, "a name each");
_Static_assert(SOCKET_HEAD_301 - SOCKET_GET_301 == 6 &&
		       SOCKET_OTHER_301 - SOCKET_HEAD_301 == 6,
	       "the codes of each method, in the same order");

const char *socket_counter_name(enum socket_counter counter)
{
	return names[counter];
}

/* The place of a code among those of a method, or -1. */
static int code_place(int code)
{
	switch (code) {
	case 301:
	case 302:
	case 303:
		return code - 301;
	case 307:
	case 308:
		return code - 307 + 3;
	case 410:
		return 5;
	}
	return -1;
}

enum socket_counter socket_counter_answer(int code, uint32_t flags)
{
	int place = code_place(code);

	if (place < 0)
		return SOCKET_DAMAGED;
	if (flags & HEAD_GET)
		return SOCKET_GET_301 + place;
	if (flags & HEAD_HEAD)
		return SOCKET_HEAD_301 + place;
	return SOCKET_OTHER_301 + place;
}

enum socket_counter socket_counter_status(int status)
{
	switch (status) {
	case 400:
		return SOCKET_STATUS_400;
	case 404:
		return SOCKET_STATUS_404;
	case 405:
		return SOCKET_STATUS_405;
	case 408:
		return SOCKET_STATUS_408;
	case 414:
		return SOCKET_STATUS_414;
	case 421:
		return SOCKET_STATUS_421;
	case 431:
		return SOCKET_STATUS_431;
	case 501:
		return SOCKET_STATUS_501;
	case 502:
		return SOCKET_STATUS_502;
	case 504:
		return SOCKET_STATUS_504;
	case 508:
		return SOCKET_STATUS_508;
	}
	/* As answer_status() has it. */
	return SOCKET_STATUS_505;
}
