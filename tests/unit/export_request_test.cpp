#include <langexport/export_request.hpp>

#include <langexport/client_params.hpp>

#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <chrono>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

namespace export_request_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;

TEST_CASE("a request with common fields is valid", "[export_request]") {
    for (const auto name : {"p", "My-Project_1.0", "gr\u00fc\u00df \u20ac", "a/b?c#d", "..."}) {
        INFO(name);
        CHECK_NOTHROW(validate(export_request(name), "2022-05-01"));
    }
    export_request request("p");
    request.trained_model_label = "model 1";
    request.asset_kind = "intents";
    request.assets_to_export.clear();
    request.deadline = 1ms;
    request.job_timeout = 24h * 366;
    CHECK_NOTHROW(validate(request, "2023-04-01"));
    CHECK_NOTHROW(validate(request, "2025-05-15-preview"));
}

TEST_CASE("an invalid request is rejected with its field and the position", "[export_request]") {
    const auto repeated = [](std::string_view text, int times) {
        std::string result;
        for (int i = 0; i < times; ++i)
            result += text;
        return result;
    };
    struct {
        std::function<void(export_request&)> spoil;
        std::string why;
    } const cases[] = {
        {[](auto& r) { r.project_name.clear(); }, "project_name is empty"},
        {[&](auto& r) { r.project_name = repeated("\u20ac", 101); },
         "project_name has 101 characters; at most 100 are possible"},
        {[](auto& r) { r.project_name = "a\nb"; },
         "project_name has a control character at byte 1"},
        {[](auto& r) { r.project_name = std::string("ab\0", 3); },
         "project_name has a control character at byte 2"},
        {[](auto& r) { r.project_name = "a\x7f"; },
         "project_name has a control character at byte 1"},
        {[](auto& r) { r.project_name = "a\u0085"; },
         "project_name has a control character at byte 1"},
        {[](auto& r) { r.project_name = "caf\xe9"; }, "project_name is not UTF-8 at byte 3"},
        {[](auto& r) { r.project_name = "."; }, "project_name '.' would be taken for a step"},
        {[](auto& r) { r.project_name = ".."; }, "project_name '..' would be taken for a step"},
        {[](auto& r) { r.string_index_type.clear(); }, "string_index_type must be 1 to 64"},
        {[](auto& r) { r.string_index_type.assign(65, 'a'); }, "string_index_type must be"},
        {[](auto& r) { r.string_index_type = "Utf16&x"; }, "string_index_type must be"},
        {[&](auto& r) { r.trained_model_label = repeated("m", 257); },
         "trained_model_label has 257 characters"},
        {[](auto& r) { r.trained_model_label = "m\t"; },
         "trained_model_label has a control character at byte 1"},
        {[&](auto& r) { r.asset_kind = repeated("k", 257); }, "asset_kind has 257 characters"},
        {[](auto& r) { r.asset_kind = "\x80"; }, "asset_kind is not UTF-8 at byte 0"},
        {[](auto& r) { r.assets_to_export.assign(1001, "a"); },
         "assets_to_export has more than 1,000 names"},
        {[](auto& r) {
             r.assets_to_export = {"a", ""};
         },
         "assets_to_export has an empty name"},
        {[&](auto& r) { r.assets_to_export = {repeated("a", 257)}; },
         "assets_to_export has 257 characters"},
        {[](auto& r) { r.assets_to_export = {"a\n"}; }, "assets_to_export has a control character"},
        {[](auto& r) { r.deadline = 1ms - 1ns; }, "deadline must be from 1 ms to 366 days"},
        {[](auto& r) { r.deadline = 24h * 366 + 1ns; }, "deadline must be from 1 ms to 366 days"},
        {[](auto& r) { r.job_timeout = -1s; }, "job_timeout must be from 1 ms to 366 days"},
        {[](auto& r) { r.priority = static_cast<request_priority>(3); },
         "priority is none of the enumerators of request_priority"},
        {[](auto& r) { r.job_timeout = 24h * 366 + 1ns; }, "job_timeout must be from"},
    };
    for (const auto& each : cases) {
        INFO(each.why);
        export_request request("p");
        each.spoil(request);
        const auto rejected = rejection_of([&] { validate(request, "2023-04-01"); });
        CHECK(rejected.code == errc::invalid_request);
        CHECK_THAT(rejected.detail, contains_text("export_request::" + each.why));
        CHECK(detail::find_invalid_utf8(rejected.what) == std::string::npos);
    }
    export_request request(repeated("\u20ac", 100));
    request.trained_model_label = request.asset_kind = repeated("\u20ac", 256);
    request.assets_to_export.assign(1000, repeated("\u20ac", 256));
    CHECK_NOTHROW(validate(request, "2023-04-01"));
}

TEST_CASE("a model label is rejected for versions that do not support it", "[export_request]") {
    export_request request("p");
    request.trained_model_label = "m";
    const auto rejected = rejection_of([&] { validate(request, "2022-05-01"); });
    CHECK(rejected.detail == "export_request::trained_model_label needs api-version 2023-04-01 or "
                             "later; client_params::api_version is 2022-05-01");
}

} // namespace export_request_test
