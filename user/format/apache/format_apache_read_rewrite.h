/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_READ_REWRITE_H
#define FORMAT_APACHE_READ_REWRITE_H

#include "format_apache_reading.h"

/* mod_rewrite: RewriteEngine, RewriteBase, RewriteCond, RewriteRule, RewriteMap,
 * RewriteOptions. */
apache_directive_fn apache_read_engine;
apache_directive_fn apache_read_base;
apache_directive_fn apache_read_cond;
apache_directive_fn apache_read_rule;
apache_directive_fn apache_read_map;
apache_directive_fn apache_read_options;

/* Conditions without a RewriteRule behind them are of no use. */
void apache_read_conds_drop(struct apache_reading *reading);

#endif
