// SPDX-License-Identifier: BSD-2-Clause
#include "fast_tap_record.h"
#include "tap_pcap.h"

/* draft-ietf-opsawg-pcap, section 4. */
enum {
	PCAP_MAJOR = 2,
	PCAP_MINOR = 4,
	PCAP_MOST = 65535, /* bytes of a frame */
	PCAP_ETHERNET = 1, /* LINKTYPE_ETHERNET */
};
static const uint32_t magic = 0xa1b23c4d; /* of nanoseconds */

void tap_pcap_begin(FILE *out)
{
	const struct {
		uint32_t magic;
		uint16_t major, minor;
		uint32_t reserved[2], most, link;
	} header = {.magic = magic,
		    .major = PCAP_MAJOR,
		    .minor = PCAP_MINOR,
		    .most = PCAP_MOST,
		    .link = PCAP_ETHERNET};

	_Static_assert(sizeof(header) == 24, "layout");
	fwrite(&header, sizeof(header), 1, out);
}

void tap_pcap_frame(FILE *out, uint64_t time, const struct fast_tap_part *frame)
{
	const uint32_t header[] = {time / 1000000000, time % 1000000000,
				   frame->len, frame->len};

	fwrite(header, sizeof(header), 1, out);
	fwrite(frame->data, 1, frame->len, out);
}
