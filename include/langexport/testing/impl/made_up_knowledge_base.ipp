#ifndef LANGEXPORT_TESTING_IMPL_MADE_UP_KNOWLEDGE_BASE_IPP
#define LANGEXPORT_TESTING_IMPL_MADE_UP_KNOWLEDGE_BASE_IPP

#include <langexport/testing/impl/made_up_knowledge_base.hpp>
#include <langexport/testing/impl/made_up_text.hpp>
#include <langexport/testing/impl/service_versions.hpp>
#include <langexport/testing/impl/wire_format.hpp>
#include <langexport/testing/impl/workbook.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

inline bool is_for_synonyms(const export_wish& wish) {
    return equal_ignoring_case(wish.asset_kind, "synonyms");
}

inline std::string numbered(std::string_view words, std::uint64_t i) {
    std::string text(words);
    append_number(text, i + 1, 9);
    return text;
}

// Indented like the service's own knowledge bases.
class made_up_answers final : public made_up_file {
public:
    made_up_answers(const project& p, const export_wish& wish)
        : has_only_synonyms_(is_for_synonyms(wish)) {
        before_filler = "{\n  \"metadata\": {\n    \"projectName\": " + json_text(p.name) +
                        ",\n    \"description\": " + open_json_text(p.description);
        after_filler =
            "\",\n    \"language\": " + json_text(p.language) +
            ",\n    \"multilingualResource\": " + (p.is_multilingual ? "true" : "false") +
            ",\n    \"settings\": {\n"
            "      \"defaultAnswer\": \"No answer found.\"\n    }";
        if (is_since(wish.api_version, semantic_ranking_since))
            after_filler += ",\n    \"configureSemanticRanking\": false";
        after_filler += "\n  },\n  \"assets\": {\n";
        if (wish.asset_kind.empty())
            after_filler +=
                "    \"synonyms\": [\n      {\n        \"alterations\": [\n"
                "          \"number\",\n          \"no.\"\n        ]\n      }\n    ],\n";
        after_filler += has_only_synonyms_ ? "    \"synonyms\": [\n" : "    \"qnas\": [\n";
        separator = ",\n";
        tail = "\n    ]\n  }\n}\n";
    }

    void append_item(std::string& output, std::uint64_t i) const override {
        if (has_only_synonyms_) {
            output += "      {\n        \"alterations\": [\n          \"" + numbered("word ", i) +
                      "\",\n          \"" + numbered("w", i) + "\"\n        ]\n      }";
            return;
        }
        // JSON numbers must not begin with zeros, so spaces pad the digits.
        std::string id = std::to_string(i + 1) + ",";
        id.append(10 - std::min<std::size_t>(10, id.size()), ' ');
        output +=
            "      {\n        \"id\": " + id + "\n        \"answer\": \"" +
            numbered("The answer is ", i) +
            ".\",\n        \"source\": \"Editorial\",\n        \"questions\": [\n          \"" +
            numbered("What is number ", i) +
            "?\"\n        ],\n        \"metadata\": {},\n        \"dialog\": {\n"
            "          \"isContextOnly\": false,\n          \"prompts\": []\n        }\n      }";
    }

private:
    bool has_only_synonyms_;
};

// The columns of a row; of the heading if there is no number.
inline std::vector<std::string> columns(bool synonyms, const std::uint64_t* i) {
    if (synonyms)
        return i ? std::vector<std::string>{numbered("word ", *i), numbered("w", *i)}
                 : std::vector<std::string>{"Word", "Synonym"};
    if (!i)
        return {"Question", "Answer", "Source", "Metadata", "IsContextOnly", "Prompts", "QnaId"};
    return {numbered("What is number ", *i) + "?",
            numbered("The answer is ", *i) + ".",
            "Editorial",
            "",
            "False",
            "[]",
            numbered("", *i)};
}

class made_up_table final : public made_up_file {
public:
    made_up_table(const project& p, const export_wish& wish)
        : has_only_synonyms_(is_for_synonyms(wish)) {
        separator.clear();
        before_filler = line(nullptr);
        // An answer of its own contains the filler.
        if (p.result_size != 0) {
            before_filler += "Why?\tMade up";
            after_filler = has_only_synonyms_ ? "\n" : "\tEditorial\t\tFalse\t[]\t000000000\n";
        }
    }

    void append_item(std::string& output, std::uint64_t i) const override { output += line(&i); }

private:
    std::string line(const std::uint64_t* i) const {
        std::string text;
        for (const std::string& column : columns(has_only_synonyms_, i))
            text.append(text.empty() ? "" : "\t").append(column);
        return text += '\n';
    }

    bool has_only_synonyms_;
};

LANGEXPORT_DECL std::unique_ptr<const made_up_file>
make_up_knowledge_base(const project& p, const export_wish& wish) {
    if (is_knowledge_base_as(p, wish, "tsv"))
        return std::make_unique<const made_up_table>(p, wish);
    return std::make_unique<const made_up_answers>(p, wish);
}

LANGEXPORT_DECL std::string make_up_workbook(const project& p, const export_wish& wish) {
    constexpr std::uint64_t most_rows = 1'048'576; // the limit of a sheet
    const bool synonyms = is_for_synonyms(wish);
    workbook book;
    book.add_row(columns(synonyms, nullptr));
    for (std::uint64_t i = 0; i < (std::min)(p.documents, most_rows - 1); ++i)
        book.add_row(columns(synonyms, &i));
    return book.to_bytes();
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
