/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CRAWL_URL_H
#define CRAWL_URL_H

#include <stdbool.h>
#include <stddef.h>

struct rule;

/*
 * crawl_url - the URL that a rule's target is for everybody
 * @dst: RULE_TARGET_SIZE + 1 bytes
 *
 * Without fragment, never without a path, and with nothing for a final '*'. False where it is the
 * request's that decides: of a host with '*', and of captures; and where the
 * rule has no target.
 */
bool crawl_url(char *dst, const struct rule *rule);

/*
 * crawl_url_split - what is asked for a URL of crawl_url()
 * @origin: receives scheme, host and port; its room is that of the URL, as is
 * @target: ... that of path and query
 */
void crawl_url_split(char *origin, char *target, const char *url);

#endif
