// SPDX-License-Identifier: AGPL-3.0-or-later
// support/runner.c - the main function of every test program.
#include "support/check.h"

int main(int count, char **arguments)
{
    return check_run(count - 1, arguments + 1);
}
