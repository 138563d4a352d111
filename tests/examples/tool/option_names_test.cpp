#include "examples/tool/option_names.hpp"

#include "support/catch.hpp"

TEST_CASE("messages name options instead of fields", "[tool][options]") {
    CHECK(tool::with_option_names("client_params::polling.max_interval is 0 s, "
                                  "client_params::polling.max_interval") ==
          "--poll-max is 0 s, --poll-max");
    CHECK(tool::with_option_names("entra_options::ca_folder: none") == "--ca-folder: none");
    CHECK(tool::with_option_names("entra_options::ca_folder: none", true) == "\"ca_folder\": none");
    CHECK(tool::with_option_names("plain") == "plain");
}
