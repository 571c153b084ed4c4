/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_LISTENER_READ_H
#define FAST_LISTENER_READ_H

#include <stdio.h>

struct fast_listener;
struct fast_listener_list;

/*
 * fast_listener_read - fill an empty list with those of this network namespace
 *
 * Where the kernel has no TCP diagnostics, its tables are read; they do not say
 * what listeners are bound to, nor who takes IPv4 on ::, which then counts.
 * Returns 0 or -errno with error_set().
 */
int fast_listener_read(struct fast_listener_list *list);

/*
 * fast_listener_scan - add those of one of the kernel's tables of TCP sockets
 * (/proc/net/tcp, tcp6)
 *
 * What is no line of a socket is passed over; the table has the listeners
 * first. Returns 0 or -ENOMEM with error_set().
 */
int fast_listener_scan(FILE *table, struct fast_listener_list *list);

/* Accepts one that is all zero. */
void fast_listener_free(struct fast_listener_list *list);

#endif
