// Results of the emulator: bytes, files and generated project files, produced piece by piece.

#include <langexport/testing/body_source.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/system/system_error.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace body_source_test {

namespace testing = langexport::testing;

namespace {

using langexport_tests::contains_text;
using langexport_tests::temporary_folder;
using langexport_tests::write_content;
using testing::body_source;
using testing::content_type_of;
using testing::export_wish;
using testing::open_result;
using testing::project;
using testing::sample_kind;

std::string read_all(body_source& source, std::size_t piece = 1000) {
    std::string all;
    std::string part(piece, '\0');
    while (const std::size_t count = source.read(part.data(), part.size()))
        all.append(part, 0, count);
    CHECK(source.read(part.data(), part.size()) == 0); // the end stays the end
    return all;
}

std::string result_of(const project& p, const export_wish& wish = export_wish()) {
    const auto source = open_result(p, wish);
    REQUIRE(source);
    const std::uint64_t size = source->size();
    std::string all = read_all(*source);
    CHECK(all.size() == size);
    return all;
}

export_wish wish_of(const char* format, const char* asset_kind = "") {
    export_wish wish;
    wish.format = format;
    wish.asset_kind = asset_kind;
    return wish;
}

project of_kind(sample_kind kind) {
    project p("Demo");
    p.kind = kind;
    return p;
}

std::string text(const boost::json::value& value) {
    return std::string(value.as_string());
}

} // namespace

TEST_CASE("a result is the project's bytes, else its file, else a generated file",
          "[emulator][body_source]") {
    const temporary_folder folder;
    project p("Demo");
    CHECK(boost::json::parse(result_of(p)).at("assets").at("documents").as_array().size() == 1);
    p.document_file = (folder / "result").string();
    write_content(folder / "result", "the file");
    CHECK(result_of(p) == "the file");
    write_content(folder / "result", "the file again"); // it is read for each request
    CHECK(result_of(p) == "the file again");
    p.document = std::make_shared<const std::string>("the bytes");
    CHECK(result_of(p) == "the bytes");
    p.document = std::make_shared<const std::string>(); // an empty result is one, too
    CHECK(result_of(p).empty());
}

TEST_CASE("a file that cannot be opened has no result", "[emulator][body_source]") {
    const temporary_folder folder;
    project p("Demo");
    for (const std::string& bad : {(folder / "none").string(), folder.path().string()}) {
        p.document_file = bad;
        CHECK_FALSE(open_result(p, export_wish()));
    }
    write_content(folder / "empty", "");
    p.document_file = (folder / "empty").string();
    CHECK(result_of(p).empty());
}

TEST_CASE("an unreadable file is an error, not a shorter result", "[emulator][body_source]") {
    project p("Demo");
    p.document_file = "/proc/self/mem"; // can be opened, but not read at its beginning
    const auto source = open_result(p, export_wish());
    REQUIRE(source);
    char byte = 0;
    CHECK_THROWS_AS(source->read(&byte, 1), boost::system::system_error);
}

TEST_CASE("a result is the same in pieces of any size", "[emulator][body_source]") {
    const auto [kind, format] = GENERATE(std::pair(sample_kind::entity_recognition, ""),
                                         std::pair(sample_kind::conversation, "Luis"),
                                         std::pair(sample_kind::question_answering, "tsv"),
                                         std::pair(sample_kind::question_answering, "excel"));
    project p = of_kind(kind);
    p.documents = 40;
    const std::string whole = result_of(p, wish_of(format));
    for (const std::size_t piece : {std::size_t(1), std::size_t(7), whole.size()})
        CHECK(read_all(*open_result(p, wish_of(format)), piece) == whole);
}

TEST_CASE("a generated result is JSON of the project's kind and has the announced size",
          "[emulator][body_source]") {
    const auto kind =
        GENERATE(sample_kind::single_label_classification, sample_kind::multi_label_classification,
                 sample_kind::entity_recognition, sample_kind::healthcare,
                 sample_kind::text_sentiment, sample_kind::abstractive_summarization);
    const auto documents = GENERATE(0U, 1U, 4U, 5U, 6U, 10U, 1234U);
    project p("De\"mo\xC3\xA9");
    p.kind = kind;
    p.documents = documents;
    p.language = "de";
    p.kind_comes_last = documents % 2 == 0;
    const std::string all = result_of(p);
    const boost::json::value v = boost::json::parse(all);
    CHECK(text(v.at("metadata").at("projectKind")) == to_string(kind));
    CHECK(text(v.at("metadata").at("projectName")) == p.name);
    CHECK(text(v.at("metadata").at("language")) == "de");
    const auto& assets = v.at("assets").as_object();
    CHECK(text(assets.at("projectKind")) == to_string(kind));
    CHECK((assets.begin()->key() == "projectKind") == !p.kind_comes_last);
    CHECK(assets.at("documents").as_array().size() == documents);
}

