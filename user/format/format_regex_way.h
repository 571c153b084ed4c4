/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_REGEX_WAY_H
#define FORMAT_REGEX_WAY_H

#include <stdbool.h>
#include <stddef.h>

/* What format_regex.h makes of a regular expression. */

enum format_regex_flag {
	FORMAT_REGEX_CASE = 1,	    /* without ASCII case */
	FORMAT_REGEX_DECODED = 2,   /* it is matched against a decoded path */
	FORMAT_REGEX_DIRECTORY = 4, /* against a path without its first '/'
				     * (.htaccess), which has no other one
				     * behind it */
	FORMAT_REGEX_QUERY = 8,	    /* against path and query as they were sent
				 * (nginx's $request_uri) */
};

/* At most this many sources come of one expression. */
enum { FORMAT_REGEX_MOST = 256, FORMAT_REGEX_GROUPS = 32 };

/* What the rules answer otherwise than the expression says. */
enum format_regex_unlike {
	FORMAT_REGEX_SLASH = 1,	   /* "/a/x*" takes "/a", too */
	FORMAT_REGEX_EMPTY = 2,	   /* ".+" takes nothing, too */
	FORMAT_REGEX_WIDER = 4,	   /* "[a-z]+", "[0-9]{3}" */
	FORMAT_REGEX_SLASHES = 8,  /* "/+" takes one */
	FORMAT_REGEX_DOT = 16,	   /* "a.html" means "a\.html" */
	FORMAT_REGEX_QUERIES = 32, /* with any query, too */
	FORMAT_REGEX_BEGIN = 64,   /* of hosts: "old\.example$" */
	FORMAT_REGEX_END = 128,	   /* of hosts: "^old\.example" */
	FORMAT_REGEX_DEPTH = 256,  /* of hosts: "^[^.]+\.old\.example$" */
	FORMAT_REGEX_PORT = 2048,  /* of hosts: "^old\.example:8080$" */
	FORMAT_REGEX_DEEP = 4096,  /* of wildcards: "^www\." */
	/* of targets */
	FORMAT_REGEX_ORDER = 512,    /* another alternative fills the groups */
	FORMAT_REGEX_LETTERS = 1024, /* a group's case is the expression's */
};

struct format_regex {
	/* One source path, or host, for each way to match. */
	struct format_regex_way {
		char *source; /* "/a/{g1:digits}", "/a/x*" */
		/* What "$0", "$1" ... stand for in a target: a literal, "{g1}",
		 * "*", or several of them; "" for one that takes no part, NULL
		 * where there is no such group. A literal is escaped as
		 * format_text.h has it. */
		char *group[FORMAT_REGEX_GROUPS];
		unsigned int unlike; /* enum format_regex_unlike */
		/* ... of a target that has such a group: bits by group */
		unsigned int letters, order;
	} * ways;
	size_t count;
	bool fold;	     /* the rules need case=ignore */
	unsigned int unlike; /* of all ways, and of targets that were made */
	char *name[FORMAT_REGEX_GROUPS]; /* of "(?<name>...)" */
	/* why it cannot be said: constant texts */
	const char *kind;   /* "regex", "variable" */
	const char *reason; /* "not anchored at its begin" */
};

/* The text of one of the bits, which is taken away: "takes ..."; NULL if there
 * is none. */
const char *format_regex_unlike(unsigned int *unlike);

/* Free what a way has; it is not used after. */
void format_regex_way_free(struct format_regex_way *way);

/* Accepts one that is all zero. */
void format_regex_free(struct format_regex *regex);

#endif
