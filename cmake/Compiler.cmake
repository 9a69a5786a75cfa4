# Warnings are errors; ccache is used when it is there; one precompiled header serves every target.

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # ccache can cache a compilation with a precompiled header only under these two liberties.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor -Wold-style-cast
                    -Wcast-qual -Wunused -Woverloaded-virtual)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-fcoroutines -fpch-preprocess)
  # g++ 12 sees overflows in inlined std::string operations that cannot happen (its bug 105329).
  add_compile_options(-Wno-restrict -Wno-stringop-overflow)
endif()
if(TOLLGATE_SANITIZE)
  add_compile_options(-fsanitize=${TOLLGATE_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${TOLLGATE_SANITIZE})
  # g++ 12 reports uninitialised reads inside the standard library when sanitizers are on.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  # It also warns that the thread sanitizer does not see fences, of which Asio has some.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
  # clang 14 cannot emit a coroutine with this check: "difference across sections".
  add_compile_options($<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=function>)
endif()

# tollgate_library(NAME SOURCES… LINK… PRIVATE_LINK…): a static library below libs/.
function(tollgate_library name)
  cmake_parse_arguments(LIB "" "" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
  add_library(${name} STATIC ${LIB_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/libs)
  target_link_libraries(${name} PUBLIC ${LIB_LINK} PRIVATE ${LIB_PRIVATE_LINK})
  tollgate_use_precompiled_header(${name})
endfunction()

# tollgate_service(NAME SOURCES… LINK…): a library `<name>_parts`, so that tests link exactly what
# ships, and the executable made of it and main.cpp.
function(tollgate_service name)
  cmake_parse_arguments(SVC "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name}_parts STATIC ${SVC_SOURCES})
  target_include_directories(${name}_parts PUBLIC ${PROJECT_SOURCE_DIR}/libs
                             ${PROJECT_SOURCE_DIR}/services)
  target_link_libraries(${name}_parts PUBLIC ${SVC_LINK})
  add_executable(${name} main.cpp)
  target_link_libraries(${name} PRIVATE ${name}_parts)
  tollgate_use_precompiled_header(${name}_parts)
  tollgate_use_precompiled_header(${name})
  install(TARGETS ${name} RUNTIME DESTINATION bin)
endfunction()

set(tollgate_precompiled_headers
  <algorithm> <array> <chrono> <cstdint> <functional> <memory> <optional> <span> <string>
  <string_view> <unordered_map> <utility> <variant> <vector>
  <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp> <boost/asio/detached.hpp>
  <boost/asio/io_context.hpp> <boost/asio/ip/tcp.hpp> <boost/asio/steady_timer.hpp>
  <boost/asio/use_awaitable.hpp> <boost/system/result.hpp>)

# tollgate_add_precompiled_header(NAME HEADERS…): a library whose only content is the list above and
# these headers.
function(tollgate_add_precompiled_header name)
  file(WRITE ${CMAKE_BINARY_DIR}/${name}.cpp "")
  add_library(${name} STATIC ${CMAKE_BINARY_DIR}/${name}.cpp)
  target_link_libraries(${name} PUBLIC tollgate_boost)
  target_precompile_headers(${name} PRIVATE ${tollgate_precompiled_headers} ${ARGN})
endfunction()

function(tollgate_use_precompiled_header target)
  if(NOT TARGET precompiled)
    tollgate_add_precompiled_header(precompiled)
  endif()
  target_link_libraries(${target} PUBLIC tollgate_boost)
  target_precompile_headers(${target} REUSE_FROM precompiled)
endfunction()
