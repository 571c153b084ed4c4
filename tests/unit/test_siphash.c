// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "siphash.h"

/* Messages 00 01 02 ... of whole words under the key 00 ... 0f, from the
 * vectors of the paper's reference implementation. */
static const uint64_t vectors[] = {
	0x726fdb47dd0e0e31, 0x93f5f5799a932462, 0x3f2acc7f57c29bdb,
	0xb8ad50c6f649af94, 0x7127512f72f27cce, 0x0e3ea96b5304a7d0,
	0xe612a3cb9ecba951, 0xb78dbfaf3a8d83bd,
};

static void reference(void **state)
{
	size_t i, words;

	(void)state;
	for (words = 0; words < sizeof(vectors) / sizeof(*vectors); words++) {
		struct siphash hash;

		siphash_init(&hash, 0x0706050403020100, 0x0f0e0d0c0b0a0908);
		for (i = 0; i < words; i++)
			siphash_word(&hash, 0x0706050403020100 +
						    i * 0x0808080808080808);
		assert_int_equal(siphash_end(&hash), vectors[words]);
	}
}

/* Each bit of key and message changes the hash. */
static void every_bit(void **state)
{
	uint64_t in[4] = {1, 2, 3, 4}, first = 0, got;
	int bit;

	(void)state;
	for (bit = -1; bit < 256; bit++) {
		struct siphash hash;

		if (bit >= 0)
			in[bit / 64] ^= 1ULL << bit % 64;
		siphash_init(&hash, in[0], in[1]);
		siphash_word(&hash, in[2]);
		siphash_word(&hash, in[3]);
		got = siphash_end(&hash);
		if (bit < 0)
			first = got;
		else
			in[bit / 64] ^= 1ULL << bit % 64;
		assert_true(bit < 0 || got != first);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reference),
		cmocka_unit_test(every_bit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
