// SPDX-License-Identifier: AGPL-3.0-or-later
// practice/password_job.c - the work of the password pool.
#include "practice/password_job.h"

#include "crypto/password.h"

void password_job_run(const struct query *query, struct result *result)
{
    *result = (struct result){.kind = query->kind, .id = query->id};
    if (query->kind == QUERY_HASH_PASSWORD) {
        result->err = password_hash(result->password_hash, query->password);
        return;
    }
    result->doctor = query->doctor_record;
    result->verified = password_verify(query->password_hash, query->password);
}
