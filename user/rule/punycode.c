// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>

#include "limit.h"
#include "punycode.h"

/* RFC 3492 5 */
enum {
	BASE = 36,
	T_MIN = 1,
	T_MAX = 26,
	SKEW = 38,
	DAMP = 700,
	INITIAL_BIAS = 72,
	INITIAL_N = 128,
};

struct out {
	char *dst;
	size_t len, cap;
};

static int out_byte(struct out *out, char c)
{
	if (out->len == out->cap)
		return -ENAMETOOLONG;
	out->dst[out->len++] = c;
	return 0;
}

/* RFC 3492 6.1 */
static uint32_t bias_adapt(uint32_t delta, uint32_t points, int first)
{
	uint32_t k = 0;

	delta /= first ? DAMP : 2;
	delta += delta / points;
	for (; delta > (BASE - T_MIN) * T_MAX / 2; k += BASE)
		delta /= BASE - T_MIN;
	return k + (BASE - T_MIN + 1) * delta / (delta + SKEW);
}

static uint32_t threshold(uint32_t k, uint32_t bias)
{
	if (k <= bias + T_MIN)
		return T_MIN;
	return k >= bias + T_MAX ? T_MAX : k - bias;
}

/* A number as digits of variable weight. */
static int out_number(struct out *out, uint32_t number, uint32_t bias)
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	uint32_t k, t;
	int err = 0;

	for (k = BASE; !err; k += BASE) {
		t = threshold(k, bias);
		if (number < t)
			return out_byte(out, digits[number]);
		err = out_byte(out, digits[t + (number - t) % (BASE - t)]);
		number = (number - t) / (BASE - t);
	}
	return err;
}

/* The smallest code point from n on. */
static uint32_t next_point(const uint32_t *src, size_t len, uint32_t n)
{
	uint32_t least = UINT32_MAX;
	size_t i;

	for (i = 0; i < len; i++)
		if (src[i] >= n && src[i] < least)
			least = src[i];
	return least;
}

ssize_t punycode_encode(char *dst, size_t cap, const uint32_t *src, size_t len)
{
	uint32_t n = INITIAL_N, bias = INITIAL_BIAS, delta = 0, least;
	struct out out = {dst, 0, cap};
	size_t i, done, basic;
	int err = 0;

	if (len > LIMIT_LABEL) /* so that no number grows too large */
		return -ENAMETOOLONG;
	for (i = 0; i < len && !err; i++)
		if (src[i] < INITIAL_N)
			err = out_byte(&out, src[i]);
	done = basic = out.len;
	if (basic && !err)
		err = out_byte(&out, '-');
	while (done < len && !err) {
		least = next_point(src, len, n);
		delta += (least - n) * (done + 1);
		n = least;
		for (i = 0; i < len && !err; i++) {
			delta += src[i] < n;
			if (src[i] != n)
				continue;
			err = out_number(&out, delta, bias);
			bias = bias_adapt(delta, done + 1, done == basic);
			delta = 0;
			done++;
		}
		delta++;
		n++;
	}
	return err ? err : (ssize_t)out.len;
}
