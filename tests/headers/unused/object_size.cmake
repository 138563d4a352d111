# The size that a unit adds to a program if it includes the library and uses nothing of it.
#
#   cmake -DSIZE=size -DOBJECT=unused.o -DLIMIT=10240 -P object_size.cmake

execute_process(COMMAND "${SIZE}" -B "${OBJECT}"
    OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
# A line of headings, then text, data, bss and their sum.
if(NOT output MATCHES "\n *([0-9]+)[ \t]+([0-9]+)[ \t]+([0-9]+)[ \t]+([0-9]+)")
    message(FATAL_ERROR "cannot read what ${SIZE} says: ${output}")
endif()
set(sum "${CMAKE_MATCH_4}")
if(sum GREATER LIMIT)
    message(FATAL_ERROR "a unit that includes the library and uses nothing has ${sum} bytes of code and data, \
at most ${LIMIT} are allowed. Does a virtual function lack LANGEXPORT_DECL at its declaration in the class? It \
would make each unit emit the vtable and all that it reaches. Without optimization: does a coroutine, or a function \
that names one, lack LANGEXPORT_TEMPLATE_DECL? 'nm -C --size-sort' shows what is in the object file.")
endif()
message(STATUS "${sum} bytes of ${LIMIT}")