TEST_CASE("a generated result has exactly the configured size", "[emulator][body_source]") {
    const auto size = GENERATE(600U, 1000U, 1001U, 1100U, 65536U, 1000000U);
    project p = of_kind(sample_kind::entity_recognition);
    p.result_size = size;
    const std::string all = result_of(p);
    CHECK(all.size() == size);
    CHECK(boost::json::parse(all).is_object());
}

TEST_CASE("a generated file of any surface has exactly the configured size",
          "[emulator][body_source]") {
    struct row {
        sample_kind kind;
        const char* format;
        const char* assets;
    };
    const auto r = GENERATE(
        row{sample_kind::conversation, "", ""}, row{sample_kind::conversation, "Luis", ""},
        row{sample_kind::orchestration, "", ""}, row{sample_kind::question_answering, "", ""},
        row{sample_kind::question_answering, "json", "qnas"},
        row{sample_kind::question_answering, "json", "synonyms"},
        row{sample_kind::question_answering, "tsv", ""},
        row{sample_kind::question_answering, "tsv", "synonyms"});
    CAPTURE(static_cast<int>(r.kind), r.format, r.assets);
    project p = of_kind(r.kind);
    p.documents = 23;
    for (const std::uint64_t size : {0U, 3000U, 3001U, 54321U}) {
        p.result_size = size;
        const std::string all = result_of(p, wish_of(r.format, r.assets));
        if (size != 0)
            CHECK(all.size() == size);
        if (std::string_view(r.format) != "tsv")
            CHECK(boost::json::parse(all).is_object());
    }
}

TEST_CASE("a size that is too small for a result is the size of one without documents",
          "[emulator][body_source]") {
    project p("Demo");
    p.result_size = 10;
    const std::string all = result_of(p);
    CHECK(all.size() > 10);
    CHECK(boost::json::parse(all).at("assets").at("documents").as_array().empty());
}

TEST_CASE("a generated result has the version and the unit that were requested",
          "[emulator][body_source]") {
    export_wish wish;
    wish.api_version = "2025-05-15-preview";
    wish.string_index_type = "Utf8CodeUnit";
    const boost::json::value v = boost::json::parse(result_of(project("Demo"), wish));
    CHECK(text(v.at("projectFileVersion")) == "2025-05-15-preview");
    CHECK(text(v.at("stringIndexType")) == "Utf8CodeUnit");
}

TEST_CASE("the content type is that of the requested form, in any letter case, or the project's",
          "[emulator][body_source]") {
    const std::string json = "application/json; charset=utf-8";
    const std::string table = "text/tab-separated-values; charset=utf-8";
    const std::string book = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    project base = of_kind(sample_kind::question_answering);
    CHECK(content_type_of(base, wish_of("")) == json);
    CHECK(content_type_of(base, wish_of("JSON")) == json);
    CHECK(content_type_of(base, wish_of("TSV")) == table);
    CHECK(content_type_of(base, wish_of("Excel")) == book);
    CHECK(result_of(base, wish_of("TSV")).starts_with("Question\tAnswer\t"));
    CHECK(result_of(base, wish_of("Excel")).starts_with("PK\x03\x04"));
    for (const sample_kind kind : {sample_kind::healthcare, sample_kind::conversation})
        for (const char* format : {"", "tsv", "excel"})
            CHECK(content_type_of(of_kind(kind), wish_of(format)) == json);
    base.content_type = "text/plain";
    CHECK(content_type_of(base, wish_of("tsv")) == "text/plain");
}

TEST_CASE("tables can be in a zip archive, which names them", "[emulator][body_source]") {
    project base = of_kind(sample_kind::question_answering);
    const std::string table = result_of(base, wish_of("tsv"));
    const std::string json = result_of(base);
    base.zips_tables = true;
    CHECK(content_type_of(base, wish_of("tsv")) == "application/zip");
    const std::string archive = result_of(base, wish_of("tsv"));
    CHECK(archive.starts_with("PK\x03\x04"));
    CHECK_THAT(archive, contains_text("Demo.tsv") && contains_text(table));
    CHECK(content_type_of(base, wish_of("excel")) == "application/zip");
    CHECK_THAT(result_of(base, wish_of("excel")), contains_text("Demo.xlsx"));
    CHECK(content_type_of(base, wish_of("")) == "application/json; charset=utf-8");
    CHECK(result_of(base) == json);
}

TEST_CASE("a filler of any size consists of spaces", "[emulator][body_source]") {
    for (const std::size_t size :
         {std::size_t(0), std::size_t(1), std::size_t(999), std::size_t(1000), std::size_t(1001)}) {
        const auto filler = testing::open_filler(size);
        CHECK(filler->size() == size);
        CHECK(read_all(*filler) == std::string(size, ' '));
    }
    const auto huge = testing::open_filler(std::uint64_t(1) << 60U); // without memory for it
    CHECK(huge->size() == std::uint64_t(1) << 60U);
    std::string part(100, 'x');
    CHECK(huge->read(part.data(), part.size()) == part.size());
    CHECK(part == std::string(100, ' '));
}

} // namespace body_source_test
