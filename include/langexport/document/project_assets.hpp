#ifndef LANGEXPORT_DOCUMENT_PROJECT_ASSETS_HPP
#define LANGEXPORT_DOCUMENT_PROJECT_ASSETS_HPP

#include <langexport/document/impl/member_order.hpp>
#include <langexport/document/text_offset.hpp>
#include <langexport/version.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {

namespace detail {
class member_access;
}

/// @file
/// The contents of a project.
///
/// In all of these classes,
///   - an empty text or list stands for an absent member, because nearly all are optional. To remove a
///     member, empty it. A member that the parsed file contained empty is written again;
///   - offsets and lengths count in the unit of the project: `project_file::unit`;
///   - objects are values. Thread safety: that of the standard library's types.

/// The base of all objects of a project. It keeps the members without a name in their class.
class project_object {
public:
    /// The members that have no name in the class, in their order, and those that were null. Parsing and
    /// writing keep them. Numbers in them are 64-bit integers or doubles.
    boost::json::object other;

protected:
    /// For derived classes.
    project_object() = default;

private:
    friend class detail::member_access;
    detail::member_order order_;
};

/// A class, an entity or an intent, as the project declares it.
///
/// The parts of a conversation's entity (or a composite one) are in `other`: `list`, `prebuilts`,
/// `regex`, `requiredComponents`. The same is true for an intent's `orchestration`.
class asset_category : public project_object {
public:
    /// No name.
    asset_category() = default;
    /// @param name  Its name.
    explicit asset_category(std::string name) : category(std::move(name)) {}

    std::string category;            ///< Its name, unique among categories of its kind.
    std::string description;         ///< A description for people.
    std::string composition_setting; ///< For entities: how their parts are combined.
};

/// The name of a class that a document belongs to.
class category_reference : public project_object {
public:
    /// No class.
    category_reference() = default;
    /// @param name  The class.
    explicit category_reference(std::string name) : category(std::move(name)) {}

    std::string category; ///< The class; empty if there is none.
};

/// A labeled part of a text: an entity, or a sentiment.
class text_label : public project_object {
public:
    /// No name.
    text_label() = default;
    /// @param name  The entity or sentiment.
    /// @param part  The part of the text.
    text_label(std::string name, text_span part)
        : category(std::move(name)), offset(part.offset), length(part.length) {}

    std::string category;     ///< The entity, or the sentiment (`positive`, …).
    std::uint64_t offset = 0; ///< The start of the part in the text.
    std::uint64_t length = 0; ///< The length of the part.

    /// Offset and length, for `text_at`.
    text_span span() const noexcept { return text_span(offset, length); }
};

/// A region of a document with labels in it.
class labeled_region : public project_object {
public:
    /// An empty region at the start of the document.
    labeled_region() = default;
    /// @param part  The region.
    explicit labeled_region(text_span part)
        : region_offset(part.offset), region_length(part.length) {}

    std::uint64_t region_offset = 0; ///< The start of the region in the document.
    std::uint64_t region_length = 0; ///< The length of the region.
    /// Its labels. Their offsets count from the start of the document.
    std::vector<text_label> labels;
};

/// A document of a text project. The export does not contain its text, which is in the blob container of
/// the project. The project's kind determines which labels it has.
class project_document : public project_object {
public:
    /// No location.
    project_document() = default;
    /// @param name  Its location.
    explicit project_document(std::string name) : location(std::move(name)) {}

    std::string location;                    ///< The blob's name, which identifies the document.
    std::string language;                    ///< Its language; empty: the project's.
    std::string dataset;                     ///< `Train` or `Test`; may be empty.
    category_reference single_class;         ///< Its `class`, for single label classification.
    std::vector<category_reference> classes; ///< For multi label classification.
    std::vector<labeled_region> entities;    ///< For entity recognition and healthcare.
    std::vector<text_label> sentiment_spans; ///< For sentiment projects.
    std::string summary_location;            ///< The blob of its summary, for summarization.
};

/// An utterance of a conversation project, which contains its text.
class project_utterance : public project_object {
public:
    /// No text.
    project_utterance() = default;
    /// @param words  The text.
    explicit project_utterance(std::string words) : text(std::move(words)) {}

    std::string text;                 ///< The text.
    std::string language;             ///< Its language; empty: the project's.
    std::string intent;               ///< Its intent.
    std::vector<text_label> entities; ///< The labeled parts of `text`.
    std::string dataset;              ///< `Train` or `Test`; may be empty.
};

