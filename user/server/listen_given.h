/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LISTEN_GIVEN_H
#define LISTEN_GIVEN_H

struct listen_set;

/*
 * listen_given - add the sockets that a service manager has opened for us
 *
 * Those of LISTEN_FDS, if LISTEN_PID is this process (sd_listen_fds(3)). Their
 * properties are their names in LISTEN_FDNAMES: words of listen_property(),
 * separated by commas. Nothing say: no name, "unknown", and names of units that
 * end with ".socket". The variables are taken out of the environment, and the
 * descriptors are made not to be inherited. Returns 0 or -EINVAL with error_set(),
 * which names the descriptor by its number and name.
 */
int listen_given(struct listen_set *set);

#endif
