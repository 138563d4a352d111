#ifndef LANGEXPORT_SRC_HPP
#define LANGEXPORT_SRC_HPP

// All non-template functions, for programs that compile them once: define
// LANGEXPORT_SEPARATE_COMPILATION for all translation units and include this in one of them.

#include <langexport/version.hpp>

#if !defined(LANGEXPORT_SEPARATE_COMPILATION)
#error "define LANGEXPORT_SEPARATE_COMPILATION in all translation units before including src.hpp"
#endif

#include <langexport/detail/base/impl/duration_text.ipp>
#include <langexport/detail/base/impl/lone_surrogate.ipp>
#include <langexport/detail/base/impl/secret_redactor.ipp>
#include <langexport/detail/base/impl/shell_word.ipp>
#include <langexport/detail/base/impl/size_text.ipp>
#include <langexport/detail/base/impl/text.ipp>
#include <langexport/detail/base/impl/timestamp.ipp>
#include <langexport/detail/engine/impl/assigner.ipp>
#include <langexport/detail/engine/impl/completion.ipp>
#include <langexport/detail/engine/impl/connection_pool.ipp>
#include <langexport/detail/engine/impl/effect_executor.ipp>
#include <langexport/detail/engine/impl/engine.ipp>
#include <langexport/detail/engine/impl/engine_parts.ipp>
#include <langexport/detail/engine/impl/engine_settings.ipp>
#include <langexport/detail/engine/impl/notifier.ipp>
#include <langexport/detail/engine/impl/operation_table.ipp>
#include <langexport/detail/engine/impl/pool_cleaner.ipp>
#include <langexport/detail/engine/impl/quota_client.ipp>
#include <langexport/detail/engine/impl/request_budget.ipp>
#include <langexport/detail/engine/impl/response_handler.ipp>
#include <langexport/detail/engine/impl/shared_quotas.ipp>
#include <langexport/detail/engine/impl/shutdown.ipp>
#include <langexport/detail/engine/impl/sink_runner.ipp>
#include <langexport/detail/engine/impl/token_manager.ipp>
#include <langexport/detail/engine/impl/token_refresher.ipp>
#include <langexport/detail/json/impl/decimal.ipp>
#include <langexport/detail/json/impl/json_completeness.ipp>
#include <langexport/detail/json/impl/json_order.ipp>
#include <langexport/detail/operation/impl/one_request.ipp>
#include <langexport/detail/os/impl/system.ipp>
#include <langexport/detail/policy/impl/classify_response.ipp>
#include <langexport/detail/policy/impl/classify_status.ipp>
#include <langexport/detail/policy/impl/export_state.ipp>
#include <langexport/detail/policy/impl/poll_schedule.ipp>
#include <langexport/detail/policy/impl/rate_window.ipp>
#include <langexport/detail/protocol/impl/api_version.ipp>
#include <langexport/detail/protocol/impl/body_completeness.ipp>
#include <langexport/detail/protocol/impl/connect_response.ipp>
#include <langexport/detail/protocol/impl/link.ipp>
#include <langexport/detail/protocol/impl/project_listing.ipp>
#include <langexport/detail/protocol/impl/read_error.ipp>
#include <langexport/detail/protocol/impl/read_status.ipp>
#include <langexport/detail/protocol/impl/request_writer.ipp>
#include <langexport/detail/protocol/impl/result_check.ipp>
#include <langexport/detail/protocol/impl/result_form.ipp>
#include <langexport/detail/protocol/impl/result_structure.ipp>
#include <langexport/detail/protocol/impl/retry_after.ipp>
#include <langexport/detail/protocol/impl/submission.ipp>
#include <langexport/detail/protocol/impl/token_request.ipp>
#include <langexport/detail/protocol/impl/token_response.ipp>
#include <langexport/detail/transport/impl/client_certificate.ipp>
#include <langexport/detail/transport/impl/connect_race.ipp>
#include <langexport/detail/transport/impl/exchange.ipp>
#include <langexport/detail/transport/impl/failed_addresses.ipp>
#include <langexport/detail/transport/impl/host_lookup.ipp>
#include <langexport/detail/transport/impl/network_opener.ipp>
#include <langexport/detail/transport/impl/network_stream.ipp>
#include <langexport/detail/transport/impl/proxy_tunnel.ipp>
#include <langexport/detail/transport/impl/session_store.ipp>
#include <langexport/detail/transport/impl/strand_time_source.ipp>
#include <langexport/detail/transport/impl/tls_channel.ipp>
#include <langexport/detail/transport/impl/tls_context.ipp>
#include <langexport/detail/transport/impl/trust_store.ipp>
#include <langexport/document/impl/comparable.ipp>
#include <langexport/document/impl/json_normalizer.ipp>
#include <langexport/document/impl/misplaced_label.ipp>
#include <langexport/document/impl/normalizing_events.ipp>
#include <langexport/document/impl/project_data.ipp>
#include <langexport/document/impl/project_difference.ipp>
#include <langexport/document/impl/project_difference_text.ipp>
#include <langexport/document/impl/project_events.ipp>
#include <langexport/document/impl/project_file.ipp>
#include <langexport/document/impl/project_file_parser.ipp>
#include <langexport/document/impl/project_schema.ipp>
#include <langexport/document/impl/project_summary.ipp>
#include <langexport/document/impl/project_writer.ipp>
#include <langexport/document/impl/text_format.ipp>
#include <langexport/document/impl/text_offset.ipp>
#include <langexport/document/impl/visible_text.ipp>
#include <langexport/file/impl/atomic_file.ipp>
#include <langexport/file/impl/file_error.ipp>
#include <langexport/file/impl/file_name.ipp>
#include <langexport/file/impl/folder.ipp>
#include <langexport/file/impl/folder_lock.ipp>
#include <langexport/file/impl/journal_file.ipp>
#include <langexport/file/impl/key_file.ipp>
#include <langexport/file/impl/read_file.ipp>
#include <langexport/file/impl/request_journal.ipp>
#include <langexport/file/impl/standard_streams.ipp>
#include <langexport/identity/impl/entra_client_secret.ipp>
#include <langexport/identity/impl/entra_endpoint.ipp>
#include <langexport/identity/impl/entra_workload_identity.ipp>
#include <langexport/identity/impl/identity_environment.ipp>
#include <langexport/identity/impl/identity_from_environment.ipp>
#include <langexport/identity/impl/identity_options.ipp>
#include <langexport/identity/impl/issuer_source.ipp>
#include <langexport/identity/impl/managed_identity.ipp>
#include <langexport/identity/impl/token_chain.ipp>
#include <langexport/impl/batch_options.ipp>
#include <langexport/impl/batch_summary.ipp>
#include <langexport/impl/client.ipp>
#include <langexport/impl/client_params.ipp>
#include <langexport/impl/credential.ipp>
#include <langexport/impl/endpoint.ipp>
#include <langexport/impl/environment.ipp>
#include <langexport/impl/error.ipp>
#include <langexport/impl/export_job.ipp>
#include <langexport/impl/export_project.ipp>
#include <langexport/impl/export_projects.ipp>
#include <langexport/impl/export_request.ipp>
#include <langexport/impl/export_status.ipp>
#include <langexport/impl/list_projects.ipp>
#include <langexport/impl/observer.ipp>
#include <langexport/impl/project_surface.ipp>
#include <langexport/impl/proxy.ipp>
#include <langexport/impl/request_quota.ipp>
#include <langexport/impl/result_sink.ipp>
#include <langexport/impl/resume_token.ipp>
#include <langexport/impl/tls_params.ipp>
#include <langexport/log/impl/line_logger.ipp>
#include <langexport/log/impl/printable.ipp>
#include <langexport/report/impl/export_report.ipp>
#include <langexport/report/impl/report_checkpoint.ipp>
#include <langexport/report/impl/report_line.ipp>
#include <langexport/report/impl/report_run.ipp>
#include <langexport/sink/impl/file_sink.ipp>
#include <langexport/sink/impl/normalizing_sink.ipp>
#include <langexport/sink/impl/sha256_sink.ipp>

#if !defined(_MSC_VER)
constinit thread_local char langexport_defines_LANGEXPORT_SEPARATE_COMPILATION_in_some_files_only =
    0;
#endif

#endif
