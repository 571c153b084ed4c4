/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TAP_PCAP_H
#define TAP_PCAP_H

#include <stdint.h>
#include <stdio.h>

struct fast_tap_part;

/* A capture file as tcpdump and wireshark read it: classic pcap with nanoseconds,
 * of Ethernet frames, in this machine's byte order. */

/* Write the file's header. */
void tap_pcap_begin(FILE *out);

/* Write a frame, whole; time: nanoseconds of Unix time. */
void tap_pcap_frame(FILE *out, uint64_t time,
		    const struct fast_tap_part *frame);

#endif
