// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/ice_test.c - which checks are answered, what they prove, and silence for everything else.
#include "transport/ice.h"

#include "crypto/hash.h"
#include "support/check.h"
#include "support/random.h"
#include "transport/bench.h"
#include "wire/stun.h"

#include <string.h>

static const struct ice_credentials ours = {.ufrag = "gate", .pwd = "gatewaygatewaygateway1"};
static const struct ice_credentials next = {.ufrag = "gat2", .pwd = "gatewaygatewaygateway2"};

static struct ice ice;
static struct drops drops;
static struct outbox *out;

// A check as a stranger or a browser may write it.
struct written {
    const char *username;
    const char *pwd;
    bool controlled;
    bool nominates;
    bool has_unknown;
    bool has_no_integrity;
    uint16_t type; // 0: a request
};

static struct address from(uint16_t port)
{
    return address_v4(198, 51, 100, 7, port);
}

static struct path path_from(uint16_t port)
{
    return (struct path){.local = address_v4(192, 0, 2, 1, 5000), .remote = from(port)};
}

static struct bytes write_check(uint8_t at[static STUN_MAX_LEN], const struct written *w)
{
    static uint8_t id[STUN_ID_LEN];
    struct writer message = writer_over(at, STUN_MAX_LEN);
    uint8_t tag[SHA1_SIZE];

    id[0]++;
    stun_write_request(&message, &(struct stun_request){.id = id,
                                                        .username = bytes_of_string(w->username),
                                                        .priority = 1,
                                                        .controlling = !w->controlled,
                                                        .use_candidate = w->nominates});
    if (w->type != 0) {
        at[0] = (uint8_t)(w->type >> 8);
        at[1] = (uint8_t)w->type;
    }
    if (w->has_unknown)
        stun_write_attribute(&message, 0x7abc, bytes_of_string("????"));
    if (!w->has_no_integrity) {
        const struct bytes input = stun_integrity_begin(&message);
        hash_hmac_sha1(tag, bytes_of_string(w->pwd), input, bytes_of(NULL, 0));
        stun_integrity_end(&message, tag);
    }
    stun_write_fingerprint(&message);
    CHECK(message.ok);
    return bytes_of(at, writer_len(&message));
}

static bool receive(usec now, uint16_t port, struct bytes message)
{
    uint8_t copy[STUN_MAX_LEN];
    const struct datagram in = {.path = path_from(port), .at = copy, .len = message.len};

    memcpy(copy, message.at, message.len);
    outbox_clear(out);
    return ice_receive(&ice, now, in, out, &drops);
}

static bool check(usec now, uint16_t port, struct written w)
{
    uint8_t at[STUN_MAX_LEN];

    if (!w.username)
        w.username = "gate:brow";
    if (!w.pwd)
        w.pwd = ours.pwd;
    return receive(now, port, write_check(at, &w));
}

static void start(void)
{
    ice_init(&ice, &ours, "brow");
    drops = (struct drops){0};
    outbox_destroy(out);
    CHECK_EQ(outbox_create(&out, 4), ERR_OK);
}

static uint16_t selected_port(void)
{
    return ice_selected(&ice) ? ice_selected(&ice)->remote.port : 0;
}

static bool has(uint16_t port)
{
    const struct path path = path_from(port);
    return ice_has_path(&ice, &path);
}

static struct stun_view read_answer(void)
{
    struct stun_view stun;
    uint8_t copy[STUN_MAX_LEN];
    uint8_t tag[SHA1_SIZE];

    CHECK_EQ(outbox_count(out), 1);
    const struct outgoing *answer = outbox_at(out, 0);
    CHECK(stun_read(&stun, bytes_of(answer->at, answer->len)));
    CHECK(stun.has_fingerprint);
    hash_hmac_sha1(tag, bytes_of_string(ours.pwd), stun_integrity_input(&stun, copy),
                   bytes_of(NULL, 0));
    CHECK_EQ(stun.integrity.len, SHA1_SIZE);
    CHECK_BYTES(stun.integrity.at, tag, SHA1_SIZE);
    return stun;
}

