/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_GIVE_H
#define FORMAT_NGINX_GIVE_H

struct nginx;

/* Give the rules of what has been run. Returns 0 or -errno with error_set(). */
int nginx_give(struct nginx *nginx);

#endif
