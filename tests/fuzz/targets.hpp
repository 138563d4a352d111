#ifndef LANGEXPORT_TESTS_FUZZ_TARGETS_HPP
#define LANGEXPORT_TESTS_FUZZ_TARGETS_HPP

#include <cstddef>
#include <string_view>
#include <vector>

namespace langexport_tests::fuzz {

/// A reader of foreign bytes. Besides not crashing, each keeps the promises that its function checks. Its
/// inputs are in the folder of its name in the corpus.
class target {
public:
    const char* name;
    void (*run)(std::string_view input);
    std::size_t max_size; ///< Of an input that the fuzzer makes.
    int copies = 1000;    ///< Changed copies of each input of the corpus that the tests run.
    bool has_virtual_time = false; ///< libFuzzer cannot measure how long an input takes.
};

/// In the order of their names.
const std::vector<target>& all_targets();
/// Null if there is none of this name.
const target* find_target(std::string_view name);

void check_import(std::string_view text);
void check_result(std::string_view text);
void convert_offsets_of(std::string_view text);
void count_records(std::string_view text);
void handle_text(std::string_view text);
void hide_secrets(std::string_view text);
void name_files(std::string_view text);
void normalize_json(std::string_view text);
void open_tunnel(std::string_view text);
void play_issuer(std::string_view text);
void play_model(std::string_view text);
void play_service(std::string_view input);
void read_assertion_file(std::string_view text);
void read_certificates(std::string_view text);
void read_claims(std::string_view text);
void read_command(std::string_view text);
void read_config(std::string_view text);
void read_duration(std::string_view text);
void read_endpoint(std::string_view text);
void read_error(std::string_view text);
void read_exchange(std::string_view text);
void read_identity(std::string_view text);
void read_journal(std::string_view text);
void read_key(std::string_view text);
void read_link(std::string_view text);
void read_listing(std::string_view text);
void read_manifest(std::string_view text);
void read_metrics(std::string_view text);
void read_options(std::string_view text);
void read_order(std::string_view text);
void read_outline(std::string_view text);
void read_project(std::string_view text);
void read_proxy(std::string_view text);
void read_queue(std::string_view text);
void read_quota(std::string_view text);
void read_record(std::string_view text);
void read_redis_url(std::string_view text);
void read_report(std::string_view text);
void read_request(std::string_view text);
void read_result(std::string_view text);
void read_route(std::string_view text);
void read_run(std::string_view text);
void read_status(std::string_view text);
void read_times(std::string_view text);
void read_token(std::string_view text);
void read_url(std::string_view text);
void write_submission(std::string_view text);

} // namespace langexport_tests::fuzz

#endif
