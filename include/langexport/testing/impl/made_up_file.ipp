#ifndef LANGEXPORT_TESTING_IMPL_MADE_UP_FILE_IPP
#define LANGEXPORT_TESTING_IMPL_MADE_UP_FILE_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/testing/impl/made_up_file.hpp>
#include <langexport/testing/impl/made_up_knowledge_base.hpp>
#include <langexport/testing/impl/made_up_text.hpp>
#include <langexport/testing/impl/service_versions.hpp>
#include <langexport/testing/impl/wire_format.hpp>

#include <array>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// A file of a text project.
class made_up_documents final : public made_up_file {
public:
    made_up_documents(const project& p, const export_wish& wish)
        : kind_(p.kind), language_(json_text(p.language)),
          has_descriptions_(is_since(wish.api_version, text_descriptions_since)) {
        const std::string kind = json_text(to_string(p.kind));
        before_filler = project_head(p, wish) +
                        ",\"storageInputContainerName\":" + json_text(p.storage_container) +
                        description_of(p);
        after_filler = "\",\"language\":" + language_ + ",\"settings\":{}},\"assets\":{";
        if (!p.kind_comes_last)
            after_filler += "\"projectKind\":" + kind + ",";
        after_filler += categories();
        after_filler += "\"documents\":[";
        tail = p.kind_comes_last ? "],\"projectKind\":" + kind + "}}" : std::string("]}}");
    }

    void append_item(std::string& output, std::uint64_t i) const override {
        const std::size_t which = langexport::detail::to_size(i % 3);
        output += "{\"location\":\"document";
        append_number(output, i + 1, 9);
        output += ".txt\",\"language\":";
        output += language_;
        output += dataset_of(i);
        switch (kind_) {
        case sample_kind::multi_label_classification:
            output += ",\"classes\":[{\"category\":\"";
            output += class_names[which];
            output += "\"},{\"category\":\"";
            output += class_names[(which + 1) % 3];
            output += "\"}]}";
            return;
        case sample_kind::entity_recognition:
        case sample_kind::healthcare:
            output += ",\"entities\":[{\"regionOffset\":0,\"regionLength\":1000,\"labels\":[";
            append_label(output, entity_names[which], 100 + i % 300);
            output += ',';
            append_label(output, entity_names[(which + 1) % 3], 500 + i % 300);
            output += "]}]}";
            return;
        case sample_kind::text_sentiment:
            output += ",\"sentimentSpans\":[";
            append_label(output, i % 2 == 0 ? "positive" : "negative", 100 + i % 300);
            output += "]}";
            return;
        case sample_kind::abstractive_summarization:
            output += ",\"summaryLocation\":\"summary";
            append_number(output, i + 1, 9);
            output += ".txt\"}";
            return;
        default:
            output += ",\"class\":{\"category\":\"";
            output += class_names[which];
            output += "\"}}";
            return;
        }
    }

private:
    static constexpr std::array<std::string_view, 3> class_names = {"Class1", "Class2", "Class3"};
    static constexpr std::array<std::string_view, 3> entity_names = {"Entity1", "Entity2",
                                                                     "Entity3"};

    std::string categories() const {
        switch (kind_) {
        case sample_kind::entity_recognition:
            return std::string(
                       "\"entities\":[{\"category\":\"Entity1\"},{\"category\":\"Entity2\"},"
                       "{\"category\":\"Entity3\"") +
                   (has_descriptions_ ? ",\"description\":\"The third one\"}]," : "}],");
        case sample_kind::healthcare:
            return "\"entities\":[{\"category\":\"Entity1\",\"compositionSetting\":"
                   "\"combineComponents\"},{\"category\":\"Entity2\"},{\"category\":\"Entity3\"}],";
        case sample_kind::text_sentiment:
        case sample_kind::abstractive_summarization:
            return std::string();
        default:
            return "\"classes\":[{\"category\":\"Class1\"},{\"category\":\"Class2\"},"
                   "{\"category\":\"Class3\"}],";
        }
    }

    static void append_label(std::string& output, std::string_view category, std::uint64_t offset) {
        output += "{\"category\":\"";
        output += category;
        output += "\",\"offset\":";
        append_number(output, offset, 3);
        output += ",\"length\":12}";
    }

    sample_kind kind_;
    std::string language_;
    bool has_descriptions_;
};

// A file of a conversation or an orchestration.
class made_up_utterances final : public made_up_file {
public:
    made_up_utterances(const project& p, const export_wish& wish)
        : has_entities_(p.kind == sample_kind::conversation), language_(json_text(p.language)) {
        const std::string kind = json_text(to_string(p.kind));
        const bool has_details = is_since(wish.api_version, conversation_details_since);
        before_filler = project_head(p, wish) + ",\"settings\":{\"confidenceThreshold\":0.5}";
        if (has_details && has_entities_)
            before_filler += ",\"storageInputContainerName\":\"documents\"";
        before_filler += description_of(p);
        after_filler = "\",\"language\":" + language_ + "},\"assets\":{";
        if (!p.kind_comes_last)
            after_filler += "\"projectKind\":" + kind + ",";
        after_filler += has_entities_ ? categories(has_details) : targets(has_details);
        after_filler += "\"utterances\":[";
        tail = p.kind_comes_last ? "],\"projectKind\":" + kind + "}}" : std::string("]}}");
    }

