#include <langexport/document/text_format.hpp>

#include <langexport/document/project_file.hpp>
#include <langexport/error.hpp>

#include "support/catch.hpp"

#include <string_view>
#include <utility>

namespace text_format_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::string_view_literals;

TEST_CASE("a file that is not JSON is recognized by its first bytes", "[project_file]") {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"\xFF\xFE{\0"sv, "UTF-16 (little-endian)"},
        {"\xFE\xFF\0{"sv, "UTF-16 (big-endian)"},
        {"{\0\"\0a\0"sv, "UTF-16 (little-endian)"},
        {"\0{\0\""sv, "UTF-16 (big-endian)"},
        {"\xFF\xFE\0\0{\0\0\0"sv, "UTF-32 (little-endian)"},
        {"\0\0\xFE\xFF\0\0\0{"sv, "UTF-32 (big-endian)"},
        {"{\0\0\0\"\0\0\0"sv, "UTF-32 (little-endian)"},
        {"\0\0\0{"sv, "UTF-32 (big-endian)"},
        {"<!DOCTYPE html><html>", "HTML or XML"},
        {"\xEF\xBB\xBF \r\n<html>", "HTML or XML"},
        {"<?xml version", "HTML or XML"},
        {"<<<<<<< HEAD\n{}\n=======\n", ""}, // a merge that was not resolved
        {"Question\tAnswer\tSource\nHow?\tSo.\t\n", "TSV (tab-separated values)"},
        {"\"How?\"\tSo.\n", "TSV (tab-separated values)"},
        {"PK\x03\x04\x14", "a zip archive"},
        {"\x1F\x8B\x08", "gzip"},
        {"", ""},
        {"{}", ""},
        {" [\t1]", ""},
        {"\xEF\xBB\xBF{\t}", ""},
        {"{\"a\":\"caf\xE9\"}", "text in another encoding"},
        {"[\"\xC3\xA9\xE2\x82", ""}, // cut
        {"7", ""},
        {"\"x\"\n", ""},
        {"hello", ""},
    };
    for (const auto& [beginning, format] : rows)
        CHECK(text_format_of(beginning) == format);
}

} // namespace text_format_test
