# Lets TIDEWAITER write its man pages and completions into OUT. Run with cmake -P by the build.
cmake_minimum_required(VERSION 3.25)

function(generate file)
  execute_process(COMMAND ${TIDEWAITER} help ${ARGN} --output ${OUT}/${file} RESULT_VARIABLE status)
  if(status)
    message(FATAL_ERROR "tidewaiter help ${ARGN}: exit status ${status}")
  endif()
endfunction()

# Pages of commands that are gone must not be installed.
file(REMOVE_RECURSE ${OUT})
file(MAKE_DIRECTORY ${OUT}/man)

execute_process(COMMAND ${TIDEWAITER} help --list OUTPUT_VARIABLE commands OUTPUT_STRIP_TRAILING_WHITESPACE
  RESULT_VARIABLE status)
if(status)
  message(FATAL_ERROR "tidewaiter help --list: exit status ${status}")
endif()
string(REPLACE "\n" ";" commands "${commands}")

generate(man/tidewaiter.1 --format man)
foreach(command ${commands})
  generate(man/tidewaiter-${command}.1 --format man ${command})
endforeach()
generate(tidewaiter.bash --format bash)
generate(_tidewaiter --format zsh)
generate(tidewaiter.fish --format fish)
file(TOUCH ${OUT}/stamp)