    void append_item(std::string& output, std::uint64_t i) const override {
        output += "{\"text\":\"" + utterance(i) + "\",\"language\":" + language_ +
                  ",\"intent\":\"" + intent(i) + "\"";
        if (has_entities_)
            output +=
                ",\"entities\":[{\"category\":\"" + entity(i) + "\",\"offset\":6,\"length\":9}]";
        output += dataset_of(i);
        output += '}';
    }

    static std::string utterance(std::uint64_t i) {
        std::string text = "order ";
        append_number(text, i + 1, 9);
        return text + " now";
    }
    static std::string intent(std::uint64_t i) { return "Intent" + std::to_string(i % 3 + 1); }
    static std::string entity(std::uint64_t i) { return "Entity" + std::to_string(i % 2 + 1); }

private:
    static std::string categories(bool has_details) {
        std::string text = "\"intents\":[{\"category\":\"None\"},{\"category\":\"Intent1\"";
        if (has_details)
            text += ",\"description\":\"The first one\","
                    "\"associatedEntities\":[{\"category\":\"Entity1\"}]";
        text += "},{\"category\":\"Intent2\"},{\"category\":\"Intent3\"}],"
                "\"entities\":[{\"category\":\"Entity1\"";
        if (has_details)
            text += ",\"description\":\"A number\"";
        text += ",\"compositionSetting\":\"combineComponents\",\"prebuilts\":[{\"category\":"
                "\"Quantity.Number\"}]},{\"category\":\"Entity2\",\"compositionSetting\":"
                "\"combineComponents\",\"list\":{\"sublists\":[{\"listKey\":\"One\",\"synonyms\":"
                "[{\"language\":\"en-us\",\"values\":[\"one\",\"uno\"]}]}]}}],";
        return text;
    }
    static std::string targets(bool has_details) {
        std::string text = "\"intents\":[{\"category\":\"None\"},{\"category\":\"Intent1\"";
        if (has_details)
            text += ",\"description\":\"The first one\"";
        text += ",\"orchestration\":{\"targetProjectKind\":\"Conversation\","
                "\"conversationOrchestration\":{\"projectName\":\"Orders\","
                "\"deploymentName\":\"production\"}}},{\"category\":\"Intent2\","
                "\"orchestration\":{\"targetProjectKind\":\"QuestionAnswering\","
                "\"questionAnsweringOrchestration\":{\"projectName\":\"Questions\"}}},"
                "{\"category\":\"Intent3\"}],";
        return text;
    }

    bool has_entities_;
    std::string language_;
};

// A conversation as an application of LUIS.
class made_up_luis_application final : public made_up_file {
public:
    explicit made_up_luis_application(const project& p) {
        before_filler = "{\"luis_schema_version\":\"7.0.0\",\"versionId\":\"0.1\",\"name\":" +
                        json_text(p.name) + ",\"desc\":" + open_json_text(p.description);
        after_filler =
            "\",\"culture\":" + json_text(p.language) +
            ",\"tokenizerVersion\":\"1.0.0\",\"intents\":[{\"name\":\"None\",\"features\":[]},"
            "{\"name\":\"Intent1\",\"features\":[]},{\"name\":\"Intent2\",\"features\":[]},"
            "{\"name\":\"Intent3\",\"features\":[]}],\"entities\":[{\"name\":\"Entity1\","
            "\"children\":[],\"roles\":[],\"features\":[]},{\"name\":\"Entity2\",\"children\":[],"
            "\"roles\":[],\"features\":[]}],\"hierarchicals\":[],\"composites\":[],"
            "\"closedLists\":[],\"prebuiltEntities\":[],\"patternAnyEntities\":[],"
            "\"regex_entities\":[],\"phraselists\":[],\"regex_features\":[],\"patterns\":[],"
            "\"utterances\":[";
        tail = "],\"settings\":[]}";
    }

    // The end position is that of the last character.
    void append_item(std::string& output, std::uint64_t i) const override {
        output += "{\"text\":\"" + made_up_utterances::utterance(i) + "\",\"intent\":\"" +
                  made_up_utterances::intent(i) + "\",\"entities\":[{\"entity\":\"" +
                  made_up_utterances::entity(i) +
                  "\",\"startPos\":6,\"endPos\":14,\"children\":[]}]}";
    }
};

LANGEXPORT_DECL std::unique_ptr<const made_up_file> make_up(const project& p,
                                                            const export_wish& wish) {
    if (p.kind == sample_kind::question_answering)
        return make_up_knowledge_base(p, wish);
    if (surface_of(p.kind) != project_surface::analyze_conversations)
        return std::make_unique<const made_up_documents>(p, wish);
    if (p.kind == sample_kind::conversation && equal_ignoring_case(wish.format, "Luis"))
        return std::make_unique<const made_up_luis_application>(p);
    return std::make_unique<const made_up_utterances>(p, wish);
}

LANGEXPORT_DECL bool is_knowledge_base_as(const project& p, const export_wish& wish,
                                          std::string_view format) {
    return p.kind == sample_kind::question_answering && equal_ignoring_case(wish.format, format);
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
