// Keys from files and from the environment.

#include <langexport/file/key_file.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "unit/rejection.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

namespace key_file_test {

using namespace langexport;
using namespace langexport_tests;
namespace fs = std::filesystem;

namespace {

const std::string secret = "e58b081006f7e3dfc967a64cb14028d5";

std::string as_utf16(std::string_view text, bool is_big) {
    std::string bytes = is_big ? "\xFE\xFF" : "\xFF\xFE";
    for (const char c : text)
        bytes += is_big ? std::string(1, '\0') + c : std::string(1, c) + '\0';
    return bytes;
}

const struct {
    std::string text, why;
} no_keys[] = {
    {"", "has no key"},
    {" \r\n\t\n", "has no key"},
    {"\xEF\xBB\xBF" + secret + "\n", "begins with a byte order mark"},
    {as_utf16(secret + "\r\n", false), "is UTF-16"},
    {as_utf16(secret + "\r\n", true), "is UTF-16"},
    {as_utf16(secret, false).substr(2), "is UTF-16"},
    {"\"" + secret + "\"\n", "has quotation marks"},
    {"'" + secret + "'", "has quotation marks"},
    {"AZURE_LANGUAGE_KEY=" + secret + "\n", "has the form NAME=value"},
    {"export AZURE_LANGUAGE_KEY=\"" + secret + "\"", "has the form NAME=value"},
    {"AZURE_LANGUAGE_KEY=" + secret + "\nAZURE_LANGUAGE_ENDPOINT=https://x.example\n",
     "has the form NAME=value"},
    {"key = " + secret, "has the form NAME=value"},
    {"Ocp-Apim-Subscription-Key: " + secret, "has the form NAME=value"},
    {"# the key of the resource\n" + secret + "\n", "has a comment"},
    {secret + "\n# the key of the resource", "has a comment"},
    {secret + " # key 1", "has a comment"},
    {"// key\n" + secret, "has a comment"},
    {secret + "\n" + secret + "\n", "has several lines"},
    {secret + "\r\n\r\n" + secret, "has several lines"},
    {secret + " " + secret, "has a space in it"},
    {"{\"key1\":\"" + secret + "\"}", "is JSON"},
    {std::string(70'000, 'a'), "is too long for a key"},
    {std::string(600, 'a'), "has 600 characters; at most 512 are possible"},
    {"caf\xC3\xA9" + secret, "has a character that is not allowed"},
};

} // namespace

TEST_CASE("a file without a key is rejected with its name and the reason", "[key_file]") {
    const temporary_folder folder;
    const fs::path path = folder / "the.key";
    for (const auto& each : no_keys) {
        write_content(path, each.text);
        const auto rejected = rejection_of([&] { read_key_file(path); });
        CHECK(rejected.code == errc::invalid_configuration);
        CHECK_THAT(rejected.detail, contains_text("'" + path.string() + "' "));
        CHECK_THAT(rejected.detail, contains_text(each.why));
        CHECK_THAT(rejected.what, !contains_text(secret.substr(0, 8)));
    }
    for (const char* ending : {"", "\n", "\r\n", " \n\n", "\t"})
        for (const std::string& key :
             {secret, std::string("+key/with=signs%"), std::string("QUJD==")}) {
            write_content(path, key + ending);
            CHECK(read_key_file(path).is_in(key));
        }
}

TEST_CASE("an environment variable without a key is rejected with its name and the reason",
          "[key_file]") {
    const std::string name = "LANGEXPORT_TEST_KEY";
    for (const auto& each : no_keys) {
        if (each.text.find('\0') != std::string::npos || each.why == "has no key")
            continue;
        ::setenv(name.c_str(), each.text.c_str(), 1);
        const auto rejected = rejection_of([&] { read_key_variable(name); });
        CHECK(rejected.code == errc::invalid_configuration);
        CHECK_THAT(rejected.detail, contains_text("the environment variable " + name + " "));
        CHECK_THAT(rejected.detail, contains_text(each.why));
        CHECK_THAT(rejected.what, !contains_text(secret.substr(0, 8)));
    }
    for (const char* nothing : {"", "\n"}) {
        ::setenv(name.c_str(), nothing, 1);
        CHECK_THAT(rejection_of([&] { read_key_variable(name); }).detail,
                   contains_text("LANGEXPORT_TEST_KEY is not set"));
    }
    ::setenv(name.c_str(), (secret + "\r\n").c_str(), 1);
    CHECK(read_key_variable(name).is_in(secret));
    ::unsetenv(name.c_str());
}

TEST_CASE("a key file that others can write causes a warning", "[key_file]") {
    const temporary_folder folder;
    const fs::path path = folder / "the.key";
    write_content(path, secret);
    for (const unsigned mode : {0400U, 0600U, 0644U, 0640U}) {
        fs::permissions(path, static_cast<fs::perms>(mode));
        CHECK(key_file_warning(path).empty());
    }
    for (const unsigned mode : {0666U, 0620U, 0602U, 0646U}) {
        fs::permissions(path, static_cast<fs::perms>(mode));
        CHECK_THAT(key_file_warning(path),
                   contains_text("other users can write the key file '" + path.string() + "'"));
    }
    CHECK(key_file_warning(folder / "none").empty());
    CHECK(key_file_warning("/dev/null").empty());
}

} // namespace key_file_test
