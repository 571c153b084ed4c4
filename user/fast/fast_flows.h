/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_FLOWS_H
#define FAST_FLOWS_H

/*
 * fast_flows_forget - have the programs ask the kernel for every connection
 * that has begun (flow.h)
 *
 * For when who listens changes what they may do. Where nothing is attached, or
 * this user may not change it, nothing is done: what has begun is remembered
 * for FLOW_OURS_SECONDS at most.
 */
void fast_flows_forget(const char *state);

#endif