TEST(a_good_check_is_answered_where_it_came_from_and_proves_its_path)
{
    const struct address remote = from(7);

    start();
    CHECK(check(1, 7, (struct written){0}));
    const struct stun_view stun = read_answer();
    CHECK_EQ(stun.kind, STUN_SUCCESS);
    CHECK(stun.has_mapped && address_equal(&stun.mapped, &remote));
    CHECK(address_equal(&outbox_at(out, 0)->path.remote, &remote));
    CHECK(has(7));
    CHECK(!has(8));
}

TEST(each_thing_wrong_with_a_check_is_met_with_silence)
{
    static const struct {
        struct written check;
        enum drop reason;
    } wrong[] = {
        {{.pwd = "another-password-altogether"}, DROP_BAD_STUN},
        {{.pwd = ""}, DROP_BAD_STUN},
        {{.has_no_integrity = true}, DROP_BAD_STUN},
        {{.username = "brow:gate"}, DROP_UNKNOWN_UFRAG},
        {{.username = "gate:else"}, DROP_UNKNOWN_UFRAG},
        {{.username = "gat:brow"}, DROP_UNKNOWN_UFRAG},
        {{.username = "gates:brow"}, DROP_UNKNOWN_UFRAG},
        {{.username = "gate"}, DROP_BAD_STUN},
        {{.username = ":brow"}, DROP_BAD_STUN},
        {{.username = "gate:"}, DROP_BAD_STUN},
        {{.username = ""}, DROP_BAD_STUN},
        {{.type = 0x0101}, DROP_BAD_STUN}, // success
        {{.type = 0x0111}, DROP_BAD_STUN}, // error
        {{.type = 0x0011}, DROP_BAD_STUN}, // indication
    };

    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        start();
        CHECK(!check(1, 7, wrong[i].check));
        CHECK_EQ(outbox_count(out), 0);
        CHECK(!has(7));
        CHECK_EQ(drops.count[wrong[i].reason], 1);
    }
}

TEST(without_a_known_remote_fragment_any_will_do)
{
    start();
    ice_init(&ice, &ours, "");
    CHECK(check(1, 7, (struct written){.username = "gate:whoever"}));
}

TEST(an_unknown_attribute_is_named_in_a_420_and_proves_nothing)
{
    start();
    CHECK(!check(1, 7, (struct written){.has_unknown = true}));
    CHECK_EQ(read_answer().error_code, 420);
    CHECK(!has(7));
    CHECK(!check(1, 7, (struct written){.has_unknown = true, .pwd = "wrong-wrong-wrong-wrong"}));
    CHECK_EQ(outbox_count(out), 0);
}

TEST(a_peer_that_wants_to_be_controlled_hears_487)
{
    start();
    CHECK(!check(1, 7, (struct written){.controlled = true, .nominates = true}));
    CHECK_EQ(read_answer().error_code, 487);
    CHECK(!has(7));
}

TEST(the_latest_nomination_selects_and_before_any_the_first_path)
{
    start();
    CHECK_EQ(selected_port(), 0);
    CHECK(check(1, 7, (struct written){0}));
    CHECK(check(2, 8, (struct written){0}));
    CHECK_EQ(selected_port(), 7);
    CHECK(check(3, 8, (struct written){.nominates = true}));
    CHECK_EQ(selected_port(), 8);
    CHECK(check(4, 7, (struct written){0}));
    CHECK_EQ(selected_port(), 8);
    for (unsigned i = 0; i < 1000; i++) {
        CHECK(check(5 + i, (uint16_t)(7 + i % 2), (struct written){.nominates = true}));
        CHECK_EQ(selected_port(), 7 + i % 2);
    }
    CHECK_EQ(ice.count, 2);
}

