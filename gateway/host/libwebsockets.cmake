# SPDX-License-Identifier: AGPL-3.0-or-later
# host/libwebsockets.cmake - foreign_websockets: libwebsockets with its libev loop, and the facts of
# its build that the gateway relies on, printed at configure time.

find_library(LWS_LIBRARY websockets REQUIRED)
find_path(LWS_INCLUDE lws_config.h REQUIRED)
find_library(EV_LIBRARY ev REQUIRED)
find_path(EV_INCLUDE ev.h REQUIRED)
mark_as_advanced(LWS_LIBRARY LWS_INCLUDE EV_LIBRARY EV_INCLUDE)

add_library(foreign_websockets INTERFACE)
target_include_directories(foreign_websockets SYSTEM INTERFACE ${LWS_INCLUDE} ${EV_INCLUDE})
target_link_libraries(foreign_websockets INTERFACE ${LWS_LIBRARY} ${EV_LIBRARY})

file(READ ${LWS_INCLUDE}/lws_config.h lws_config)
function(lws_fact name result)
    if(lws_config MATCHES "\n#define ${name}([ \t][^\n]*)?\n")
        string(STRIP "${CMAKE_MATCH_1}" value)
        string(REPLACE "\"" "" value "${value}")
        if(value STREQUAL "")
            set(value on)
        endif()
    else()
        set(value off)
    endif()
    set(${result} "${value}" PARENT_SCOPE)
endfunction()

# What we cannot do without.
foreach(name LWS_WITH_TLS LWS_ROLE_H1 LWS_ROLE_WS LWS_WITH_EVENT_LIBS LWS_WITH_EVLIB_PLUGINS)
    lws_fact(${name} value)
    if(value STREQUAL "off")
        message(FATAL_ERROR "libwebsockets was built without ${name}")
    endif()
endforeach()
# What we work around, present or not: HTTP/2 is kept out by the upgrade guard, the rest is our own.
foreach(name LWS_LIBRARY_VERSION LWS_WITH_HTTP2 LWS_ROLE_RAW_FILE LWS_MAX_SMP LWS_WITH_LIBEV
    LWS_WITH_RANGES LWS_WITH_HTTP_STREAM_COMPRESSION LWS_WITHOUT_EXTENSIONS LWS_WITH_PEER_LIMITS
    LWS_WITH_ACCESS_LOG)
    lws_fact(${name} value)
    list(APPEND lws_facts "${name}=${value}")
endforeach()
list(JOIN lws_facts " " lws_facts)
message(STATUS "libwebsockets: ${lws_facts}")

get_filename_component(lws_folder ${LWS_LIBRARY} DIRECTORY)
find_file(LWS_EV_PLUGIN libwebsockets-evlib_ev.so HINTS ${lws_folder} NO_CACHE)
if(NOT LWS_EV_PLUGIN)
    message(FATAL_ERROR "the libev plug-in of libwebsockets is missing (libwebsockets-evlib-ev)")
endif()
message(STATUS "libwebsockets: libev plug-in ${LWS_EV_PLUGIN}")
