/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FLATTEN_H
#define FLATTEN_H

struct map;
struct ruleset;
struct warnings;

/*
 * flatten - have rules lead at once to where their chains end
 * @set: all rules, sorted; their targets, codes and max-age are changed
 * @map: of these rules
 *
 * Only where every request of a rule takes one chain, which keeps the query:
 * one to a single path, or a prefix with its remainder into another one. The
 * max-age is the shortest of the chain's. That a rule leads to https of the same
 * URL first stays. What is not flattened is a warning, "not flattened", with the
 * reason. Returns 0 or -errno with error_set().
 */
int flatten(struct ruleset *set, const struct map *map,
	    struct warnings *warnings);

#endif
