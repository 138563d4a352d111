// The fields of objects in a config.

#include "examples/tool/config_fields.hpp"

#include "examples/tool/located_json.hpp"
#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace config_fields_test {

using namespace tool;
using namespace langexport_tests;
using langexport::errc;

namespace {

constexpr std::string_view known_fields[] = {"name", "file", "count"};

// A text with one object, which is at a path of a config.
class object_bench {
public:
    explicit object_bench(std::string json, std::string path = "resources[0]")
        : text_(std::move(json)), path_(std::move(path)), fields(text_, "/etc/own/backup.json") {
        located_error wrong;
        REQUIRE(parse_located_json(text_, value_, wrong));
    }
    object_bench(const object_bench&) = delete;
    object_bench& operator=(const object_bench&) = delete;

    config_value object() const { return {value_, path_}; }
    template <class Call>
    std::string rejected(Call call) const {
        const auto rejection = rejection_of(call);
        CHECK(rejection.code == errc::invalid_configuration);
        return rejection.detail;
    }

private:
    std::string text_, path_;
    located_value value_;

public:
    config_fields fields;
};

} // namespace

TEST_CASE("an error names the file, the line, the column and the field", "[config_fields]") {
    const object_bench bench("{}");
    const auto reject = [&](const std::string& path, const std::string& why) {
        return bench.rejected([&] { bench.fields.reject(1, path, why); });
    };
    CHECK(reject("a.b", "is empty") == "backup.json:1:2: a.b is empty");
    CHECK(reject("", "is empty") == "backup.json:1:2: is empty");
    CHECK(reject("a", ": of the library") == "backup.json:1:2: a: of the library");
    // One printable line, whatever the file contains.
    CHECK(reject("a", "is '\x1b[2J\n'") == "backup.json:1:2: a is ' [2J '");
    CHECK(reject("a", std::string(2000, 'x')).size() < 700);
    CHECK(bench.fields.place(1, "") == "backup.json:1:2");
    CHECK(bench.fields.place(1, "resources[1]") == "backup.json:1:2: resources[1]");
}

TEST_CASE("an object has known fields only, each once", "[config_fields]") {
    const auto rejected = [](const std::string& json, const std::string& path = "resources[0]") {
        const object_bench bench(json, path);
        return bench.rejected([&] { bench.fields.check_fields(bench.object(), known_fields); });
    };
    const object_bench good(R"({"count":1,"name":"n"})");
    CHECK_NOTHROW(good.fields.check_fields(good.object(), known_fields));
    CHECK(rejected("[]") == "backup.json:1:1: resources[0] must be an object, it is an array");
    CHECK(rejected(R"({"nam":"n"})") ==
          "backup.json:1:2: resources[0]: unknown field 'nam'; did you mean 'name'?");
    CHECK(rejected(R"({"nam":"n"})", "") ==
          "backup.json:1:2: unknown field 'nam'; did you mean 'name'?");
    CHECK(rejected("{\"name\":\"n\",\n\"name\":\"n\"}") ==
          "backup.json:2:1: resources[0].name occurs twice");
}

TEST_CASE("a field that is required must exist", "[config_fields]") {
    const object_bench bench(R"({"name":"n"})");
    const config_value found = bench.fields.require(bench.object(), "name");
    CHECK(found.path == "resources[0].name");
    CHECK(found.value->text == "n");
    CHECK(bench.rejected([&] { bench.fields.require(bench.object(), "file"); }) ==
          "backup.json:1:1: resources[0] lacks 'file'");
    const object_bench file(R"({"name":"n"})", "");
    CHECK(file.fields.require(file.object(), "name").path == "name");
    CHECK(file.rejected([&] { file.fields.require(file.object(), "file"); }) ==
          "backup.json:1:1: the file lacks 'file'");
    CHECK_FALSE(config_fields::find(bench.object(), "file").has_value());
}

TEST_CASE("a text is a string that is not empty and has no zero byte", "[config_fields]") {
    const object_bench bench(R"({"name":"n","file":"","count":7,"zero":"a\u0000b"})");
    CHECK(bench.fields.text_or(bench.object(), "name", "other") == "n");
    CHECK(bench.fields.text_or(bench.object(), "absent", "other") == "other");
    const auto rejected = [&](std::string_view name) {
        return bench.rejected([&] { bench.fields.text_or(bench.object(), name, "other"); });
    };
    CHECK(rejected("file") == "backup.json:1:20: resources[0].file is empty");
    CHECK(rejected("count") ==
          "backup.json:1:31: resources[0].count must be a string, it is a number");
    CHECK(rejected("zero") == "backup.json:1:40: resources[0].zero has a zero byte");
}

TEST_CASE("a path is relative to the folder of the config", "[config_fields]") {
    const object_bench bench(R"({"file":"k","name":"/k"})");
    CHECK(bench.fields.path_or_none(bench.object(), "file") == "/etc/own/k");
    CHECK(bench.fields.path_or_none(bench.object(), "name") == "/k");
    CHECK(bench.fields.path_or_none(bench.object(), "absent").empty());
}

TEST_CASE("a count is a whole number, and keeps its value without the field", "[config_fields]") {
    const auto read = [](const std::string& number) {
        const object_bench bench("{\"count\":" + number + "}");
        std::size_t count = 5;
        bench.fields.read_count(bench.object(), "count", count);
        return count;
    };
    CHECK(read("0") == 0);
    CHECK(read("12") == 12);
    const std::size_t largest = (std::numeric_limits<std::size_t>::max)();
    CHECK(read(std::to_string(largest)) == largest);
    const object_bench bench("{}");
    std::size_t count = 5;
    bench.fields.read_count(bench.object(), "count", count);
    CHECK(count == 5);
    for (const char* wrong : {"-1", "1.5", "1e3", "18446744073709551616"}) {
        INFO(wrong);
        const object_bench one("{\"count\":" + std::string(wrong) + "}");
        CHECK(one.rejected([&] { one.fields.read_count(one.object(), "count", count); }) ==
              "backup.json:1:10: resources[0].count must be a whole number, 0 or more");
    }
    CHECK(count == 5);
    const object_bench word(R"({"count":"7"})");
    CHECK_THAT(word.rejected([&] { word.fields.read_count(word.object(), "count", count); }),
               contains_text("must be a number, it is a string"));
}

TEST_CASE("the name of a field in a message is short and printable", "[config_fields]") {
    CHECK(config_fields::printable_name("a\nb") == "a b");
    CHECK(config_fields::printable_name(std::string(500, 'x')).size() <= 64);
    const object_bench bench("{}");
    CHECK(config_fields::member_path(bench.object(), "a\x1b") == "resources[0].a ");
}

} // namespace config_fields_test
