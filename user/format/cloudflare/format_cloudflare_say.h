/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CLOUDFLARE_SAY_H
#define FORMAT_CLOUDFLARE_SAY_H

#include <stdbool.h>
#include <stdio.h>

struct rule;

/* Why a row cannot say a rule, and of which kind that is; NULL where it can. Of
 * a rule of "*.name" it can where another one is of "name". Constant texts. */
const char *cloudflare_unsaid(const struct rule *rule, const char **kind);

/* Print the row of a rule that it can say; of "*.name" that of "name". */
void cloudflare_print(FILE *out, const struct rule *rule, bool subdomains);

#endif
