// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/layer_choice.h - which simulcast layer and which temporal layers of a source a slot shows.
#ifndef GATEWAY_SFU_LAYER_CHOICE_H
#define GATEWAY_SFU_LAYER_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

#define LAYER_NONE (-1)
#define LAYER_ALL_TEMPORAL 7

enum layer_verdict {
    LAYER_DROP,    // not for this slot
    LAYER_FORWARD, // of the layer being shown
    LAYER_SWITCH   // the first packet of the layer shown from now on
};

struct layer_choice {
    int8_t current;   // shown, or LAYER_NONE
    int8_t wanted;    // to be shown, or LAYER_NONE
    uint8_t temporal; // forwarded now
    uint8_t temporal_wanted;
};

// A slot given to a source: nothing is shown yet. Also for the next source.
void layer_choice_init(struct layer_choice *choice);

// This layer is wanted, and of it at most this temporal layer: of the one that is shown, less takes effect
// at once, more at the next picture that allows it. Until another has begun, what is shown goes on as it
// is. LAYER_NONE: the slot stops at once.
void layer_choice_allow(struct layer_choice *choice, int8_t layer, uint8_t temporal);

// The line does not carry what is shown: until the wanted layer below it has begun, only the lowest
// temporal layer goes on, from the next picture. Nothing happens when no lower layer is wanted.
void layer_choice_ease(struct layer_choice *choice);

// What to do with a packet of `layer`. `starts_key_frame`: it is the first packet of a key frame;
// `in_order`: no later packet of the stream was seen. While nothing is shown, a key frame of a
// lower layer than the wanted one, or one that is out of order, is a beginning too.
enum layer_verdict layer_choice_packet(struct layer_choice *choice, uint8_t layer,
                                       bool starts_key_frame, bool in_order);

// Is this picture of the shown layer to be forwarded? To be asked once for each new picture, with
// what its first packet says.
bool layer_choice_picture(struct layer_choice *choice, bool is_key_frame, uint8_t tid, bool sync);

// The layer whose key frame this slot waits for, or LAYER_NONE.
int layer_choice_needs_key_frame(const struct layer_choice *choice);

#endif
