/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CURL_CALLS_H
#define CURL_CALLS_H

#include <curl/curl.h>

/*
 * libcurl's functions, found when a command wants them: what brings them along is
 * thirty libraries, which all other commands, and servers, do without. They are
 * called as curl.easy_init() and so on, as libcurl's own documentation has it.
 */
/* clang-format off */
#define CURL_CALLS(DO)                                                      \
	DO(global_init) DO(global_cleanup) DO(easy_init) DO(easy_reset)     \
	DO(easy_setopt) DO(easy_getinfo) DO(easy_strerror) DO(easy_cleanup) \
	DO(multi_init) DO(multi_setopt) DO(multi_add_handle)                \
	DO(multi_perform) DO(multi_poll) DO(multi_info_read)                \
	DO(multi_remove_handle) DO(multi_cleanup) DO(slist_append)          \
	DO(slist_free_all)
/* clang-format on */

struct curl_calls {
#define CURL_CALL(name) __typeof__(curl_##name) *name;
	CURL_CALLS(CURL_CALL)
#undef CURL_CALL
};

extern struct curl_calls curl;

/*
 * curl_calls_find - load libcurl, once; before any of its functions is called
 *
 * Returns 0, or -ENOENT with error_set() where there is no libcurl.so.4, or one
 * that is too old.
 */
int curl_calls_find(void);

#endif
