/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_MAP_H
#define FORMAT_NGINX_MAP_H

#include "format.h"

/* A map of nginx: what "include" in a map block names, or such blocks. */
extern const struct format format_nginx_map;

#endif
