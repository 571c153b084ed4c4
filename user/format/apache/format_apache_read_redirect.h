/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_READ_REDIRECT_H
#define FORMAT_APACHE_READ_REDIRECT_H

#include "format_apache_reading.h"

/* mod_alias: Redirect and its kin. */
apache_directive_fn apache_read_redirect;
apache_directive_fn apache_read_redirect_permanent;
apache_directive_fn apache_read_redirect_temp;
apache_directive_fn apache_read_redirect_match;

#endif
