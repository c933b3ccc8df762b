// SPDX-License-Identifier: AGPL-3.0-or-later
// base/log.h - one line per event: "event key=value ...", once per change of state, ids not names.
#ifndef GATEWAY_BASE_LOG_H
#define GATEWAY_BASE_LOG_H

enum log_level { LOG_TRACE, LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

// Where lines go; called from any thread, one whole line without a line feed at a time.
typedef void log_sink(enum log_level level, const char *line);

// To be called before threads start. NULL: standard error with "<N>" priority prefixes (sd-daemon(3)).
void log_to(log_sink *sink);
void log_from(enum log_level least);

// log_event(LOG_INFO, "joined meetup=%" PRIu64 " member=%" PRIu64, ...). Control characters in
// the result are replaced, so that text of strangers cannot forge lines.
void log_event(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
