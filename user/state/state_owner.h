/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATE_OWNER_H
#define STATE_OWNER_H

/*
 * state_owner_become - act as the owner of the state directory
 *
 * For root's processes in the background: what they make there is his, and they
 * do no more than he could. Others are as they are. Returns 0 or -errno with
 * error_set().
 */
int state_owner_become(const char *state);

/* Be root again, or end the process. */
void state_owner_return(void);

#endif
