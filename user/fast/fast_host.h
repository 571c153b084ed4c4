/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_HOST_H
#define FAST_HOST_H

#include <stdbool.h>
#include <stdint.h>

/*
 * fast_host_offers - the TCP options that this host's kernel negotiates
 *
 * enum fast_offer bits, from the sysctls of this network namespace. One that
 * cannot be read counts as set, which is the kernel's default.
 */
uint32_t fast_host_offers(void);

/* Whether net.ipv4.tcp_syncookies of this network namespace is not 0; IPv6 goes
 * by it, too. */
bool fast_host_cookies(void);

/* Whether the kernel compiles BPF programs; where it does not say, it counts as
 * if it did. */
bool fast_host_jit(void);

/* Whether conntrack takes up a connection whose handshake it has not seen:
 * net.netfilter.nf_conntrack_tcp_loose, and where there is no conntrack. */
bool fast_host_loose(void);

/*
 * fast_host_mac - the hardware address of an interface, as it is now
 *
 * Zeros if it is no Ethernet interface, or loopback. A program that was given
 * it passes all packets once it has changed: attach again.
 * Returns 0 or -errno with error_set().
 */
int fast_host_mac(const char *interface, uint8_t mac[6]);

/* What CLOCK_TAI is ahead of CLOCK_REALTIME, in seconds. */
uint64_t fast_host_tai_offset(void);

#endif
