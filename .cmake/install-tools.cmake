# The rules of `cmake --install` and `cpack` for the programs in the list `tools`: the programs, a manual page of each,
# and the systemd units. CMAKE_INSTALL_PREFIX must be that of the installed files, because the units contain it.

foreach(tool IN LISTS tools)
    install(TARGETS ${tool} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT langexport_tools)
endforeach()

find_program(LANGEXPORT_AWK NAMES mawk gawk awk REQUIRED)
mark_as_advanced(LANGEXPORT_AWK)
set(man_pages)
set(man_script "${PROJECT_SOURCE_DIR}/.cmake/man-page.awk")
list(JOIN tools " " tool_names)
foreach(tool IN LISTS tools)
    set(man_page "${CMAKE_CURRENT_BINARY_DIR}/${tool}.1")
    add_custom_command(OUTPUT "${man_page}"
        COMMAND "$<TARGET_FILE:${tool}>" --help > "${tool}.help"
        COMMAND "${LANGEXPORT_AWK}" -v name=${tool} -v "version=${PROJECT_VERSION}" -v "others=${tool_names}"
            -f "${man_script}" "${tool}.help" > "${man_page}"
        DEPENDS ${tool} "${man_script}"
        VERBATIM)
    list(APPEND man_pages "${man_page}")
endforeach()
add_custom_target(langexport_man_pages ALL DEPENDS ${man_pages})
install(FILES ${man_pages} DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" COMPONENT langexport_tools)

set(LANGEXPORT_FULL_LIBEXEC "${CMAKE_INSTALL_FULL_LIBEXECDIR}/langexport")
configure_file(systemd/langexport-backup.service.in langexport-backup.service @ONLY)
configure_file(systemd/backup.in backup @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/langexport-backup.service" systemd/langexport-backup.timer
    DESTINATION lib/systemd/system COMPONENT langexport_tools)
install(PROGRAMS "${CMAKE_CURRENT_BINARY_DIR}/backup"
    DESTINATION "${CMAKE_INSTALL_LIBEXECDIR}/langexport" COMPONENT langexport_tools)
