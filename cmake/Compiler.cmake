# The dialect, the warnings and the hardening of every target.

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# The library may end up in someone's shared library; what is not interposed can still be inlined.
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")

include(CheckPIESupported)
check_pie_supported(LANGUAGES C)

# What every target of ours compiles with; `tidewaiter_ways(TARGET)` applies it.
add_library(ways INTERFACE)
target_compile_definitions(ways INTERFACE _GNU_SOURCE)
target_compile_options(ways INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  -fno-semantic-interposition -fno-math-errno  # nobody asks errno of sqrt; so it is an instruction, and needs no libm at start
  "$<$<BOOL:${TIDEWAITER_WERROR}>:-Werror>")
target_link_options(ways INTERFACE -Wl,--as-needed -Wl,-z,relro -Wl,-z,now)

if(TIDEWAITER_SANITIZE)
  target_compile_options(ways INTERFACE "-fsanitize=${TIDEWAITER_SANITIZE}" -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_link_options(ways INTERFACE "-fsanitize=${TIDEWAITER_SANITIZE}")
else()
  # _FORTIFY_SOURCE needs the optimizer, and hides accesses from the sanitizers.
  target_compile_options(ways INTERFACE -fstack-protector-strong
    "$<$<CONFIG:Release,RelWithDebInfo>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>")
endif()

if(TIDEWAITER_FUZZ)
  if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "TIDEWAITER_FUZZ needs clang: its libFuzzer drives the targets")
  endif()
  target_compile_options(ways INTERFACE -fsanitize=fuzzer-no-link)
endif()

if(TIDEWAITER_LTO)
  include(CheckIPOSupported)
  check_ipo_supported(LANGUAGES C)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()

function(tidewaiter_ways target)
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:ways>)
endfunction()
