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

/// The kinds of project that this version knows. The set is open: projects of an unknown kind can be
/// parsed and written, too.
enum class project_kind {
    unknown,                     ///< The file names another kind, or none.
    single_label_classification, ///< CustomSingleLabelClassification: one class for each document.
    multi_label_classification,  ///< CustomMultiLabelClassification: any number of classes.
    entity_recognition,          ///< CustomEntityRecognition: labeled parts of documents.
    healthcare,                  ///< CustomHealthcare (preview): the same, with composite entities.
    text_sentiment,              ///< CustomTextSentiment (preview): parts with a sentiment.
    abstractive_summarization,   ///< CustomAbstractiveSummarization (preview): summaries.
    conversation,                ///< Conversation: utterances with intents and entities.
    orchestration,               ///< Orchestration: intents that route to other projects.
    question_answering           ///< A knowledge base. The file format has no name for this kind.
};

/// Returns the kind that a name of the service denotes, in upper or lower case; `unknown` for any other
/// name.
LANGEXPORT_DECL project_kind project_kind_of(std::string_view word) noexcept;
/// Returns the service's name for a kind, such as `CustomEntityRecognition`. "QuestionAnswering" and
/// "unknown" for the kinds that have none.
LANGEXPORT_DECL std::string_view to_string(project_kind kind) noexcept;

/// The properties of a project as a whole.
class project_metadata : public project_object {
public:
    /// Empty.
    project_metadata() = default;

    std::string kind_text;                    ///< `projectKind`, the service's name for the kind.
    std::string project_name;                 ///< The project's name.
    std::string storage_input_container_name; ///< The blob container of the documents.
    std::optional<bool> multilingual;         ///< Whether documents may be in other languages.
    std::string description;                  ///< A description for people.
    std::string language;                     ///< The language of assets that name none.
    boost::json::object settings;             ///< `confidenceThreshold`, `defaultAnswer`, …

    /// The setting `confidenceThreshold`, which is 0 to 1 in the service's files; nothing if it is absent
    /// or not a number.
    LANGEXPORT_DECL std::optional<double> confidence_threshold() const noexcept;
};

/// A number of a project file that is not a 64-bit integer and has more digits than a double.
class rounded_number {
public:
    /// @param path    Its JSON path.
    /// @param digits  Its text.
    rounded_number(std::string path, std::string digits)
        : place(std::move(path)), text(std::move(digits)) {}

    std::string place; ///< Its JSON path: `assets.documents[3].weight`.
    std::string text;  ///< The number, as the file writes it.
};

/// The typed result of an export: the parsed form of `exported_project::document`.
///
/// No information is lost: members that have no name in this version are in the `other` of their object. A
/// file that is parsed and written is the same JSON again, with its members in the same order (in an object
/// with more than sixteen members, the first sixteen). A double may be written with other digits that
/// denote the same number. A number beyond the range of a double is rejected; a json_normalizer keeps it.
class project_file : public project_object {
public:
    /// Empty.
    project_file() = default;

    std::string project_file_version; ///< `projectFileVersion`, an api-version.
    std::string string_index_type;    ///< `stringIndexType`: the unit of offsets; see `unit`.
    project_metadata metadata;        ///< The project as a whole.
    project_assets assets;            ///< Its contents.
    /// The contents of a conversation in the format `Luis`, which has neither metadata nor assets. Such
    /// files can be parsed; a program that creates one writes its own JSON.
    luis_application luis;
    /// Numbers in an `other` that were rounded when the file was parsed. They are written in their
    /// original form, unless they were changed or moved. `compare` uses their exact value.
    std::vector<rounded_number> rounded_numbers;

    /// The kind: that of any `projectKind`, otherwise that of the contents. An application of LUIS is a
    /// conversation.
    LANGEXPORT_DECL project_kind kind() const noexcept;

    /// The name of the project, in any form of the file; empty if the file does not name it.
    const std::string& name() const noexcept {
        return metadata.project_name.empty() ? luis.name : metadata.project_name;
    }
    /// The language of the project, in any form of the file; empty if the file does not name it.
    const std::string& language() const noexcept {
        return metadata.language.empty() ? luis.culture : metadata.language;
    }

    /// The unit of offsets and lengths: UTF-16 code units if the file names no unit. Nothing if this
    /// version cannot convert the unit.
    LANGEXPORT_DECL std::optional<text_unit> unit() const noexcept;
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/project_data.ipp>
#endif

#endif
