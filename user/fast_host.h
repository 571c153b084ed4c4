/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_HOST_H
#define FAST_HOST_H

#include <stdint.h>

/*
 * fast_host_offers - the TCP options that this host's kernel negotiates
 *
 * enum fast_offer bits, from the sysctls of this network namespace. One that
 * cannot be read counts as set, which is the kernel's default.
 */
uint32_t fast_host_offers(void);

/* What CLOCK_TAI is ahead of CLOCK_REALTIME, in seconds. */
uint64_t fast_host_tai_offset(void);

#endif
