// SPDX-License-Identifier: AGPL-3.0-or-later
// fuzz/transport_fuzz.c - datagrams of strangers and of a browser gone mad, before and after the keys.
#include "base/mem.h"
#include "crypto/hash.h"
#include "support/peer.h"
#include "transport/certificate.h"
#include "transport/outbox.h"
#include "transport/transport.h"
#include "wire/stun.h"

#include <stdlib.h>
#include <string.h>

#define REUSES 2000 // a handshake for each input would be most of the work
#define MAX_OPERATIONS 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// An input: one byte that chooses the scene, then operations: a byte, a length, that many bytes.
enum operation {
    FROM_BROWSER,  // as it is, over the proved path
    FROM_STRANGER, // as it is; nothing may come back
    CHECK,         // attributes, made authentic
    SEALED_RTP,
    SEALED_RTCP,
    TIME,
    NEW_PATH,
    OPERATIONS
};

struct scene {
    struct transport *transport;
    struct peer *peer;
    usec now;
    unsigned uses;
};

static const struct ice_credentials ours = {.ufrag = "gate", .pwd = "gatewaygatewaygateway1"};
static struct certificate *certificate;
static struct outbox *out;
static struct outbox *peer_out;
static struct scene connected;
static uint16_t port;

static void require(bool holds)
{
    if (!holds)
        abort();
}

static struct path path_of(uint16_t remote_port)
{
    return (struct path){.local = address_v4(192, 0, 2, 1, 5000),
                         .remote = address_v4(198, 51, 100, 7, remote_port)};
}

// In a block of exactly its size, so that a sanitizer sees one byte too many.
static size_t receive(struct scene *scene, const struct path *path, const uint8_t *at, size_t len)
{
    uint8_t *block = mem_zero(len > 0 ? len : 1);
    struct bytes plain = bytes_of(NULL, 0);

    require(block);
    if (len > 0)
        memcpy(block, at, len);
    outbox_clear(out);
    const struct datagram in = {.path = *path, .at = block, .len = len};
    if (transport_receive(scene->transport, scene->now, in, out, &plain) != GOT_NOTHING)
        require(plain.at >= block && plain.at + plain.len <= block + len);
    mem_free(block);
    require(transport_path_count(scene->transport) <= 8);
    return outbox_count(out);
}

static void receive_check(struct scene *scene, struct bytes attributes)
{
    const struct path path = path_of(port);
    static const uint8_t id[STUN_ID_LEN];
    uint8_t message[STUN_MAX_LEN];
    uint8_t tag[SHA1_SIZE];
    struct writer request = writer_over(message, sizeof message);

    stun_write_request(&request, &(struct stun_request){.id = id,
                                                        .username = bytes_of_string("gate:brow"),
                                                        .controlling = true});
    write_bytes(&request, bytes_of(attributes.at, attributes.len & ~(size_t)3));
    hash_hmac_sha1(tag, bytes_of_string(ours.pwd), stun_integrity_begin(&request),
                   bytes_of(NULL, 0));
    stun_integrity_end(&request, tag);
    if (request.ok)
        (void)receive(scene, &path, message, writer_len(&request));
}

// Delivers what stands in both boxes until both ends have their keys.
static void connect_scene(struct scene *scene)
{
    const struct path path = path_of(port);
    const struct path back = path_reversed(&path);
    struct bytes plain;

    peer_connect(scene->peer, scene->now, &back, &ours, certificate_fingerprint(certificate));
    peer_tick(scene->peer, scene->now, peer_out);
    for (unsigned turn = 0; turn < 8; turn++) {
        outbox_clear(out);
        for (size_t i = 0; i < outbox_count(peer_out); i++) {
            const struct outgoing *sent = outbox_at(peer_out, i);
            const struct datagram in = {.path = path, .at = sent->at, .len = sent->len};
            (void)transport_receive(scene->transport, scene->now, in, out, &plain);
        }
        outbox_clear(peer_out);
        for (size_t i = 0; i < outbox_count(out); i++) {
            const struct outgoing *sent = outbox_at(out, i);
            const struct datagram in = {.path = back, .at = sent->at, .len = sent->len};
            (void)peer_receive(scene->peer, scene->now, in, peer_out, &plain);
        }
    }
    require(transport_state(scene->transport) == TRANSPORT_CONNECTED);
    require(peer_state(scene->peer) == PEER_CONNECTED);
}

