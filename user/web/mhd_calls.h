/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MHD_CALLS_H
#define MHD_CALLS_H

#include <microhttpd.h>

/*
 * libmicrohttpd's functions, found when a page is wanted: it brings along what
 * TLS needs, which all other commands, and servers, do without. They are called
 * as mhd.start_daemon() and so on, as its own documentation has it.
 */
/* clang-format off */
#define MHD_CALLS(DO)                                                        \
	DO(start_daemon) DO(stop_daemon) DO(get_connection_info)             \
	DO(lookup_connection_value_n)                                        \
	DO(create_response_from_buffer) DO(add_response_header)              \
	DO(queue_response) DO(destroy_response)
/* clang-format on */

struct mhd_calls {
#define MHD_CALL(name) __typeof__(MHD_##name) *name;
	MHD_CALLS(MHD_CALL)
#undef MHD_CALL
};

extern struct mhd_calls mhd;

/*
 * mhd_calls_find - load libmicrohttpd, once; before any of its functions is
 *                  called
 *
 * Returns 0, or -ENOENT with error_set() where there is no libmicrohttpd.so.12,
 * or one that is too old.
 */
int mhd_calls_find(void);

#endif
