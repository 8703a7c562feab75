# tidewaiter_folder(TARGET): the C files of the folder it is called from become sources of TARGET. A file dropped into the
# folder is found at the next build, without an edit here.
function(tidewaiter_folder target)
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.c")
  list(FILTER sources EXCLUDE REGEX "/main\\.c$")
  target_sources(${target} PRIVATE ${sources})
endfunction()
