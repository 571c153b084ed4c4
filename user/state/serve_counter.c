// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>

#include "head.h"
#include "serve_counter.h"

static const char *const names[] = {
#define SERVE_NAME(constant, name, what) "socket_" name,
	SERVE_COUNTERS(SERVE_NAME)
#undef SERVE_NAME
};

_Static_assert(sizeof(names) / sizeof(*names) == SERVE_COUNT, "a name each");
_Static_assert(SERVE_HEAD_301 - SERVE_GET_301 == 6 &&
		       SERVE_OTHER_301 - SERVE_HEAD_301 == 6,
	       "the codes of each method, in the same order");

const char *serve_counter_name(enum serve_counter counter)
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

enum serve_counter serve_counter_answer(int code, uint32_t flags)
{
	int place = code_place(code);

	if (code == 200 && flags & (HEAD_GET | HEAD_HEAD))
		return flags & HEAD_GET ? SERVE_GET_200 : SERVE_HEAD_200;
	if (code == 200)
		return SERVE_OTHER_200;
	if (place < 0)
		return SERVE_DAMAGED;
	if (flags & HEAD_GET)
		return SERVE_GET_301 + place;
	if (flags & HEAD_HEAD)
		return SERVE_HEAD_301 + place;
	return SERVE_OTHER_301 + place;
}

enum serve_counter serve_counter_status(int status)
{
	switch (status) {
	case 400:
		return SERVE_STATUS_400;
	case 404:
		return SERVE_STATUS_404;
	case 405:
		return SERVE_STATUS_405;
	case 408:
		return SERVE_STATUS_408;
	case 414:
		return SERVE_STATUS_414;
	case 421:
		return SERVE_STATUS_421;
	case 431:
		return SERVE_STATUS_431;
	case 501:
		return SERVE_STATUS_501;
	case 502:
		return SERVE_STATUS_502;
	case 504:
		return SERVE_STATUS_504;
	case 508:
		return SERVE_STATUS_508;
	}
	/* As answer_status() has it. */
	return SERVE_STATUS_505;
}
