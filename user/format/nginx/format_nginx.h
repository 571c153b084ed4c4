/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_H
#define FORMAT_NGINX_H

#include "format.h"

/* nginx's configuration: server blocks, and the maps that they name. */
extern const struct format format_nginx;

#endif
