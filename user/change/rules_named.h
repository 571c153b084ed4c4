/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULES_NAMED_H
#define RULES_NAMED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "import.h"
#include "release_view.h"

struct map;
struct rule;

/*
 * A set of rules by the name that a command is given for it:
 *
 *   live           what is live
 *   N              release N; 0 is the empty one
 *   draft[:NAME]   a draft, of the name "draft" if none is given
 *   else           a file of rules in any format that import reads, or "-";
 *                  "./live" and "./7" are files
 *
 * All functions return 0 or -errno with error_set() unless said otherwise.
 */
enum rules_named_kind {
	RULES_NAMED_LIVE,
	RULES_NAMED_RELEASE,
	RULES_NAMED_DRAFT,
	RULES_NAMED_FILE,
};

struct rules_named {
	enum rules_named_kind kind;
	char text[200]; /* for people: "release 7", "draft next", the file */
	struct release_view view; /* of all but a file */
	bool partial;	    /* of a file, take what import --partial takes */
	struct import file; /* its rules are file.edit.rules, sorted; its
				   * read.format and read.options may be set
				   * before it is opened */
	struct release_view_walk walk;
	size_t at;
};

/*
 * rules_named_open - find it, and read a file
 * @named: all zero, but for partial, and what is said there
 * @out: for what is put right, as release.h has it
 *
 * -ENOENT for a release or draft that is not there. -EINVAL for a file that
 * import would refuse: why stands in named->file, and rules_named_refused() says
 * it. rules_named_close() is called in either case.
 */
int rules_named_open(struct rules_named *named, const char *state,
		     const char *name, FILE *out);

/* Say what import would refuse of a file, by its name, or leaves out of one that
 * is read in part; of anything else nothing. The error text stays. */
void rules_named_refused(const struct rules_named *named, const char *name,
			 FILE *out);

/* Its rules one after the other, in their order (rule_order.h): 1 with a rule
 * that is valid until the next call, 0 at the end, or -errno. -EAGAIN for a
 * draft that was changed meanwhile. */
int rules_named_next(struct rules_named *named, struct rule *rule);

/* How many rules it has. */
uint64_t rules_named_count(const struct rules_named *named);

/* Begin with the first one again. */
void rules_named_again(struct rules_named *named);

/* A map of it: the release's own where that is there and sound, else one that
 * is compiled for this process. NULL where it has no rules. It lives on behind
 * rules_named_close(). */
int rules_named_map(struct map **map, struct rules_named *named,
		    const char *state);

/* Accepts one that could not be opened, and one that is all zero. */
void rules_named_close(struct rules_named *named);

#endif
