// SPDX-License-Identifier: AGPL-3.0-or-later
// load/clip_file.h - what a clip's file looks like, for the one who writes it and the one who reads it.
#ifndef TESTS_LOAD_CLIP_FILE_H
#define TESTS_LOAD_CLIP_FILE_H

#include "load/clip.h"

// Magic; segments, frames of each, packets of speech, of silence (16 bits each); width and height of each
// layer (16 bits each); then an index entry for each frame (layer by layer) and packet, then their data in
// the same order. Numbers are big-endian.
#define CLIP_MAGIC "aftrclp1"
#define CLIP_FRAME_ENTRY 6 // size 32 bits, layer of time, flags
#define CLIP_SOUND_ENTRY 3 // size 16 bits, level
#define CLIP_INDEX_MOST (256 * 1024)

#define CLIP_KEY 1
#define CLIP_SYNC 2
#define CLIP_NON_REFERENCE 4

#endif
