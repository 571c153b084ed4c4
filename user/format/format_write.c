// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "format_write.h"
#include "rule_code.h"
#include "rule_line.h"

void format_unsaid(struct format_write *write, const struct rule *rule,
		   const char *kind, const char *why)
{
	write->fits = false;
	findings_add(&write->findings, FINDING_CANNOT, kind, 0, "%s%s%s",
		     rule_written(rule), *why ? ": " : "", why);
}

void format_unlike(struct format_write *write, const struct rule *rule,
		   const char *kind, const char *why)
{
	findings_add(&write->findings, FINDING_DIFFERS, kind, 0, "%s%s%s",
		     rule_written(rule), *why ? ": " : "", why);
}

void format_lost(struct format_write *write, const struct rule *rule)
{
	if (rule->max_age != rule_code(rule->code)->max_age)
		format_unlike(write, rule, "max-age", "lost");
	if (*rule->headers)
		format_unlike(write, rule, "header", "lost");
	if (*rule->tag)
		format_unlike(write, rule, "tag", "lost");
	if (*rule->note)
		format_unlike(write, rule, "note", "lost");
	if (rule->final.code)
		format_unlike(write, rule, "final", "lost");
}

static int rule_look(void *arg, const struct rule *rule)
{
	struct format_write *write = arg;

	write->fits = true;
	return write->writer->look ? write->writer->look(write, rule) : 0;
}

/* Findings are of the first time that a rule is looked at. */
static int rule_fits(struct format_write *write, const struct rule *rule)
{
	struct format_write again = *write;
	int err;

	again.findings = (struct findings){0};
	err = rule_look(&again, rule);
	findings_free(&again.findings);
	write->fits = again.fits;
	return err;
}

static int rule_write(void *arg, const struct rule *rule)
{
	struct format_write *write = arg;
	unsigned long cannot = findings_total(&write->findings, FINDING_CANNOT);
	int err = 0;

	write->fits = true;
	if (cannot)
		err = rule_fits(write, rule);
	if (!err && write->fits)
		err = write->writer->rule(write, rule);
	if (!err && ferror(write->out))
		err = error_sys(-EIO, "cannot write rules");
	return err;
}

int format_write(struct format_write *write, format_each_fn *each, void *from,
		 bool partial)
{
	const struct format_writer *writer = write->writer;
	int err = 0;

	if (writer->size && !(write->data = calloc(1, writer->size)))
		return error_sys(-ENOMEM, "cannot write rules");
	if (writer->look)
		err = each(from, rule_look, write);
	if (!err && writer->looked)
		writer->looked(write);
	if (!err && !partial &&
	    findings_total(&write->findings, FINDING_CANNOT))
		return -EDOM;
	if (!err && writer->begin)
		writer->begin(write);
	if (!err)
		err = each(from, rule_write, write);
	if (!err && writer->end)
		writer->end(write);
	return err;
}

void format_write_free(struct format_write *write)
{
	findings_free(&write->findings);
	if (write->data && write->writer->free)
		write->writer->free(write);
	free(write->data);
}
