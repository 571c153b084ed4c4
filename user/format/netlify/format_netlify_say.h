/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NETLIFY_SAY_H
#define FORMAT_NETLIFY_SAY_H

#include <stdbool.h>
#include <stdio.h>

struct rule;

/*
 * netlify_unsaid - why a line of a _redirects file cannot say a rule
 * @kind: receives what kind of reason it is
 *
 * Returns a constant text, or NULL.
 */
const char *netlify_unsaid(const struct rule *rule, const char **kind);

/* Whether captures and the final '*' of such a rule stand for whole segments. */
bool netlify_whole(const struct rule *rule);

/* Print path, query and target of a rule that can be said. */
void netlify_path_print(FILE *out, const struct rule *rule);
void netlify_target_print(FILE *out, const struct rule *rule);

#endif
