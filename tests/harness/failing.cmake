# SPDX-License-Identifier: AGPL-3.0-or-later
# failing.cmake - the runner reports each failure once, with its place, and exits with 1.
execute_process(COMMAND ${PROGRAM} OUTPUT_VARIABLE printed RESULT_VARIABLE status)
string(CONCAT wanted
    "failing\\.c:18: fails_a_claim: 1 > 2\n"
    ".*failing\\.c:24: fails_with_numbers: .* got -1, want 4294967296\n"
    ".*failing\\.c:29: fails_with_strings: .* got \"anna\", want \"ann\"\n"
    ".*failing\\.c:34: fails_with_bytes: .* byte 2 of 3: got 0x63, want 0x64\n"
    ".*failing\\.c:40: fails_in_a_thread: in a thread\n"
    "1 passed, 5 failed\n$")
if(NOT status EQUAL 1 OR NOT printed MATCHES "${wanted}" OR printed MATCHES "is not reached")
    message(FATAL_ERROR "the runner ended with ${status} and printed\n${printed}")
endif()
execute_process(COMMAND ${PROGRAM} no_test_has_this_name RESULT_VARIABLE status OUTPUT_QUIET)
if(NOT status EQUAL 1)
    message(FATAL_ERROR "a runner that ran nothing must not succeed")
endif()
execute_process(COMMAND ${CMAKE_COMMAND} -E echo "1 passed, 0 failed")
