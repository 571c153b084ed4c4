/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_REGION_H
#define FORMAT_REGION_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The requests that one source stands for, of systems that compare hosts and
 * paths by themselves. Two regions are disjoint, one within the other, or meet
 * in a third.
 */
enum format_region_kind {
	FORMAT_REGION_PREFIX,  /* all that begin with the path, as bytes */
	FORMAT_REGION_EXACT,   /* the path, with any query */
	FORMAT_REGION_QUERY,   /* the path with its query */
	FORMAT_REGION_PAIRS,   /* the path with a set of pairs: "/a?b=c&*" */
	FORMAT_REGION_PATTERN, /* what a pattern takes */
};

enum {
	FORMAT_REGION_HTTP = 1,
	FORMAT_REGION_TLS = 2,
	FORMAT_REGION_BOTH = 3,
};

struct format_region {
	const char *host; /* as in a source, lower case: "*", "*.x", "x" */
	const char *path; /* as in a source, without a prefix's '*' */
	enum format_region_kind kind;
	bool fold; /* the path is compared without ASCII case */
	unsigned int schemes;
};

/* All requests. */
extern const struct format_region format_region_all;

/* Whether all requests of one host, or region, are of another. */
bool format_host_within(const char *host, const char *of);
bool format_region_within(const struct format_region *region,
			  const struct format_region *of);

/*
 * format_region_meet - what is in both of two regions
 * @unsure: set where they meet in what no region can say
 *
 * Returns whether *both is something.
 */
bool format_region_meet(struct format_region *both,
			const struct format_region *a,
			const struct format_region *b, bool *unsure);

/* Whether a pattern takes a path of len bytes. */
bool format_region_takes(const char *pattern, bool fold, const char *path,
			 size_t len);

/* Which places of a pattern of at most LIMIT_PATH bytes a path of len bytes may
 * end at, its own end among them. */
void format_region_places(const char *pattern, bool fold, const char *path,
			  size_t len, bool *places);

#endif