/// A question-answer pair of a knowledge base. (`activeLearningSuggestions`, `lastUpdatedDateTime` and
/// `sourceDisplayName` are in `other`.)
class question_answer : public project_object {
public:
    /// A pair with the id 0.
    question_answer() = default;
    /// @param number  Its number.
    explicit question_answer(std::uint64_t number) : id(number) {}

    std::uint64_t id = 0;               ///< Its number, unique in the project.
    std::string answer;                 ///< The answer, often Markdown.
    std::string source;                 ///< The source of the answer: a URL, a file, "Editorial".
    std::vector<std::string> questions; ///< The alternative wordings of the question.
    boost::json::object metadata;       ///< Names and values for filters.
    boost::json::object dialog;         ///< Follow-up prompts: `isContextOnly`, `prompts`.
};

/// Words that a knowledge base treats as synonyms.
class synonym_group : public project_object {
public:
    /// No words.
    synonym_group() = default;
    /// @param words  The words.
    explicit synonym_group(std::vector<std::string> words) : alterations(std::move(words)) {}

    std::vector<std::string> alterations; ///< The words.
};

/// The contents of a project. Its kind determines which lists it has.
class project_assets : public project_object {
public:
    /// Empty.
    project_assets() = default;

    std::string kind_text;                     ///< `projectKind` of the assets; may be empty.
    std::vector<asset_category> classes;       ///< The classes of a classification project.
    std::vector<asset_category> entities;      ///< For entity recognition and conversations.
    std::vector<asset_category> intents;       ///< For conversations.
    std::vector<project_document> documents;   ///< For all text projects.
    std::vector<project_utterance> utterances; ///< For conversations.
    std::vector<synonym_group> synonyms;       ///< For knowledge bases.
    std::vector<question_answer> qnas;         ///< For knowledge bases.
};

// A conversation that was exported in the format `Luis` is an application of LUIS, which has other names
// for the same things. Its intents and entities are `asset_category`s that use only the name.

/// A labeled part of an utterance of LUIS. (`role` and `children`, the labels inside it, are in `other`;
/// `labels_of` in project_summary.hpp reads both.)
class luis_label : public project_object {
public:
    /// No entity.
    luis_label() = default;
    /// @param name  The entity.
    /// @param part  The part of the text.
    luis_label(std::string name, text_span part)
        : entity(std::move(name)), start_pos(part.offset), end_pos(last_unit_of(part)) {}

    std::string entity;          ///< The entity.
    std::uint64_t start_pos = 0; ///< The start of the part in the text.
    std::uint64_t end_pos = 0;   ///< The last unit of the part (inclusive).

    /// The part, for `text_at`; of length 0 if it ends before it begins. Its end, `offset + length`,
    /// never exceeds the largest 64-bit number.
    text_span span() const noexcept {
        if (end_pos < start_pos)
            return text_span(start_pos, 0);
        return text_span(start_pos, end_pos - start_pos + (end_pos == largest ? 0u : 1u));
    }

private:
    static constexpr std::uint64_t largest = static_cast<std::uint64_t>(-1);

    static std::uint64_t last_unit_of(const text_span& part) noexcept {
        if (part.length == 0)
            return part.offset;
        return part.length - 1 > largest - part.offset ? largest : part.offset + part.length - 1;
    }
};

/// An utterance of LUIS.
class luis_utterance : public project_object {
public:
    /// No text.
    luis_utterance() = default;
    /// @param words  The text.
    explicit luis_utterance(std::string words) : text(std::move(words)) {}

    std::string text;                 ///< The text.
    std::string intent;               ///< Its intent.
    std::vector<luis_label> entities; ///< The labeled parts of `text`.
};

/// An application of LUIS: the members that have a name in this class. The rest (`closedLists`,
/// `prebuiltEntities`, `patterns`, …) is in `project_file::other`.
class luis_application {
public:
    /// Empty: not an application.
    luis_application() = default;

    std::string schema_version; ///< `luis_schema_version`, e.g. `7.0.0`; empty: not an application.
    std::string version_id;     ///< `versionId`.
    std::string name;           ///< The project's name.
    std::string description;    ///< `desc`, for people.
    std::string culture;        ///< The language.
    std::vector<asset_category> intents;    ///< The intents.
    std::vector<asset_category> entities;   ///< The machine-learned entities.
    std::vector<luis_utterance> utterances; ///< The labeled utterances.
};

} // namespace v0
} // namespace langexport

#endif
