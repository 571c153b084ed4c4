/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_READ_H
#define FORMAT_READ_H

#include "findings.h"
#include "line_errors.h"
#include "places.h"
#include "rule.h"

struct format;

/* What a format may not carry, as the command line has it; NULL: not given. */
enum { FORMAT_HOSTS = 16 };
struct format_options {
	const char *host; /* of sources that are a path alone */
	const char *more_hosts[FORMAT_HOSTS]; /* the others, up to NULL */
	const char *code;		      /* of rules without one */
	const char *base;    /* the URL that other targets are relative to */
	const char *tag;     /* of rules without one */
	const char *note;    /* of rules without one */
	const char *columns; /* "source=2,target=3,code=5" */
};

/*
 * What receives the rules
 * @at: the position of its line (places.h)
 *
 * The rule's texts are valid during the call. The two rules of ".name" come one
 * after the other with one position. Returns 0 or -errno with error_set(), which
 * ends the reading.
 */
typedef int format_take_fn(void *arg, const struct rule *rule,
			   unsigned long at);

/* Reading a file of redirects (formats.h), and what is found out about it. */
struct format_read {
	struct format_options options;
	format_take_fn *take;
	void *arg;
	const struct format *format; /* NULL: the one that is found */
	struct places places;
	struct line_errors *errors; /* by position */
	struct findings findings;
	unsigned int keys;   /* that the file can say: enum rule_keys */
	unsigned long given; /* rules */
	struct rule_buffer buffer;
};

/* Accepts one that is all zero; errors are the caller's. */
void format_read_free(struct format_read *read);

/*
 * For the formats
 */

/*
 * format_give - a rule of the file
 * @fields: SOURCE, TARGET, CODE and keys as rules are written. Of what is not
 *          there: a source that begins with '/' gets the host, and is a rule for
 *          each where there are more, a target that is
 *          no absolute URL (nor "-", nor a host without a scheme) is taken
 *          relative to the base, the code, tag and note are those of the
 *          options
 *
 * Where options would be needed and are not given, and where it is no rule,
 * that is noted as an error. Returns 0 or -errno with error_set().
 */
int format_give(struct format_read *read, unsigned long at,
		const struct rule_fields *fields);

/* The same with what is wrong with the fields already, as rule_make_more(). */
int format_give_more(struct format_read *read, unsigned long at,
		     const struct rule_fields *fields,
		     struct rule_error *error);

/* Note what is wrong with a line: field ("source", "line") and reason; and what
 * rule_make() says. */
void format_error(struct format_read *read, unsigned long at, const char *field,
		  const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void format_error_rule(struct format_read *read, unsigned long at,
		       const struct rule_error *error);

/* Note what cannot be said, with its kind; what the rules answer otherwise, and
 * what would make them answer alike; what the file says does not count. */
#define format_cannot(read, at, kind, ...) \
	findings_add(&(read)->findings, FINDING_CANNOT, kind, at, __VA_ARGS__)
#define format_differs(read, at, kind, ...) \
	findings_add(&(read)->findings, FINDING_DIFFERS, kind, at, __VA_ARGS__)
#define format_left_out(read, at, kind, ...) \
	findings_add(&(read)->findings, FINDING_LEFT_OUT, kind, at, __VA_ARGS__)

#endif