TEST(of_ten_thousand_paths_eight_stay_and_the_selected_is_one)
{
    struct path evicted;
    size_t taken = 0;

    start();
    CHECK(check(1, 1, (struct written){.nominates = true}));
    for (uint16_t port = 2; port <= 10000; port++) {
        CHECK(check(port, port, (struct written){0}));
        while (ice_take_evicted(&ice, &evicted)) {
            CHECK(!ice_has_path(&ice, &evicted));
            CHECK(evicted.remote.port != 1);
            taken++;
        }
    }
    CHECK_EQ(ice.count, 8);
    CHECK_EQ(taken, 9992);
    CHECK_EQ(selected_port(), 1);
    for (uint16_t port = 9994; port <= 10000; port++)
        CHECK(has(port)); // the oldest were pushed out
}

TEST(the_selected_path_stays_however_old_it_is)
{
    start();
    CHECK(check(1, 1, (struct written){0}));
    CHECK(check(2, 2, (struct written){.nominates = true}));
    for (uint16_t port = 3; port <= 40; port++) {
        CHECK(check(port, port, (struct written){0}));
        CHECK(check(port, 1, (struct written){0}));
    }
    CHECK_EQ(selected_port(), 2);
    CHECK(has(1) && has(2) && !has(3));
}

TEST(evicted_paths_nobody_asks_for_are_bounded_and_never_name_a_live_one)
{
    struct path evicted;

    start();
    for (usec round = 0; round < 10; round++)
        for (uint16_t port = 1; port <= 12; port++)
            CHECK(check(round * 100 + port, port, (struct written){0}));
    size_t taken = 0;
    while (ice_take_evicted(&ice, &evicted)) {
        CHECK(!ice_has_path(&ice, &evicted));
        taken++;
    }
    CHECK(taken > 0 && taken <= ICE_MAX_EVICTED);
}

TEST(each_path_lives_30_s_from_its_last_check)
{
    start();
    CHECK(check(SEC(0), 7, (struct written){.nominates = true}));
    CHECK(check(SEC(5), 8, (struct written){0}));
    CHECK(check(SEC(6), 9, (struct written){0}));
    CHECK_EQ(ice_deadline(&ice), SEC(30));
    ice_tick(&ice, SEC(30) - 1);
    CHECK(has(7));
    CHECK(check(SEC(30) - 1, 9, (struct written){0}));
    ice_tick(&ice, SEC(30));
    CHECK(!has(7));
    CHECK_EQ(selected_port(), 9); // the one heard last
    ice_tick(&ice, SEC(35));
    CHECK(!has(8));
    CHECK_EQ(ice_deadline(&ice), SEC(60) - 1);
    ice_tick(&ice, SEC(60));
    CHECK_EQ(selected_port(), 0);
    CHECK_EQ(ice_deadline(&ice), USEC_NEVER);
}

TEST(after_a_restart_the_old_credentials_live_until_the_first_new_nomination)
{
    const struct written by_next = {.username = "gat2:bro2", .pwd = next.pwd};
    struct written nominating = by_next;

    nominating.nominates = true;
    start();
    CHECK(check(SEC(1), 7, (struct written){.nominates = true}));
    ice_restart(&ice, SEC(2), &next, "bro2");
    CHECK(check(SEC(3), 7, (struct written){.nominates = true}));
    CHECK(check(SEC(3), 8, by_next));
    CHECK(!check(SEC(3), 9, (struct written){.username = "gat2:bro2"})); // the old password
    CHECK(!check(SEC(3), 9, (struct written){.username = "gate:bro2"})); // mixed
    CHECK_EQ(selected_port(), 7);
    CHECK(has(7) && has(8));
    CHECK(check(SEC(4), 8, nominating));
    CHECK_EQ(selected_port(), 8);
    CHECK(!has(7));
    CHECK(!ice_has_ufrag(&ice, "gate"));
    CHECK(!check(SEC(4), 7, (struct written){.nominates = true}));
    CHECK_EQ(outbox_count(out), 0);
}

