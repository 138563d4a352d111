#ifndef LANGEXPORT_TESTING_SRC_HPP
#define LANGEXPORT_TESTING_SRC_HPP

// Separate compilation of the emulator: include this in exactly one translation unit.

#include <langexport/version.hpp>

#if !defined(LANGEXPORT_SEPARATE_COMPILATION)
#error "define LANGEXPORT_SEPARATE_COMPILATION for every translation unit of the program"
#endif

#include <langexport/testing/impl/accepted_credentials.ipp>
#include <langexport/testing/impl/apply_fault.ipp>
#include <langexport/testing/impl/body_source.ipp>
#include <langexport/testing/impl/certificate.ipp>
#include <langexport/testing/impl/emulator.ipp>
#include <langexport/testing/impl/emulator_address.ipp>
#include <langexport/testing/impl/emulator_state.ipp>
#include <langexport/testing/impl/error_json.ipp>
#include <langexport/testing/impl/fault.ipp>
#include <langexport/testing/impl/identity_emulator.ipp>
#include <langexport/testing/impl/identity_state.ipp>
#include <langexport/testing/impl/import_calls.ipp>
#include <langexport/testing/impl/import_table.ipp>
#include <langexport/testing/impl/imported_document.ipp>
#include <langexport/testing/impl/indented_json.ipp>
#include <langexport/testing/impl/job_table.ipp>
#include <langexport/testing/impl/listener.ipp>
#include <langexport/testing/impl/made_up_file.ipp>
#include <langexport/testing/impl/made_up_knowledge_base.ipp>
#include <langexport/testing/impl/made_up_text.ipp>
#include <langexport/testing/impl/project.ipp>
#include <langexport/testing/impl/project_metadata.ipp>
#include <langexport/testing/impl/request_checks.ipp>
#include <langexport/testing/impl/request_reader.ipp>
#include <langexport/testing/impl/request_record.ipp>
#include <langexport/testing/impl/response_maker.ipp>
#include <langexport/testing/impl/route.ipp>
#include <langexport/testing/impl/scaled_time.ipp>
#include <langexport/testing/impl/server_state.ipp>
#include <langexport/testing/impl/service_calls.ipp>
#include <langexport/testing/impl/service_message.ipp>
#include <langexport/testing/impl/service_model.ipp>
#include <langexport/testing/impl/service_state.ipp>
#include <langexport/testing/impl/service_versions.ipp>
#include <langexport/testing/impl/session.ipp>
#include <langexport/testing/impl/session_responses.ipp>
#include <langexport/testing/impl/wire_format.ipp>
#include <langexport/testing/impl/workbook.ipp>

#endif
