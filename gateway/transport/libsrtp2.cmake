# SPDX-License-Identifier: AGPL-3.0-or-later
# transport/libsrtp2.cmake - foreign_srtp: the system's libsrtp2 when it computes with OpenSSL, else
# one built from the distribution's source package. The build on NSS is never taken.

set(AFTERCARE_SRTP "" CACHE INTERNAL "Which libsrtp2 is linked")
set(AFTERCARE_SRTP_FOLDER ${CMAKE_SOURCE_DIR}/build/deps/libsrtp2 CACHE PATH
    "Where our own libsrtp2 is built, for all presets")

function(srtp_uses_openssl library result)
    set(${result} OFF PARENT_SCOPE)
    execute_process(COMMAND objdump -p ${library} OUTPUT_VARIABLE headers ERROR_QUIET)
    if(headers MATCHES "NEEDED +libcrypto" AND NOT headers MATCHES "NEEDED +lib(nss|freebl)")
        set(${result} ON PARENT_SCOPE)
    endif()
endfunction()

find_library(SRTP_SYSTEM_LIBRARY srtp2)
find_path(SRTP_SYSTEM_INCLUDE srtp2/srtp.h)
mark_as_advanced(SRTP_SYSTEM_LIBRARY SRTP_SYSTEM_INCLUDE)

add_library(foreign_srtp INTERFACE)
if(SRTP_SYSTEM_LIBRARY AND SRTP_SYSTEM_INCLUDE)
    srtp_uses_openssl(${SRTP_SYSTEM_LIBRARY} srtp_system_is_fit)
else()
    set(srtp_system_is_fit OFF)
endif()

if(srtp_system_is_fit)
    set(srtp_library ${SRTP_SYSTEM_LIBRARY})
    set(srtp_include ${SRTP_SYSTEM_INCLUDE})
    set(AFTERCARE_SRTP "the system's, on OpenSSL: ${srtp_library}" CACHE INTERNAL "")
else()
    execute_process(
        COMMAND ${CMAKE_SOURCE_DIR}/gateway/transport/build-libsrtp2.sh ${AFTERCARE_SRTP_FOLDER}
        RESULT_VARIABLE srtp_build)
    if(NOT srtp_build EQUAL 0)
        message(FATAL_ERROR "libsrtp2 on OpenSSL could not be built; see the lines above")
    endif()
    set(srtp_library ${AFTERCARE_SRTP_FOLDER}/lib/libsrtp2.a)
    set(srtp_include ${AFTERCARE_SRTP_FOLDER}/include)
    set(AFTERCARE_SRTP "our own build of the source package, on OpenSSL" CACHE INTERNAL "")
endif()
# Imported, so that libcrypto comes after it on every link line.
add_library(srtp2 UNKNOWN IMPORTED)
set_target_properties(srtp2 PROPERTIES IMPORTED_LOCATION ${srtp_library}
    INTERFACE_INCLUDE_DIRECTORIES ${srtp_include} INTERFACE_LINK_LIBRARIES OpenSSL::Crypto)
target_link_libraries(foreign_srtp INTERFACE srtp2)
message(STATUS "libsrtp2: ${AFTERCARE_SRTP}")