static void end_scene(struct scene *scene)
{
    transport_destroy(scene->transport);
    peer_destroy(scene->peer);
    *scene = (struct scene){0};
}

static void begin_scene(struct scene *scene, const struct fingerprint *fingerprint)
{
    scene->now = SEC(1);
    require(transport_create(&scene->transport, certificate, &ours, "brow", fingerprint,
                             scene->now) == ERR_OK);
}

static void begin_connected(struct scene *scene)
{
    const struct peer_options options = {
        .seed = 1, .local = {.ufrag = "brow", .pwd = "browserbrowserbrowser"}};

    outbox_clear(peer_out);
    require(peer_create(&scene->peer, &options) == ERR_OK);
    begin_scene(scene, peer_fingerprint(scene->peer));
    connect_scene(scene);
}

static void receive_sealed(struct scene *scene, struct bytes packet, bool rtcp)
{
    const struct path path = path_of(port);

    outbox_clear(peer_out);
    if (packet.len < 12 || !scene->peer)
        return;
    if (rtcp ? peer_send_rtcp(scene->peer, peer_out, packet)
             : peer_send_rtp(scene->peer, peer_out, packet))
        (void)receive(scene, &path, outbox_at(peer_out, 0)->at, outbox_at(peer_out, 0)->len);
}

static void operate(struct scene *scene, enum operation operation, struct bytes bytes)
{
    const struct path path = path_of(port);
    const struct path stranger = path_of(9);

    switch (operation) {
    case FROM_BROWSER:
        (void)receive(scene, &path, bytes.at, bytes.len);
        break;
    case FROM_STRANGER:
        require(receive(scene, &stranger, bytes.at, bytes.len) == 0);
        break;
    case CHECK:
        receive_check(scene, bytes);
        break;
    case SEALED_RTP:
        receive_sealed(scene, bytes, false);
        break;
    case SEALED_RTCP:
        receive_sealed(scene, bytes, true);
        break;
    case TIME:
        scene->now += (usec)bytes.len * MSEC(100);
        outbox_clear(out);
        transport_tick(scene->transport, scene->now, out);
        require(transport_deadline(scene->transport) > scene->now);
        break;
    case NEW_PATH:
        port = (uint16_t)(1000 + bytes.len % 16);
        break;
    case OPERATIONS:
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader in = reader_over(bytes_of(data, size));
    struct scene fresh = {0};
    struct scene *scene = &fresh;

    if (!certificate)
        require(certificate_create(&certificate) == ERR_OK && outbox_create(&out, 64) == ERR_OK &&
                outbox_create(&peer_out, 64) == ERR_OK);
    port = 1000;
    if (read_u8(&in) & 1)
        scene = &connected;
    if (scene == &fresh)
        begin_scene(scene, &(struct fingerprint){.len = 32});
    else if (!scene->transport)
        begin_connected(scene);
    receive_check(scene, bytes_of(NULL, 0)); // a path, or a path again
    for (unsigned i = 0; in.ok && reader_left(&in) > 0 && i < MAX_OPERATIONS; i++) {
        const enum operation operation = (enum operation)(read_u8(&in) % OPERATIONS);
        const struct bytes bytes = read_bytes(&in, read_u16(&in));

        if (in.ok)
            operate(scene, operation, bytes);
    }
    if (scene == &fresh || ++connected.uses > REUSES)
        end_scene(scene);
    return 0;
}
