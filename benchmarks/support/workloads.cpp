#include "support/workloads.hpp"

#include <langexport/detail/protocol/link.hpp>
#include <langexport/detail/protocol/read_error.hpp>
#include <langexport/detail/protocol/read_status.hpp>
#include <langexport/detail/protocol/result_check.hpp>
#include <langexport/detail/protocol/submission.hpp>
#include <langexport/document/project_file.hpp>
#include <langexport/document/text_offset.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/export_job.hpp>
#include <langexport/export_request.hpp>

#include <memory>
#include <stdexcept>
#include <string_view>

namespace langexport_benchmarks {

namespace {

namespace detail = langexport::detail;

constexpr std::string_view service = "https://name.cognitiveservices.azure.com";

langexport::endpoint make_endpoint() {
    return langexport::endpoint::parse(std::string(service), false);
}

std::string job_link() {
    return std::string(service) + "/language/authoring/analyze-text/projects/Contracts/export/jobs/"
                                  "2c5b1a3e-0d1c-4a7e-9a55-0f6e3c9f8b21_638000000000000000"
                                  "?api-version=2023-04-01";
}

workload building_a_request() {
    return {"build a request", 0, [at = make_endpoint()] {
                const langexport::export_request request("Contracts");
                return detail::submission_target(at, "2023-04-01", request).size() +
                       detail::submission_body(request).size();
            }};
}

workload reading_a_status() {
    const std::string text =
        "{\"resultUrl\":\"" + job_link() +
        "\",\"jobId\":\"2c5b1a3e-0d1c-4a7e-9a55-0f6e3c9f8b21_638000000000000000\","
        "\"createdDateTime\":\"2026-01-01T10:00:00Z\","
        "\"lastUpdatedDateTime\":\"2026-01-01T10:00:01Z\","
        "\"expirationDateTime\":\"2026-01-08T10:00:00Z\",\"status\":\"succeeded\","
        "\"warnings\":[],\"errors\":[]}";
    return {"read a status", 0, [text] {
                langexport::export_status status(
                    langexport::export_job("Contracts", job_link(), {}));
                std::string why;
                if (!detail::read_status(text, 32, status, why))
                    throw std::runtime_error(why);
                return status.result_url.size();
            }};
}

workload reading_an_error() {
    const std::string text =
        R"({"error":{"code":"InvalidArgument","message":"The request cannot be carried out.",)"
        R"("target":"projects","details":[{"code":"ProjectNotFound","message":"There is no such )"
        R"(project."}],"innererror":{"code":"NotFound","message":"It was deleted."}}})";
    return {"read an error", 0,
            [text] { return detail::read_error(text, 32).most_specific_code().size(); }};
}

workload checking_an_origin() {
    return {"check the origin of a link", 0, [at = make_endpoint(), link = job_link()] {
                const auto resolved = detail::resolve_link(at, {}, link);
                if (resolved.failure)
                    throw std::runtime_error(resolved.why);
                return resolved.target.size();
            }};
}

workload converting_an_offset() {
    std::string text;
    for (int i = 0; i < 100; ++i)
        text += "Größe und Gewicht: 12 \xE2\x82\xAC, \xF0\x9F\x98\x80 und noch ein Satz. ";
    const auto middle = langexport::text_length(text, langexport::text_unit::utf16_code_units) / 2;
    return {"convert an offset", text.size(), [text, middle] {
                return static_cast<std::size_t>(langexport::convert_offset(
                    text, middle, langexport::text_unit::utf16_code_units,
                    langexport::text_unit::utf8_bytes));
            }};
}

std::string make_project_file(std::size_t documents) {
    std::string text = R"({"projectFileVersion":"2023-04-01","stringIndexType":"Utf16CodeUnit",)"
                       R"("metadata":{"projectKind":"CustomEntityRecognition","projectName":)"
                       R"("Contracts","storageInputContainerName":"texts","language":"en-us",)"
                       R"("multilingual":false,"settings":{}},"assets":{"projectKind":)"
                       R"("CustomEntityRecognition","entities":[{"category":"Party"},)"
                       R"({"category":"Amount"}],"documents":[)";
    for (std::size_t i = 0; i < documents; ++i) {
        text += i == 0 ? "" : ",";
        text += R"({"location":"contract-)" + std::to_string(i) +
                R"(.txt","language":"en-us","dataset":"Train","entities":[{"regionOffset":0,)"
                R"("regionLength":4096,"labels":[{"category":"Party","offset":120,"length":14},)"
                R"({"category":"Amount","offset":2210,"length":9}]}]})";
    }
    return text + "]}}";
}

workload parsing_a_project_file() {
    const auto text = std::make_shared<const std::string>(make_project_file(1000));
    return {"parse a project file", text->size(),
            [text] { return langexport::parse_project_file(*text).metadata.project_name.size(); }};
}

workload checking_a_result() {
    const auto text = std::make_shared<const std::string>(make_project_file(1000));
    return {"check a result", text->size(), [text] {
                detail::result_check check("application/json", {});
                check.take(*text);
                if (const auto problem = check.problem_at_end())
                    throw std::runtime_error(problem->detail);
                return check.project_name().size();
            }};
}

} // namespace

std::vector<workload> make_workloads() {
    return {building_a_request(), reading_a_status(),     reading_an_error(),
            checking_an_origin(), converting_an_offset(), parsing_a_project_file(),
            checking_a_result()};
}

} // namespace langexport_benchmarks
