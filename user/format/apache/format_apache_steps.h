/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_STEPS_H
#define FORMAT_APACHE_STEPS_H

struct apache_giving;

/* Put what giving->server asks into giving->steps, in its order, and find out
 * which rules depend on others. Returns 0 or -ENOMEM with error_set(). */
int apache_steps(struct apache_giving *giving);

#endif
