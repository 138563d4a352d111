#ifndef LANGEXPORT_SRC_HPP
#define LANGEXPORT_SRC_HPP

// Everything that is no template, for programs that compile it once: define
// LANGEXPORT_SEPARATE_COMPILATION for all translation units and include this in one of them.

#include <langexport/version.hpp>

#if !defined(LANGEXPORT_SEPARATE_COMPILATION)
#error "define LANGEXPORT_SEPARATE_COMPILATION in all translation units before including src.hpp"
#endif

#include <langexport/detail/engine/impl/answers.ipp>
#include <langexport/detail/engine/impl/authorization.ipp>
#include <langexport/detail/engine/impl/connections.ipp>
#include <langexport/detail/engine/impl/delivery.ipp>
#include <langexport/detail/engine/impl/drain.ipp>
#include <langexport/detail/engine/impl/engine.ipp>
#include <langexport/detail/engine/impl/events.ipp>
#include <langexport/detail/engine/impl/shared_budget.ipp>
#include <langexport/detail/engine/impl/sink_calls.ipp>
#include <langexport/detail/engine/impl/tokens.ipp>
#include <langexport/detail/engine/impl/waiting.ipp>
#include <langexport/detail/impl/comparable.ipp>
#include <langexport/detail/impl/decimal.ipp>
#include <langexport/detail/impl/json_order.ipp>
#include <langexport/detail/impl/lone_surrogate.ipp>
#include <langexport/detail/impl/normalizing_events.ipp>
#include <langexport/detail/impl/placed_json.ipp>
#include <langexport/detail/impl/project_events.ipp>
#include <langexport/detail/impl/project_schema.ipp>
#include <langexport/detail/impl/project_writer.ipp>
#include <langexport/detail/impl/request_journal.ipp>
#include <langexport/detail/impl/system.ipp>
#include <langexport/detail/impl/text.ipp>
#include <langexport/detail/impl/visible_text.ipp>
#include <langexport/detail/policy/impl/export_machine.ipp>
#include <langexport/detail/policy/impl/interpret.ipp>
#include <langexport/detail/policy/impl/judge.ipp>
#include <langexport/detail/policy/impl/request_window.ipp>
#include <langexport/detail/protocol/impl/api_version.ipp>
#include <langexport/detail/protocol/impl/link.ipp>
#include <langexport/detail/protocol/impl/project_listing.ipp>
#include <langexport/detail/protocol/impl/read_error.ipp>
#include <langexport/detail/protocol/impl/read_status.ipp>
#include <langexport/detail/protocol/impl/result_check.ipp>
#include <langexport/detail/protocol/impl/result_form.ipp>
#include <langexport/detail/protocol/impl/result_structure.ipp>
#include <langexport/detail/protocol/impl/retry_after.ipp>
#include <langexport/detail/protocol/impl/submission.ipp>
#include <langexport/detail/protocol/impl/timestamp.ipp>
#include <langexport/detail/protocol/impl/whole_json.ipp>
#include <langexport/detail/transport/impl/exchange.ipp>
#include <langexport/detail/transport/impl/host_lookup.ipp>
#include <langexport/detail/transport/impl/network_opener.ipp>
#include <langexport/detail/transport/impl/network_stream.ipp>
#include <langexport/detail/transport/impl/session_store.ipp>
#include <langexport/detail/transport/impl/tls_channel.ipp>
#include <langexport/detail/transport/impl/tls_context.ipp>
#include <langexport/impl/backup_config.ipp>
#include <langexport/impl/backup_folder.ipp>
#include <langexport/impl/backup_resource.ipp>
#include <langexport/impl/batch_options.ipp>
#include <langexport/impl/batch_summary.ipp>
#include <langexport/impl/client.ipp>
#include <langexport/impl/client_params.ipp>
#include <langexport/impl/command_line.ipp>
#include <langexport/impl/credential.ipp>
#include <langexport/impl/endpoint.ipp>
#include <langexport/impl/error.ipp>
#include <langexport/impl/export_job.ipp>
#include <langexport/impl/export_project.ipp>
#include <langexport/impl/export_projects.ipp>
#include <langexport/impl/export_report.ipp>
#include <langexport/impl/export_request.ipp>
#include <langexport/impl/export_status.ipp>
#include <langexport/impl/file_name.ipp>
#include <langexport/impl/file_sink.ipp>
#include <langexport/impl/folder_lock.ipp>
#include <langexport/impl/json_normalizer.ipp>
#include <langexport/impl/key_file.ipp>
#include <langexport/impl/line_logger.ipp>
#include <langexport/impl/list_projects.ipp>
#include <langexport/impl/misplaced_label.ipp>
#include <langexport/impl/normalizing_sink.ipp>
#include <langexport/impl/observer.ipp>
#include <langexport/impl/process.ipp>
#include <langexport/impl/progress_display.ipp>
#include <langexport/impl/progress_logger.ipp>
#include <langexport/impl/project_data.ipp>
#include <langexport/impl/project_difference.ipp>
#include <langexport/impl/project_difference_text.ipp>
#include <langexport/impl/project_file.ipp>
#include <langexport/impl/project_file_parser.ipp>
#include <langexport/impl/project_summary.ipp>
#include <langexport/impl/project_surface.ipp>
#include <langexport/impl/report_checkpoint.ipp>
#include <langexport/impl/report_line.ipp>
#include <langexport/impl/request_quota.ipp>
#include <langexport/impl/result_sink.ipp>
#include <langexport/impl/sha256_sink.ipp>
#include <langexport/impl/stop_signals.ipp>
#include <langexport/impl/terminal_text.ipp>
#include <langexport/impl/text_format.ipp>
#include <langexport/impl/text_offset.ipp>

#endif