TEST(after_a_restart_nobody_follows_the_old_ones_end_after_10_s)
{
    start();
    CHECK(check(SEC(1), 7, (struct written){.nominates = true}));
    ice_restart(&ice, SEC(2), &next, "bro2");
    CHECK_EQ(ice_deadline(&ice), SEC(12));
    CHECK(check(SEC(11), 7, (struct written){0}));
    CHECK(!check(SEC(12), 7, (struct written){0}));
    ice_tick(&ice, SEC(12));
    CHECK_EQ(selected_port(), 0);
    CHECK(ice_has_ufrag(&ice, "gat2"));
}

TEST(a_path_checked_under_both_credentials_survives_the_restart)
{
    start();
    CHECK(check(SEC(1), 7, (struct written){.nominates = true}));
    ice_restart(&ice, SEC(2), &next, "bro2");
    CHECK(check(SEC(3), 7,
                (struct written){.username = "gat2:bro2", .pwd = next.pwd, .nominates = true}));
    CHECK(has(7));
    CHECK_EQ(selected_port(), 7);
}

// --- not one byte to anything unauthenticated ----------------------------------------------------

static struct bench bench;

static void check_silence(const struct address *remote, struct bytes bytes)
{
    const size_t sent = bench.sent;
    const enum transport_state state = transport_state(bench.transport);

    CHECK_EQ(bench_inject(&bench, remote, bytes), GOT_NOTHING);
    CHECK_EQ(bench.sent, sent);
    CHECK_EQ(transport_state(bench.transport), state);
}

static void be_strange(const struct address *stranger, uint64_t seed)
{
    struct random random = random_seeded(seed);
    uint8_t at[65536];

    for (unsigned first = 0; first < 256; first++) {
        static const size_t lens[] = {1, 11, 12, 13, 19, 20, 28, 60, 1472, 1500, 65507};

        for (size_t i = 0; i < ARRAY_LEN(lens); i++) {
            random_fill(&random, at, lens[i]);
            at[0] = (uint8_t)first;
            check_silence(stranger, bytes_of(at, lens[i]));
        }
    }
    check_silence(stranger, bytes_of(at, 0));
}

static void forge_checks(const struct address *stranger)
{
    struct written w = {.username = "gate:brow", .pwd = ours.pwd};
    uint8_t at[STUN_MAX_LEN];

    for (uint32_t type = 0; type < 0x4000; type++) {
        w.type = (uint16_t)type;
        if (type != 1 && type != 0)
            check_silence(stranger, write_check(at, &w));
    }
    w.type = 0;
    // FINGERPRINT and what is behind MESSAGE-INTEGRITY stay as they are.
    const size_t len = write_check(at, &w).len;
    for (size_t bit = 0; bit < 8 * (len - 8); bit++) {
        at[bit / 8] ^= (uint8_t)(1u << bit % 8);
        check_silence(stranger, bytes_of(at, len));
        at[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t cut = 0; cut < len; cut++)
        check_silence(stranger, bytes_of(at, cut));
}

TEST(strangers_never_get_a_byte)
{
    const struct address stranger = address_v4(203, 0, 113, 66, 666);

    for (unsigned connected = 0; connected <= 1; connected++) {
        bench_init(&bench, &(struct bench_options){
                               .peer.local = {.ufrag = "brow", .pwd = "browserbrowserbrowser"}});
        if (connected)
            CHECK(bench_connect(&bench) >= 0);
        bench_run(&bench, bench.now);
        be_strange(&stranger, 1 + connected);
        forge_checks(&stranger);
        const struct path path = {.local = bench.path.local, .remote = stranger};
        CHECK(!transport_has_path(bench.transport, &path));
        bench_fini(&bench);
    }
}

TEST(the_loop_above_would_hear_an_answer)
{
    struct written w = {.username = "gate:brow", .pwd = ours.pwd};
    const struct address stranger = address_v4(203, 0, 113, 66, 666);
    uint8_t at[STUN_MAX_LEN];

    bench_init(&bench, &(struct bench_options){
                           .peer.local = {.ufrag = "brow", .pwd = "browserbrowserbrowser"}});
    CHECK_EQ(bench_inject(&bench, &stranger, write_check(at, &w)), GOT_NOTHING);
    CHECK_EQ(bench.sent, 1);
    bench_fini(&bench);
}
