/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_SUB_H
#define FORMAT_HAPROXY_SUB_H

#include <stdbool.h>
#include <sys/types.h>

#include "limit.h"

struct haproxy_sub;

enum { HAPROXY_SUB_SIZE = LIMIT_PATH + 1024 };

/*
 * haproxy_sub_all - what regsub() makes of a text
 * @dst:  HAPROXY_SUB_SIZE bytes of room; receives it with a NUL
 * @open: the text is but the beginning of what there may be
 * @subs: one after the other; NULL: none
 *
 * Taken are literals (with '\' before any character) with '^' before or '$'
 * behind them, and "^LITERAL(.*)" with "\1" at the end of what is put there.
 * Returns its length; -ENOTSUP for others, and where what is not known of the
 * text counts.
 */
ssize_t haproxy_sub_all(char *dst, const char *text, bool open,
			const struct haproxy_sub *subs);

#endif
