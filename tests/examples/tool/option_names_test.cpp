#include "examples/tool/option_names.hpp"

#include "support/catch.hpp"

#include <langexport/impl/errc_table.hpp>

#include <string>

namespace option_names_test {

TEST_CASE("messages name options instead of fields", "[tool][options]") {
    CHECK(tool::with_option_names("client_params::polling.max_interval is 0 s, "
                                  "client_params::polling.max_interval") ==
          "--poll-max is 0 s, --poll-max");
    CHECK(tool::with_option_names("entra_options::ca_folder: none") == "--ca-folder: none");
    CHECK(tool::with_option_names("entra_options::ca_folder: none", true) == "\"ca_folder\": none");
    CHECK(tool::with_option_names("plain") == "plain");
    const std::string lost = langexport::detail::unconfirmed_advice;
    CHECK(tool::with_option_names("no response was received; " + lost) ==
          "no response was received; a job may be running: --resume submits again, which does no "
          "harm");
    CHECK(tool::with_option_names(langexport::detail::partial_import_advice + std::string("; ") +
                                  langexport::detail::token_advice) ==
          "see the service's reason; --resume imports the whole document again");
    CHECK(tool::with_option_names("failed: the source could not deliver the document: cannot read "
                                  "'A.json'; see the cause") == "failed: cannot read 'A.json'");
}

} // namespace option_names_test
