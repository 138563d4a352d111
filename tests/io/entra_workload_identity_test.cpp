// The token file of a workload identity. It is read before a connection is opened, for each token again.

#include <langexport/identity/entra_workload_identity.hpp>

#include "support/asked_source.hpp"
#include "support/catch.hpp"
#include "support/silent_listener.hpp"
#include "support/temporary_folder.hpp"
#include "unit/rejection.hpp"

#include <filesystem>
#include <string>

namespace entra_workload_identity_test {

using namespace langexport;
using langexport_tests::contains_text;
using langexport_tests::rejection_of;
using langexport_tests::source_answer;
using langexport_tests::temporary_folder;
using langexport_tests::write_content;

namespace {

// Nothing listens at the authority: a token file that can be used leads to a failed connection.
class workload {
public:
    workload() { write("head.body.sign"); }

    // What the error says if the file was read.
    std::string is_read() const { return authority_ + " gave no token for the workload identity"; }

    void write(const std::string& bytes) { write_content(file(), bytes); }
    std::filesystem::path file() const { return folder_ / "token"; }
    source_answer ask() const { return langexport_tests::ask(source_); }

private:
    entra_options unreachable() const {
        entra_options options("tenant", "app");
        options.authority_host = authority_;
        return options;
    }

    temporary_folder folder_;
    std::string authority_ = "http://127.0.0.1:" + std::to_string(langexport_tests::closed_port());
    bearer_token_source source_ = entra_workload_identity(unreachable(), file());
};

} // namespace

TEST_CASE("a workload identity without a path or with bad options is rejected",
          "[identity][entra_workload_identity]") {
    const auto rejected =
        rejection_of([] { entra_workload_identity(entra_options("tenant", "app"), ""); });
    CHECK(rejected.code == errc::invalid_configuration);
    CHECK_THAT(rejected.detail, contains_text("the path of the token file"));
    CHECK_THAT(rejection_of([] { entra_workload_identity(entra_options(), "/token"); }).detail,
               contains_text("entra_options::tenant_id is empty"));
    // The file may come later.
    CHECK(rejection_of([] {
              entra_workload_identity(entra_options("tenant", "app"), "/does/not/exist");
          }).what.empty());
}

TEST_CASE("a token file that cannot be used is an error that names it, and may pass",
          "[identity][entra_workload_identity]") {
    workload w;
    const char* word = "";
    SECTION("it does not exist") {
        std::filesystem::remove(w.file());
        word = "No such file";
    }
    SECTION("it is a folder") {
        std::filesystem::remove(w.file());
        std::filesystem::create_directory(w.file());
    }
    SECTION("it is empty") {
        w.write("");
        word = "is empty";
    }
    SECTION("it is blank") {
        w.write(" \r\n\n");
        word = "is empty";
    }
    SECTION("it has more than a token") {
        w.write("head.body.sign\nhead.body.sign\n");
        word = "has a character that no token has at byte 14";
    }
    SECTION("it is one byte too large") {
        w.write(std::string(64 * 1024 + 1, 'x'));
        word = "has more than 65536 bytes";
    }
    SECTION("it is huge") {
        w.write(std::string(1'000'000, 'x'));
        word = "has more than 65536 bytes";
    }
    const source_answer answer = w.ask();
    CHECK(answer.calls == 1);
    CHECK(answer.code() == errc::credential_unavailable);
    CHECK_FALSE(answer.is_permanent());
    CHECK_THAT(answer.what(), contains_text(w.file().string()) && contains_text(word));
    CHECK(answer.what().find("head.body") == std::string::npos);
    CHECK(answer.what().find(w.is_read()) == std::string::npos);
}

TEST_CASE("white space at the end of a token file is ignored, and it may have 64 KiB",
          "[identity][entra_workload_identity]") {
    workload w;
    for (const std::string& good :
         {std::string("head.body.sign"), std::string("head.body.sign\r\n"),
          std::string("head.body.sign \n\n"), std::string(64 * 1024 - 1, 'x') + "\n",
          std::string(64 * 1024, 'x')}) {
        w.write(good);
        CHECK_THAT(w.ask().what(), contains_text(w.is_read()));
    }
}

TEST_CASE("a token file is read again for each token", "[identity][entra_workload_identity]") {
    workload w;
    CHECK_THAT(w.ask().what(), contains_text(w.is_read()));
    w.write("not a token");
    CHECK_THAT(w.ask().what(), contains_text("has a character that no token has at byte 3"));
    std::filesystem::remove(w.file());
    CHECK_THAT(w.ask().what(), contains_text("No such file"));
    w.write("another.body.sign");
    CHECK_THAT(w.ask().what(), contains_text(w.is_read()));
}

} // namespace entra_workload_identity_test
