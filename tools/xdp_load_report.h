/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef XDP_LOAD_REPORT_H
#define XDP_LOAD_REPORT_H

#include "xdp_load_run.h"

/* Print what came of it on standard output: a line for people, or an object of
 * JSON. Returns 0, or -errno with error_text(): nothing was answered, answers
 * were wrong, or it could not be printed. */
int load_report(const struct load_options *options,
		const struct load_requests *requests,
		const struct load_result *result);

#endif
