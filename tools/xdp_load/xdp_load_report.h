/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef XDP_LOAD_REPORT_H
#define XDP_LOAD_REPORT_H

#include "xdp_load_run.h"

/*
 * Print what came of it on standard output: a line for people, or an object of
 * JSON:
 *   of the time between begin_ns and end_ns (CLOCK_MONOTONIC): per_second,
 *     which is connections with the right status that were closed, with
 *     --keep-alive requests; both of them; bytes; answers by status; latency_ns
 *     from the SYN (--keep-alive: from the request) to the first data of the
 *     answer, of a closed loop that of one connection in 64
 *   of the whole run: events as in xdp_load.h; answers checked whole; wrong;
 *     resets; timeouts; and of --rate, started, unsent for want of a client,
 *     late_max_ns behind its time; requests of the file that were too_long
 *
 * Returns 0, or -errno with error_text(): nothing was answered, answers were
 * wrong, or it could not be printed.
 */
int load_report(const struct load_options *options,
		const struct load_requests *requests,
		const struct load_result *result);

#endif
