// SPDX-License-Identifier: AGPL-3.0-or-later
// fuzz/offer_fuzz.c - offers of strangers: refused with a reason, or answered with what parses.
#include "base/mem.h"
#include "protocol/offer.h"
#include "support/check.h"
#include "wire/sdp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t random[OFFER_RANDOM_SIZE] = {1, 2, 3};
    static const struct answer_settings settings = {.candidates = {{"192.0.2.1", 1}},
                                                    .candidate_count = 1};
    struct transport_parameters *parameters = mem_zero(sizeof *parameters);
    struct sdp *sdp = NULL;
    const char *why = NULL;

    if (parameters && offer_read(parameters, bytes_of(data, size), random, &why)) {
        char *answer = answer_write(parameters, &settings);

        CHECK(answer);
        if (sdp_parse(&sdp, bytes_of_string(answer), &why) != ERR_OK)
            CHECK_FAIL("our answer does not parse: %s", why);
        CHECK_EQ(sdp->media_count, parameters->line_count);
        sdp_free(sdp);
        mem_free(answer);
    } else if (parameters) {
        CHECK(why && why[0]);
    }
    mem_free(parameters);
    return 0;
}
