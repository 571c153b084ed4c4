// SPDX-License-Identifier: BSD-2-Clause
/* What a cookie keeps of the options of clients without timestamps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "kept.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* Whatever is offered: nothing is kept that was not, no larger MSS, no larger
 * scale. */
static void p8_never_more(void **state)
{
	uint32_t mss, scale, kept;
	int sack, ipv4;

	(void)state;
	for (mss = 536; mss < 65536; mss++)
		for (scale = 0; scale <= KEPT_NO_SCALE; scale++)
			for (sack = 0; sack < 4; sack++) {
				ipv4 = sack / 2;
				kept = kept_make(mss, sack % 2, scale, ipv4);
				assert_true(kept < COOKIE_KEPT);
				assert_true(kept_mss(kept, ipv4) <= mss);
				assert_true(sack % 2 || !kept_sack(kept));
				assert_true(kept_scale(kept) <= scale ||
					    kept_scale(kept) == KEPT_NO_SCALE);
				assert_true(kept_sack(kept) ||
					    kept_scale(kept) == KEPT_NO_SCALE);
			}
}

/* What clients offer, and what comes of it. */
static void p8_sets(void **state)
{
	static const struct {
		uint32_t mss, sack, scale, ipv4;
		uint32_t got_mss, got_sack, got_scale;
	} rows[] = {
		/* Windows: Ethernet, PPPoE, tunnels and mobile networks */
		{1460, 1, 8, 1, 1460, 1, 8},
		{1452, 1, 8, 1, 1440, 1, 8},
		{1400, 1, 8, 1, 1400, 1, 8},
		{1380, 1, 8, 1, 1360, 1, 8},
		{1240, 1, 8, 1, 1220, 1, 8},
		{1440, 1, 8, 0, 1440, 1, 8},
		{1432, 1, 8, 0, 1400, 1, 8},
		{1220, 1, 8, 0, 1220, 1, 8},
		/* Linux without timestamps */
		{1460, 1, 7, 1, 1460, 1, 7},
		{1440, 1, 7, 0, 1440, 1, 7},
		{1460, 1, 10, 1, 1460, 1, 10},
		{8960, 1, 7, 1, 1460, 1, 7},
		/* no room for the scale */
		{1400, 1, 7, 1, 1400, 1, KEPT_NO_SCALE},
		{1400, 1, 9, 1, 1400, 1, 8},
		{1400, 1, 10, 1, 1400, 1, 8},
		{1400, 1, 11, 1, 1400, 1, KEPT_NO_SCALE},
		/* SACK alone, nothing */
		{1460, 1, KEPT_NO_SCALE, 1, 1460, 1, KEPT_NO_SCALE},
		{1300, 1, KEPT_NO_SCALE, 1, 1220, 1, KEPT_NO_SCALE},
		{1460, 0, KEPT_NO_SCALE, 1, 1460, 0, KEPT_NO_SCALE},
		{8960, 0, KEPT_NO_SCALE, 1, 8940, 0, KEPT_NO_SCALE},
		{536, 0, KEPT_NO_SCALE, 1, 536, 0, KEPT_NO_SCALE},
		{536, 1, 8, 1, 536, 0, KEPT_NO_SCALE},
		{1460, 0, 8, 1, 1460, 0, KEPT_NO_SCALE},
	};
	uint32_t scale, kept;
	size_t i;
	int ipv4;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		kept = kept_make(rows[i].mss, rows[i].sack, rows[i].scale,
				 rows[i].ipv4);
		assert_int_equal(kept_mss(kept, rows[i].ipv4), rows[i].got_mss);
		assert_int_equal(kept_sack(kept), rows[i].got_sack);
		assert_int_equal(kept_scale(kept), rows[i].got_scale);
	}
	for (ipv4 = 0; ipv4 < 2; ipv4++)
		for (scale = 0; scale <= KEPT_NO_SCALE; scale++) {
			kept = kept_make(kept_ethernet(ipv4), 1, scale, ipv4);
			assert_int_equal(kept_scale(kept), scale);
			assert_int_equal(kept_mss(kept, ipv4),
					 kept_ethernet(ipv4));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(p8_never_more),
		cmocka_unit_test(p8_sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
