#ifndef LANGEXPORT_HPP
#define LANGEXPORT_HPP

/// @file
/// Everything that a program needs to export projects.

/// @namespace langexport
/// A client for the exports of Azure AI Language. The names are in the inline namespace `v0`.

/// @namespace langexport::v0
/// The names of this version. Write `langexport::export_project`, without `v0`.

#include <langexport/client.hpp>
#include <langexport/client_params.hpp>
#include <langexport/client_stats.hpp>
#include <langexport/credential.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/error.hpp>
#include <langexport/export_job.hpp>
#include <langexport/export_project.hpp>
#include <langexport/export_projects.hpp>
#include <langexport/export_request.hpp>
#include <langexport/export_status.hpp>
#include <langexport/exported_project.hpp>
#include <langexport/list_operations.hpp>
#include <langexport/list_projects.hpp>
#include <langexport/observer.hpp>
#include <langexport/project_surface.hpp>
#include <langexport/proxy.hpp>
#include <langexport/quota_source.hpp>
#include <langexport/request_functions.hpp>
#include <langexport/request_kind.hpp>
#include <langexport/request_quota.hpp>
#include <langexport/result_sink.hpp>
#include <langexport/resume_export.hpp>
#include <langexport/tls_params.hpp>
#include <langexport/version.hpp>

#endif
