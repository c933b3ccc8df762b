// SPDX-License-Identifier: AGPL-3.0-or-later
// load/clip_maker/encoder.c - VP8 with three layers of time, set as browsers set libvpx for a camera.
#include "load/clip_maker/encoder.h"

#include "base/mem.h"

#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#define FPS 30
#define SPEED (-8)
#define KEY_BOOST                                                                                  \
    3 // times as large as what follows allows: a camera's key frame in the middle of a call
#define INTRA_PERCENT 900 // of a mean frame: half of the optimal buffer, as libwebrtc sets it

struct encoder {
    // owned
    vpx_codec_ctx_t codec;
    bool is_open;
    // given
    uint32_t width;
    uint32_t height;
    uint32_t kbps;
    // state
    int64_t pts;
};

#define ONLY_LAST (VP8_EFLAG_NO_REF_GF | VP8_EFLAG_NO_REF_ARF)
#define KEEP_OLD (VP8_EFLAG_NO_UPD_ARF)

// Period of four: 0 2 1 2. The lowest layer lives in LAST, the middle one in GOLDEN.
static const struct {
    struct frame_role role;
    vpx_enc_frame_flags_t flags;
} pattern[4] = {
    {{0, false, false}, ONLY_LAST | KEEP_OLD | VP8_EFLAG_NO_UPD_GF},
    {{2, true, true},
     ONLY_LAST | KEEP_OLD | VP8_EFLAG_NO_UPD_GF | VP8_EFLAG_NO_UPD_LAST | VP8_EFLAG_NO_UPD_ENTROPY},
    {{1, true, false}, ONLY_LAST | KEEP_OLD | VP8_EFLAG_NO_UPD_LAST | VP8_EFLAG_NO_UPD_ENTROPY},
    {{2, false, true},
     VP8_EFLAG_NO_REF_ARF | KEEP_OLD | VP8_EFLAG_NO_UPD_GF | VP8_EFLAG_NO_UPD_LAST |
         VP8_EFLAG_NO_UPD_ENTROPY},
};

struct frame_role encoder_role(unsigned n)
{
    return n == 0 ? (struct frame_role){0} : pattern[n % 4].role;
}

static void configure(vpx_codec_enc_cfg_t *c, const struct encoder *e, uint32_t kbps)
{
    static const unsigned share[3] = {40, 60, 100}; // in per cent
    static const unsigned decimator[3] = {4, 2, 1};

    c->g_w = e->width;
    c->g_h = e->height;
    c->g_timebase = (vpx_rational_t){1, FPS};
    c->g_threads = 1;
    c->g_lag_in_frames = 0;
    c->g_error_resilient = VPX_ERROR_RESILIENT_DEFAULT;
    c->rc_end_usage = VPX_CBR;
    c->rc_target_bitrate = kbps;
    c->rc_min_quantizer = 2;
    c->rc_max_quantizer = 56;
    c->rc_undershoot_pct = 100;
    c->rc_overshoot_pct = 15;
    c->rc_buf_initial_sz = 500;
    c->rc_buf_optimal_sz = 600;
    c->rc_buf_sz = 1000;
    c->rc_dropframe_thresh = 0;
    c->kf_mode = VPX_KF_DISABLED;
    c->ts_number_layers = 3;
    c->ts_periodicity = 4;
    for (unsigned i = 0; i < 4; i++)
        c->ts_layer_id[i] = pattern[i].role.tid;
    for (unsigned i = 0; i < 3; i++) {
        c->ts_rate_decimator[i] = decimator[i];
        c->ts_target_bitrate[i] = kbps * share[i] / 100;
    }
}

enum err encoder_create(struct encoder **made, uint32_t width, uint32_t height, uint32_t kbps)
{
    struct encoder *e = mem_zero(sizeof *e);
    if (!e)
        return ERR_NO_MEMORY;

    *e = (struct encoder){.width = width, .height = height, .kbps = kbps};
    *made = e;
    return ERR_OK;
}

static void stop(struct encoder *e)
{
    if (e->is_open)
        (void)vpx_codec_destroy(&e->codec);
    e->is_open = false;
}

// Each run has an encoder of its own: one that goes on knows too little of a forced key frame in its layers of time,
// and makes the three frames behind it larger than the key frame.
static bool start(struct encoder *e, vpx_codec_enc_cfg_t *settings)
{
    stop(e);
    if (vpx_codec_enc_config_default(vpx_codec_vp8_cx(), settings, 0) != VPX_CODEC_OK)
        return false;
    configure(settings, e, KEY_BOOST * e->kbps);
    e->is_open = vpx_codec_enc_init(&e->codec, vpx_codec_vp8_cx(), settings, 0) == VPX_CODEC_OK;
    e->pts = 0;
    return e->is_open && vpx_codec_control(&e->codec, VP8E_SET_CPUUSED, SPEED) == VPX_CODEC_OK &&
           vpx_codec_control(&e->codec, VP8E_SET_STATIC_THRESHOLD, 1) == VPX_CODEC_OK &&
           vpx_codec_control(&e->codec, VP8E_SET_NOISE_SENSITIVITY, 0) == VPX_CODEC_OK &&
           vpx_codec_control(&e->codec, VP8E_SET_MAX_INTRA_BITRATE_PCT, INTRA_PERCENT) ==
               VPX_CODEC_OK;
}

void encoder_destroy(struct encoder *encoder)
{
    if (!encoder)
        return;
    stop(encoder);
    mem_free(encoder);
}

// Behind the key frame, at the rate of the rest. What was made is not touched.
static bool settle(struct encoder *e, vpx_codec_enc_cfg_t *settings)
{
    configure(settings, e, e->kbps);
    return vpx_codec_enc_config_set(&e->codec, settings) == VPX_CODEC_OK;
}

enum err encoder_encode(struct encoder *encoder, unsigned n, const struct picture *picture,
                        struct bytes *data)
{
    const vpx_enc_frame_flags_t flags = n == 0 ? VPX_EFLAG_FORCE_KF : pattern[n % 4].flags;
    const vpx_codec_cx_pkt_t *packet;
    vpx_codec_enc_cfg_t settings;
    vpx_codec_iter_t next = NULL;
    vpx_image_t image;

    if (n == 0 && !start(encoder, &settings))
        return ERR_INVALID;
    if (!vpx_img_wrap(&image, VPX_IMG_FMT_I420, encoder->width, encoder->height, 1,
                      picture->luma) ||
        vpx_codec_control(&encoder->codec, VP8E_SET_TEMPORAL_LAYER_ID, pattern[n % 4].role.tid) ||
        vpx_codec_encode(&encoder->codec, &image, encoder->pts++, 1, flags, VPX_DL_REALTIME))
        return ERR_INVALID;
    while ((packet = vpx_codec_get_cx_data(&encoder->codec, &next)))
        if (packet->kind == VPX_CODEC_CX_FRAME_PKT) {
            *data = bytes_of(packet->data.frame.buf, packet->data.frame.sz);
            return n > 0 || settle(encoder, &settings) ? ERR_OK : ERR_INVALID;
        }
    return ERR_INVALID; // it drops none
}
