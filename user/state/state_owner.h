/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATE_OWNER_H
#define STATE_OWNER_H

#include <stdint.h>

/*
 * state_owner_become - act as the owner of the state directory
 *
 * For root's processes in the background: what they make there is his, and they
 * do no more than he could. Others are as they are. Returns 0 or -errno with
 * error_set().
 */
int state_owner_become(const char *state);

/*
 * state_owner_capability - what root cannot do without to go on reading the state
 * directory, as a bit: CAP_DAC_READ_SEARCH where it is another user's, or 0
 */
uint64_t state_owner_capability(const char *state);

/* Be root again, or end the process. */
void state_owner_return(void);

#endif
