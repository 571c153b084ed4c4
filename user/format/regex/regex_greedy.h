/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REGEX_GREEDY_H
#define REGEX_GREEDY_H

struct regex_tree;
struct regex_ways;

/*
 * regex_greedy_drop - take ways out that never come to their turn
 *
 * What takes as much as it can takes what optional things behind it would:
 * "^/(.*)/?$" is "^/(.*)$", and "([^/]+)(\.html)?$" is "([^/]+)$". Returns 0 or
 * -ENOMEM with error_set().
 */
int regex_greedy_drop(struct regex_ways *ways, const struct regex_tree *tree);

#endif
