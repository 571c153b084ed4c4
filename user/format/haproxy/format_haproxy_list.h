/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_LIST_H
#define FORMAT_HAPROXY_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct haproxy;
struct haproxy_list;

/*
 * haproxy_map_line - take a line of a map apart
 * @value_len: the value may be empty
 *
 * As HAProxy does it: blanks before the key are passed over; the value is the
 * rest without blanks around it, and may hold some. Returns false for a comment
 * or an empty line.
 */
bool haproxy_map_line(const char *text, size_t len, const char **key,
		      size_t *key_len, const char **value, size_t *value_len);

/*
 * haproxy_list - the entries of a file of patterns, or of a map
 * @at: the line that names it, for what is wrong with it
 *
 * A file is read once. Returns NULL with error_set() when memory is short; the
 * list says why it cannot be read.
 */
struct haproxy_list *haproxy_list(struct haproxy *haproxy, const char *name,
				  bool map, unsigned long at);

#endif
