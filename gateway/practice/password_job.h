// SPDX-License-Identifier: AGPL-3.0-or-later
// practice/password_job.h - the work of the password pool: slow on purpose, off every loop.
#ifndef GATEWAY_PRACTICE_PASSWORD_JOB_H
#define GATEWAY_PRACTICE_PASSWORD_JOB_H

#include "store/query.h"
#include "store/result.h"

// Runs a QUERY_HASH_PASSWORD or QUERY_VERIFY_PASSWORD, on any thread.
void password_job_run(const struct query *query, struct result *result);

#endif
