/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_PROGRAM_H
#define FAST_PROGRAM_H

#include <stdint.h>

/*
 * fast_program_mac - the hardware address that a program answers frames to
 * @id:  of the XDP program
 * @mac: receives the address that it was loaded with
 *
 * Returns 0, or -ENOENT, without error_set(), where that cannot be told.
 */
int fast_program_mac(uint32_t id, uint8_t mac[6]);

/* The domain of its interface (fastpath.h); errors as above. */
int fast_program_domain(uint32_t id, uint32_t *domain);

#endif
