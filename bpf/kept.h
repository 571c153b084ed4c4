/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef KEPT_H
#define KEPT_H

#include <linux/types.h>

#include "cookie.h"

/*
 * What a cookie keeps of a SYN's options. With timestamps it is the class of
 * the MSS (cookie.h), since the timestamps carry the rest. Without, in 5 bits:
 *
 *   0 | class (3)            neither SACK nor window scale
 *   01 | MSS (2) | scale (1) SACK; a scale of 8 or none; 1220, 1360, 1400, 1440
 *   1 | scale (4)            SACK; any scale, 15 for none; the MSS of Ethernet
 *
 * These are the sets that clients have: 8 is the scale of Windows, and systems
 * with another one are at Ethernet, or near it, more often than not. The
 * SYN-ACK does not agree to what has no place here. A scale of 9 or 10 may be
 * kept as 8: the client's window is then taken for half or a quarter of its
 * size, never for more.
 */
enum {
	KEPT_NO_SCALE = 15,
	KEPT_WINDOWS = 8, /* the scale */
	KEPT_SACK = 8,
	KEPT_ETHERNET = 16,
};

COOKIE_INLINE __u32 kept_ethernet(int ipv4)
{
	return ipv4 ? 1460 : 1440;
}

/*
 * kept_make - what is kept for a client without timestamps
 * @mss:   at least 536
 * @scale: up to 14, or KEPT_NO_SCALE
 */
COOKIE_INLINE __u32 kept_make(__u32 mss, int sack, __u32 scale, int ipv4)
{
	__u32 small;

	if (!sack || mss < 1220)
		return cookie_class(mss);
	if (mss >= kept_ethernet(ipv4))
		return KEPT_ETHERNET | scale;
	small = (mss >= 1360) + (mss >= 1400) + (mss >= 1440);
	return KEPT_SACK | small << 1 |
	       (scale >= KEPT_WINDOWS && scale <= KEPT_WINDOWS + 2);
}

/* At most the MSS that was offered. */
COOKIE_INLINE __u32 kept_mss(__u32 kept, int ipv4)
{
	if (kept & KEPT_ETHERNET)
		return kept_ethernet(ipv4);
	if (!(kept & KEPT_SACK))
		return cookie_mss(kept);
	switch (kept >> 1 & 3) {
	case 0:
		return 1220;
	case 1:
		return 1360;
	case 2:
		return 1400;
	default:
		return 1440;
	}
}

COOKIE_INLINE int kept_sack(__u32 kept)
{
	return (kept & (KEPT_ETHERNET | KEPT_SACK)) != 0;
}

/* At most the scale that was offered, or KEPT_NO_SCALE. */
COOKIE_INLINE __u32 kept_scale(__u32 kept)
{
	if (kept & KEPT_ETHERNET)
		return kept & 15;
	return (kept & (KEPT_SACK | 1)) == (KEPT_SACK | 1) ? KEPT_WINDOWS
							   : KEPT_NO_SCALE;
}

#endif
