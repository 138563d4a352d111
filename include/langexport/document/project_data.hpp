#ifndef LANGEXPORT_DOCUMENT_PROJECT_DATA_HPP
#define LANGEXPORT_DOCUMENT_PROJECT_DATA_HPP

#include <langexport/document/project_assets.hpp>
#include <langexport/document/text_offset.hpp>
#include <langexport/version.hpp>

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {

/// The kinds of project that this version knows. The set is open: projects of an unknown kind are parsed and
/// written, too.
enum class project_kind {
    unknown,                     ///< Another word, or none.
    single_label_classification, ///< CustomSingleLabelClassification: one class for each document.
    multi_label_classification,  ///< CustomMultiLabelClassification: any number of classes.
    entity_recognition,          ///< CustomEntityRecognition: labelled parts of documents.
    healthcare,                  ///< CustomHealthcare (preview): the same, composite entities.
    text_sentiment,              ///< CustomTextSentiment (preview): parts with a sentiment.
    abstractive_summarization,   ///< CustomAbstractiveSummarization (preview): summaries.
    conversation,                ///< Conversation: utterances with intents and entities.
    orchestration,               ///< Orchestration: intents that lead to other projects.
    question_answering           ///< A knowledge base, whose files have no word for it.
};

/// The kind of a word of the service, in upper or lower case; `unknown` for any other word.
LANGEXPORT_DECL project_kind project_kind_of(std::string_view word) noexcept;
/// The service's word for a kind, such as `CustomEntityRecognition`; "QuestionAnswering" and
/// "unknown" if it has none.
LANGEXPORT_DECL std::string_view to_string(project_kind kind) noexcept;

/// The properties of a project as a whole.
class project_metadata : public project_object {
public:
    /// Empty.
    project_metadata() = default;

    std::string kind_text;                    ///< `projectKind`, the service's word.
    std::string project_name;                 ///< The project's name.
    std::string storage_input_container_name; ///< The blob container of the documents.
    std::optional<bool> multilingual;         ///< Whether documents may be in other languages.
    std::string description;                  ///< For people.
    std::string language;                     ///< The language of assets that name none.
    boost::json::object settings;             ///< `confidenceThreshold`, `defaultAnswer`, …

    /// The setting `confidenceThreshold`, 0 to 1; nothing if there is none.
    LANGEXPORT_DECL std::optional<double> confidence_threshold() const noexcept;
};

/// A number of a project file that fits no 64-bit integer, and has more digits than a double.
class rounded_number {
public:
    /// @param path    Its place.
    /// @param digits  Its text.
    rounded_number(std::string path, std::string digits)
        : place(std::move(path)), text(std::move(digits)) {}

    std::string place; ///< Its place: `assets.documents[3].weight`.
    std::string text;  ///< The number, as it was written.
};

/// The result of an export, typed: the meaning of the bytes of `exported_project::document`.
///
/// Lossless: members that have no name in this version are in the `other` of their object. A file that is
/// parsed and written is the same JSON again, its members in the same order (of an object with more than
/// sixteen, the first sixteen). Doubles may be written with other digits for the same number. A number
/// that no double is close to is rejected; json_normalizer.hpp keeps it.
class project_file : public project_object {
public:
    /// Empty.
    project_file() = default;

    std::string project_file_version; ///< `projectFileVersion`, an api-version.
    std::string string_index_type;    ///< `stringIndexType`: the unit of offsets; see `unit`.
    project_metadata metadata;        ///< The project as a whole.
    project_assets assets;            ///< Its contents.
    /// Its contents instead, if it is a conversation in the format `Luis`, which has neither metadata
    /// nor assets. Such files are parsed; a program that creates one writes its own JSON.
    luis_application luis;
    /// Numbers in an `other` that were rounded when the file was parsed. They are written in their original
    /// form, unless they were changed or moved, and `compare` uses their exact value.
    std::vector<rounded_number> rounded_numbers;

    /// Its kind: that of any `projectKind`, else that of its contents. An application of LUIS is
    /// a conversation.
    LANGEXPORT_DECL project_kind kind() const noexcept;

    /// The name of the project, whatever the form of the file; empty if the file does not name it.
    const std::string& name() const noexcept {
        return metadata.project_name.empty() ? luis.name : metadata.project_name;
    }
    /// The language of the project, whatever the form of the file; empty if the file does not name it.
    const std::string& language() const noexcept {
        return metadata.language.empty() ? luis.culture : metadata.language;
    }

    /// The unit of offsets and lengths: UTF-16 code units if the file does not name it; nothing for a
    /// unit that cannot be converted.
    LANGEXPORT_DECL std::optional<text_unit> unit() const noexcept;
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/project_data.ipp>
#endif

#endif
