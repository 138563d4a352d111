#ifndef LANGEXPORT_TESTS_UNIT_DOCUMENT_REJECTED_PROJECT_HPP
#define LANGEXPORT_TESTS_UNIT_DOCUMENT_REJECTED_PROJECT_HPP

#include <langexport/document/project_file.hpp>
#include <langexport/error.hpp>

#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <string>
#include <string_view>

namespace langexport_tests {

inline langexport::project_file parse_in_pieces(std::string_view text, std::size_t size) {
    langexport::project_file_parser parser;
    for (std::size_t at = 0; at < text.size(); at += size)
        parser.write(text.substr(at, size));
    return parser.finish();
}

/// The reason why a text is not a project file.
inline std::string rejected(std::string_view text) {
    const auto rejection = rejection_of([&] { langexport::parse_project_file(text); });
    CHECK(rejection.code == langexport::errc::malformed_document);
    // The place is the same in pieces; the byte is close.
    const auto in_pieces = rejection_of([&] { parse_in_pieces(text, 1); });
    CHECK(in_pieces.code == rejection.code);
    const auto without_byte = [](const std::string& why) {
        return why.starts_with("byte ") ? why.substr(why.find(':')) : why;
    };
    CHECK(without_byte(in_pieces.detail) == without_byte(rejection.detail));
    return rejection.detail;
}

inline std::string in_documents(const std::string& document,
                                const std::string& kind = "Conversation") {
    return R"({"metadata":{"projectKind":")" + kind + R"("},"assets":{"documents":[)" + document +
           "]}}";
}

} // namespace langexport_tests

#endif
