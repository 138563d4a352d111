#include "examples/tool/copy_words.hpp"

#include "support/catch.hpp"

#include <langexport/error.hpp>
#include <langexport/export_job.hpp>
#include <langexport/impl/errc_table.hpp>

#include <string>

namespace copy_words_test {

using namespace langexport_tests;

TEST_CASE("messages of copy_project name no class of the library", "[tool][copy_words]") {
    CHECK(tool::in_words_of_copy("check (export_request::surface: analyze-text) and "
                                 "client_params::endpoint, client_params::max_pending.") ==
          "check (SURFACE: analyze-text) and the endpoint, max pending.");
    CHECK(tool::in_words_of_copy("a\nb") == "a b");
    for (const langexport::detail::errc_row& row : langexport::detail::errc_table) {
        const std::string text = std::string(row.message) + "; " + row.advice + "; " +
                                 langexport::detail::resume_advice + "; " +
                                 langexport::detail::token_advice;
        const std::string shown = tool::in_words_of_copy(text);
        CAPTURE(shown);
        for (const char* word : {"::", "()", "_params", "_result", "token is kept", "_timeout"})
            CHECK_THAT(shown, !contains_text(word));
        CHECK_THAT(shown, contains_text("copy the project again"));
    }
}

} // namespace copy_words_test
