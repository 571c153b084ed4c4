/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CACHE_PRINT_H
#define CACHE_PRINT_H

#include <stdbool.h>
#include <stdio.h>

struct cache_until;

/* Say until when caches may hold a permanent answer, behind a change that has made
 * it live, or that has taken it back just now. */
void cache_print(FILE *out, struct cache_until *cache, bool back);

#endif
