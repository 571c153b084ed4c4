/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_LISTENER_H
#define FAST_LISTENER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * fast_listener_check - whether a TCP socket listens on each of some ports, on
 * any address of this network namespace
 *
 * Returns 0; -ENOTCONN with error_set() for the first port on which none does;
 * or -errno with error_set() when it cannot be known.
 */
int fast_listener_check(const uint16_t *port, unsigned int ports);

/* Mark the ports that listen by one of the kernel's tables of TCP sockets
 * (/proc/net/tcp, tcp6): listening[port]. What is no such line is passed over;
 * the table has the listeners first. */
void fast_listener_scan(FILE *table, bool listening[65536]);

#endif
