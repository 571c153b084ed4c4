/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HITS_PRINT_H
#define HITS_PRINT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct cmd;
struct hits_of;
struct hits_view;
struct rule;

/* Hits as commands print them. */

/* What was left out while they were read. */
struct hits_missed {
	const struct cmd *cmd;
	bool partial; /* what should have been read */
	json_t *list; /* an array, or NULL: it is said on standard error alone */
};

/* Read the hits, and say what is left out: as hits_view_open(). */
int hits_print_open(struct hits_view **view, const struct cmd *cmd,
		    struct hits_missed *missed);

/* Save them, and the misses, so that they are on the disk: as hits_save(). */
int hits_print_save(const struct cmd *cmd, struct hits_missed *missed);

/* The columns of a rule's hits, and what stands above them; a line's begin. */
void hits_print_head(void);
void hits_print_columns(const struct hits_of *of);

/* Lines for the hits of earlier codes, if there are any. */
void hits_print_codes(const struct hits_of *of, uint16_t code);

/* A rule's object (json.h), with "hits" as below. */
json_t *hits_print_rule(const struct rule *rule, const struct hits_of *of);

/* {"get_head", "other", "first", "last" (null for never), "codes": [...]} */
json_t *hits_print_json(const struct hits_of *of);

#endif
