// SPDX-License-Identifier: AGPL-3.0-or-later
// base/err.h - why something could not be done, for callers who can act on it.
#ifndef GATEWAY_BASE_ERR_H
#define GATEWAY_BASE_ERR_H

#define MUST_CHECK __attribute__((warn_unused_result))
#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

// Bytes from strangers that are not well formed are no error: parsers return false and the
// caller counts a drop (base/drops.h).
enum err {
    ERR_OK = 0,
    ERR_NO_MEMORY, // memory or a bounded table is full
    ERR_INVALID,   // what was asked makes no sense
    ERR_DENIED,    // the asker has no right to it
    ERR_NOT_FOUND,
    ERR_CONFLICT, // it contradicts what is there (a name taken, a seat taken over)
    ERR_STATE,    // right in itself, but not now
    ERR_LIMIT,    // too many, too large, too fast
    ERR_EXPIRED,
    ERR_REVOKED,
    ERR_BUSY, // try again soon
    ERR_IO,   // disk, network or database
    ERR_COUNT
};

// A stable lower-case word for logs and the wire, such as "not_found". Never NULL.
const char *err_name(enum err err);

#endif
