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

// What a project consists of. In all of these classes
//   - a text or a list that is empty stands for a member that is absent: nearly all are optional. To
//     take one away, empty it. What was empty in the file that was parsed is written again;
//   - offsets and lengths count in the unit of the project: `project_file::unit`;
//   - all are values. Thread safety: as the standard library's types.

/// What all objects of a project have in common: members that have no name in their class.
class project_object {
public:
    /// The members that have no name in the class, in their order, and those that were null. They
    /// survive parsing and writing. Numbers in it are 64-bit integers or doubles.
    boost::json::object other;

protected:
    project_object() = default;

private:
    friend class detail::member_access;
    detail::member_order order_;
};

/// A class, an entity or an intent, as the project declares it.
///
/// Of an entity of a conversation (or a composite one) the parts are in `other`: `list`,
/// `prebuilts`, `regex`, `requiredComponents`; likewise an intent's `orchestration`.
class asset_category : public project_object {
public:
    asset_category() = default;
    explicit asset_category(std::string name) : category(std::move(name)) {}

    std::string category;            ///< Its name, unique among its like.
    std::string description;         ///< For people.
    std::string composition_setting; ///< Of entities: how its parts are combined.
};

/// The name of a class that a document belongs to.
class category_reference : public project_object {
public:
    category_reference() = default;
    explicit category_reference(std::string name) : category(std::move(name)) {}

    std::string category; ///< The class; empty if there is none.
};

/// A labelled part of a text: an entity, or a sentiment.
class text_label : public project_object {
public:
    text_label() = default;
    text_label(std::string name, text_span part)
        : category(std::move(name)), offset(part.offset), length(part.length) {}

    std::string category;     ///< The entity, or the sentiment (`positive`, …).
    std::uint64_t offset = 0; ///< Where the part begins in the text.
    std::uint64_t length = 0; ///< How long it is.

    /// Offset and length, for `text_at`.
    text_span span() const noexcept { return text_span(offset, length); }
};

/// A part of a document that somebody labelled, with the labels in it.
class labelled_region : public project_object {
public:
    labelled_region() = default;
    explicit labelled_region(text_span part)
        : region_offset(part.offset), region_length(part.length) {}

    std::uint64_t region_offset = 0; ///< Where the region begins in the document.
    std::uint64_t region_length = 0; ///< How long it is.
    /// Its labels. Their offsets count from the beginning of the document.
    std::vector<text_label> labels;
};

/// A document of a text project. Its text is not in the export: it lies in the blob container that
/// the project is connected to. Which of the labels there are depends on the project's kind.
class project_document : public project_object {
public:
    project_document() = default;
    explicit project_document(std::string name) : location(std::move(name)) {}

    std::string location;                    ///< The blob's name: what identifies a document.
    std::string language;                    ///< Its language; empty: the project's.
    std::string dataset;                     ///< `Train` or `Test`; may be empty.
    category_reference single_class;         ///< Its `class`, of single label classification.
    std::vector<category_reference> classes; ///< Of multi label classification.
    std::vector<labelled_region> entities;   ///< Of entity recognition and healthcare.
    std::vector<text_label> sentiment_spans; ///< Of sentiment projects.
    std::string summary_location;            ///< The blob of its summary, of summarization.
};

/// An utterance of a conversation project, which holds its text.
class project_utterance : public project_object {
public:
    project_utterance() = default;
    explicit project_utterance(std::string words) : text(std::move(words)) {}

    std::string text;                 ///< What is said.
    std::string language;             ///< Its language; empty: the project's.
    std::string intent;               ///< What is meant by it.
    std::vector<text_label> entities; ///< The labelled parts of `text`.
    std::string dataset;              ///< `Train` or `Test`; may be empty.
};

/// A question with its answer, of a knowledge base. (`activeLearningSuggestions`,
/// `lastUpdatedDateTime` and `sourceDisplayName` are in `other`.)
class question_answer : public project_object {
public:
    question_answer() = default;
    explicit question_answer(std::uint64_t number) : id(number) {}

    std::uint64_t id = 0; ///< Its number, unique in the project.
    std::string answer;   ///< The answer, often Markdown.
    std::string source;   ///< Where it was extracted from: a URL, a file, "Editorial".
    std::vector<std::string> questions; ///< The ways to ask for it.
    boost::json::object metadata;       ///< Names and values to filter by.
    boost::json::object dialog;         ///< Follow-up prompts: `isContextOnly`, `prompts`.
};

/// Words that mean the same to a knowledge base.
class synonym_group : public project_object {
public:
    synonym_group() = default;
    explicit synonym_group(std::vector<std::string> words) : alterations(std::move(words)) {}

    std::vector<std::string> alterations; ///< The words.
};

/// What is in a project. Which lists there are depends on its kind.
class project_assets : public project_object {
public:
    project_assets() = default;

    std::string kind_text;                     ///< `projectKind` once more; may be empty.
    std::vector<asset_category> classes;       ///< Of classification projects.
    std::vector<asset_category> entities;      ///< Of entity recognition and conversations.
    std::vector<asset_category> intents;       ///< Of conversations.
    std::vector<project_document> documents;   ///< Of all text projects.
    std::vector<project_utterance> utterances; ///< Of conversations.
    std::vector<synonym_group> synonyms;       ///< Of knowledge bases.
    std::vector<question_answer> qnas;         ///< Of knowledge bases.
};

// A conversation that was exported in the format `Luis` is an application of LUIS, with other words for
// the same. Its intents and entities are `asset_category`s, of which only the name has a member.

/// A labelled part of an utterance of LUIS. (`role` and `children`, the labels inside it, are in
/// `other`; `labels_of` in project_summary.hpp reads both.)
class luis_label : public project_object {
public:
    luis_label() = default;
    luis_label(std::string name, text_span part)
        : entity(std::move(name)), start_pos(part.offset), end_pos(last_unit_of(part)) {}

    std::string entity;          ///< The entity.
    std::uint64_t start_pos = 0; ///< Where the part begins in the text.
    std::uint64_t end_pos = 0;   ///< Where its last unit is: it belongs to the part.

    /// The part, for `text_at`; of no length where it ends before it begins. Its end, `offset + length`,
    /// never exceeds the largest number of 64 bits.
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
    luis_utterance() = default;
    explicit luis_utterance(std::string words) : text(std::move(words)) {}

    std::string text;                 ///< What is said.
    std::string intent;               ///< What is meant by it.
    std::vector<luis_label> entities; ///< The labelled parts of `text`.
};

/// An application of LUIS, as far as it has names here; the rest (`closedLists`, `prebuiltEntities`,
/// `patterns`, …) is in `project_file::other`.
class luis_application {
public:
    luis_application() = default;

    std::string
        schema_version;      ///< `luis_schema_version`, e.g. `7.0.0`; empty: it is no application.
    std::string version_id;  ///< `versionId`
    std::string name;        ///< The project's name.
    std::string description; ///< `desc`, for people.
    std::string culture;     ///< The language.
    std::vector<asset_category> intents;    ///< The intents.
    std::vector<asset_category> entities;   ///< The entities that are learned from labels.
    std::vector<luis_utterance> utterances; ///< What was labelled.
};

} // namespace v0
} // namespace langexport

#endif
