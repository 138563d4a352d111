#include <langexport/detail/base/name_table.hpp>
#include <langexport/document/project_data.hpp>
#include <langexport/export_status.hpp>
#include <langexport/log/line_logger.hpp>
#include <langexport/project_surface.hpp>
#include <langexport/testing/project.hpp>

#include "support/catch.hpp"

#include <string_view>
#include <vector>

namespace name_table_test {

using namespace langexport;

namespace {

enum class color { red, green, blue };

constexpr detail::named_value<color> color_names[] = {
    {color::red, "red"}, {color::green, "green"}, {color::red, "Crimson"}};

} // namespace

TEST_CASE("one table has the names that are written and those that are read", "[name_table]") {
    CHECK(detail::name_in(color_names, color::red) == "red");
    CHECK(detail::name_in(color_names, color::green) == "green");
    CHECK(detail::name_in(color_names, color::blue) == "unknown");
    CHECK(detail::name_in(color_names, color::blue, "none") == "none");
    CHECK(detail::value_in(color_names, "green") == color::green);
    CHECK(detail::value_in(color_names, "Crimson") == color::red);
    for (const std::string_view other : {"", "blue", "unknown", "GREEN", "crimson", "green "}) {
        INFO(other);
        CHECK_FALSE(detail::value_in(color_names, other));
    }
    CHECK(detail::value_in_any_case(color_names, "GREEN") == color::green);
    CHECK(detail::value_in_any_case(color_names, "crimson") == color::red);
    CHECK_FALSE(detail::value_in_any_case(color_names, "blue"));
    CHECK(detail::values_in(color_names) ==
          std::vector<color>{color::red, color::green, color::red});
    CHECK(detail::names_in(color_names) == "red, green, Crimson");
    CHECK(detail::names_in(color_names, " or ") == "red, green or Crimson");
    CHECK(detail::names_in(std::vector<detail::named_value<color>>{{color::red, "red"}}, " or ") ==
          "red");
}

TEST_CASE("a name that is written is read as the same value", "[name_table]") {
    for (const project_surface surface : detail::all_surfaces())
        CHECK(project_surface_of(to_string(surface)) == surface);
    CHECK(detail::all_surfaces().size() == 3);
    CHECK(detail::surface_choice() ==
          "analyze-text, analyze-conversations or query-knowledgebases");
    for (int i = 0; i < 5; ++i) {
        const auto level = static_cast<log_level>(i);
        CHECK(parse_log_level(to_string(level)) == level);
    }
    CHECK(detail::log_level_choice() == "error, warning, info, debug or trace");
    CHECK_FALSE(parse_log_level("unknown"));
    CHECK(to_string(static_cast<log_level>(5)) == "unknown");
    for (int i = 0; i < 8; ++i) {
        const auto status = static_cast<job_status>(i);
        CHECK(detail::job_status_of(to_string(status)) == status);
    }
    for (int i = 0; i < 10; ++i) {
        const auto kind = static_cast<project_kind>(i);
        CHECK(project_kind_of(to_string(kind)) == kind);
    }
}

TEST_CASE("the emulator's kinds and ends have the service's names", "[name_table]") {
    const auto kinds = langexport::testing::sample_kinds();
    REQUIRE(kinds.size() == 9);
    CHECK(to_string(kinds.front()) == "CustomSingleLabelClassification");
    for (const auto kind : kinds)
        CHECK(project_kind_of(to_string(kind)) != project_kind::unknown);
    const auto ends = langexport::testing::job_ends();
    REQUIRE(ends.size() == 5);
    CHECK(to_string(ends.back()) == "never");
    for (const auto end : ends)
        CHECK(is_terminal(detail::job_status_of(to_string(end))) ==
              (end != langexport::testing::job_end::never));
}

} // namespace name_table_test
