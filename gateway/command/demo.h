// SPDX-License-Identifier: AGPL-3.0-or-later
// command/demo.h - a doctor, a meetup and three patients to try things out with.
#ifndef GATEWAY_COMMAND_DEMO_H
#define GATEWAY_COMMAND_DEMO_H

struct config;
struct gateway;

// Before the gateway starts: makes what is missing, through the same calls as the pages, and prints
// how to sign in and three links, the same after a restart. 0, or an exit status after a sentence was printed.
int demo_prepare(struct gateway *gateway, const struct config *config);

#endif
