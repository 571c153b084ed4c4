/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MISSES_VIEW_H
#define MISSES_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct miss_sum;

/*
 * What visitors ask for and nobody answers: the misses of a state directory
 * (misses.h), as the live rules see them. What a rule matches by now is left out,
 * and whether a host has rules is said as of now.
 */

struct misses_line {
	const char *text; /* host, then path; not terminated, any bytes */
	size_t len;
	size_t host_len;
	bool cut;	/* stands for all that begins so */
	bool known;	/* rules have the host by name or by "*.name" */
	uint64_t count; /* at least so often, ... */
	uint64_t error; /* ... and at most so much more */
	int64_t last;	/* seen, Unix time */
};

/* Those of known hosts first, then the most often asked for. */
struct misses_lines {
	struct misses_line *line;
	size_t count;
	size_t known; /* of them */
	/* Of hosts without rules, and with them: requests in all, and how often
	 * at most anything was asked for that is not among them. */
	uint64_t missed[2], absent[2];
	uint64_t answered; /* left out: rules match them by now */
};

struct misses_view {
	struct miss_sum *sum;
	struct misses_lines hosts, urls;
};

/*
 * misses_view_open - read it all
 * @out:    told what is put right of the live map, as release_open_map()
 * @failed: as misses_read()
 *
 * Returns 0 or -errno with error_set().
 */
int misses_view_open(struct misses_view *view, const char *state, FILE *out,
		     void (*failed)(int err, void *arg), void *arg);

/* Accepts one that could not be opened. */
void misses_view_close(struct misses_view *view);

#endif
