#include "fuzz/targets.hpp"

#include <algorithm>

namespace langexport_tests::fuzz {

const std::vector<target>& all_targets() {
    static const std::vector<target> all = {
        {"assertion", read_assertion_file, 512, 200},
        {"certificates", read_certificates, 4096, 200},
        {"claims", read_claims, 512},
        {"command", read_command, 512},
        {"config", read_config, 2048},
        {"content", check_result, 1024},
        {"duration", read_duration, 64},
        {"endpoint", read_endpoint, 512},
        {"error", read_error, 2048},
        {"exchange", read_exchange, 648, 400},
        {"identity", read_identity, 1024},
        {"import", check_import, 2048},
        {"issuer", play_issuer, 512, 200},
        {"journal", read_journal, 256, 200},
        {"key", read_key, 256, 200},
        {"link", read_link, 512},
        {"listing", read_listing, 2048},
        {"manifest", read_manifest, 2048},
        {"metrics", read_metrics, 1024},
        {"model", play_model, 1024, 200},
        {"names", name_files, 512},
        {"normal", normalize_json, 2048},
        {"offsets", convert_offsets_of, 256},
        {"options", read_options, 256},
        {"order", read_order, 1024},
        {"outline", read_outline, 1024},
        {"project", read_project, 4096},
        {"proxy", read_proxy, 512},
        {"queue", read_queue, 1024},
        {"quota", read_quota, 256},
        {"record", read_record, 1024},
        {"records", count_records, 256},
        {"redis", read_redis_url, 256},
        {"report", read_report, 2048},
        {"request", read_request, 1024},
        {"result", read_result, 2048},
        {"route", read_route, 512},
        {"run", read_run, 1024},
        {"secrets", hide_secrets, 128},
        {"service", play_service, 512, 100, true},
        {"status", read_status, 2048},
        {"submission", write_submission, 256},
        {"text", handle_text, 512},
        {"times", read_times, 256},
        {"token", read_token, 1024},
        {"tunnel", open_tunnel, 512, 200},
        {"url", read_url, 512},
    };
    return all;
}

const target* find_target(std::string_view name) {
    const auto& all = all_targets();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [name](const target& one) { return one.name == name; });
    return found == all.end() ? nullptr : &*found;
}

} // namespace langexport_tests::fuzz
