#ifndef LANGEXPORT_TESTING_PROJECT_HPP
#define LANGEXPORT_TESTING_PROJECT_HPP

#include <langexport/project_surface.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace testing {

/// The kinds of project that the service exports.
enum class sample_kind {
    single_label_classification, ///< CustomSingleLabelClassification: one class for each document.
    multi_label_classification,  ///< CustomMultiLabelClassification: any number of classes.
    entity_recognition,          ///< CustomEntityRecognition: labeled spans.
    healthcare,                  ///< CustomHealthcare (preview): labeled spans.
    text_sentiment,              ///< CustomTextSentiment (preview): spans with a sentiment.
    abstractive_summarization,   ///< CustomAbstractiveSummarization (preview): a summary each.
    conversation,                ///< Conversation: utterances with an intent and entities.
    orchestration,               ///< Orchestration: utterances with an intent.
    question_answering           ///< A knowledge base: questions, answers and synonyms.
};

/// The service's name for a kind, such as `CustomEntityRecognition`. `QuestionAnswering` for the kind
/// that has none.
LANGEXPORT_DECL std::string_view to_string(sample_kind kind) noexcept;
/// Every kind, in the order of the enumeration.
LANGEXPORT_DECL std::vector<sample_kind> sample_kinds();
/// The surface that exports projects of a kind.
LANGEXPORT_DECL project_surface surface_of(sample_kind kind) noexcept;

namespace detail {

// The kind with this name of the service, in upper or lower case; nothing for any other name.
LANGEXPORT_DECL std::optional<sample_kind> sample_kind_of(std::string_view word) noexcept;

} // namespace detail

/// How a job ends.
enum class job_end {
    succeeded,           ///< With a result.
    failed,              ///< Without a result; `project::errors` says why.
    cancelled,           ///< By the service, without a result.
    partially_completed, ///< With a result, and `project::errors` or `project::warnings`.
    never                ///< It runs forever.
};

/// The service's word for an end, such as `partiallyCompleted`; `never` if there is none.
LANGEXPORT_DECL std::string_view to_string(job_end end) noexcept;
/// Every end, in the order of the enumeration.
LANGEXPORT_DECL std::vector<job_end> job_ends();

/// How the end of the result's body is marked.
enum class body_framing {
    content_length, ///< By `Content-Length`, as the service does.
    chunked,        ///< By `Transfer-Encoding: chunked`.
    until_close     ///< By closing the connection.
};

/// An entry of the errors or warnings of a job, in the service's form.
class error_entry {
public:
    /// @param error_code  The service's word for the error.
    /// @param text        A text for people.
    error_entry(std::string error_code, std::string text)
        : code(std::move(error_code)), message(std::move(text)) {}

    /// The service's word, such as `InvalidRequest`.
    std::string code;
    /// The text for people.
    std::string message;
    /// The part of the request or project that the error is about; absent if empty.
    std::string target;
    /// Errors that led to this one; absent if empty.
    std::vector<error_entry> details;
    /// Code of the inner error. If `inner_message` is empty, too, there is no inner error.
    std::string inner_code;
    /// Message of the inner error.
    std::string inner_message;
};

/// A project that can be exported: the result of an export, and the behavior of its jobs.
///
/// The result is the first of these that is set: the bytes of `document`, the file at `document_file`,
/// or a generated project file with `documents` documents (or of `result_size` bytes), which is
/// generated piece by piece while it is sent. In a conversation the documents are utterances; in a
/// knowledge base they are questions with their answers.
class project {
public:
    /// Creates a project with one generated document, whose jobs take a second and succeed.
    explicit project(std::string project_name) : name(std::move(project_name)) {}

    /// Creates a project whose result consists of these bytes.
    static project with_document(std::string project_name, std::string bytes) {
        project p(std::move(project_name));
        p.document = std::make_shared<const std::string>(std::move(bytes));
        return p;
    }

    /// The name: case-sensitive, before percent-encoding.
    std::string name;
    /// The contents of a generated result, and the surface of the project. Default: single label
    /// classification.
    sample_kind kind = sample_kind::single_label_classification;
    /// Number of documents in a generated result. Default: 1; at most 999,999,999.
    std::uint64_t documents = 1;
    /// Size of a generated result in bytes. It is exact unless it is too small for a result without
    /// documents; 0 (default): the size of `documents` documents. A workbook (format `excel`) has its own
    /// size.
    std::uint64_t result_size = 0;
    /// The language of a generated result. Default: en-us.
    std::string language = "en-us";
    /// The description in a generated result and in the project's properties.
    std::string description = "Made up";
    /// The blob container of a text project, in its properties. Default: documents.
    std::string storage_container = "documents";
    /// Whether documents may be in other languages, in the project's properties. Default: no.
    bool is_multilingual = false;
    /// Whether `assets.projectKind` of a generated result is last instead of first.
    bool kind_comes_last = false;
    /// The result as bytes; null (default): generated.
    std::shared_ptr<const std::string> document;
    /// The only format in which `document` can be exported, such as `tsv`; a submission of another format
    /// is rejected. An import sets it. Default: empty, which is every format.
    std::string document_format;
    /// A file that is the result; each request reads it again. Default: none.
    std::string document_file;
    /// Whether generated results of the formats `tsv` and `excel` are sent as a zip archive with the table in
    /// it, as `application/zip`. Default: no.
    bool zips_tables = false;
    /// The result's content type. Default: empty, which is that of the requested format.
    std::string content_type;
    /// How the end of the result is marked. Default: Content-Length.
    body_framing framing = body_framing::content_length;

    /// Labels of its trained models. A submission with another one in `trainedModelLabel` is rejected.
    /// Default: none.
    std::vector<std::string> trained_models;

    /// When it was created, in a list of projects. Default: 2024-01-01.
    std::chrono::system_clock::time_point created = std::chrono::sys_days(std::chrono::days(19723));
    /// When it was last changed, in a list of projects. Default: when it was created.
    std::chrono::system_clock::time_point last_modified = created;
    /// When it was last trained. Default: never.
    std::optional<std::chrono::system_clock::time_point> last_trained;
    /// When it was last deployed. Default: never.
    std::optional<std::chrono::system_clock::time_point> last_deployed;

    /// Run time of a job; shrinks with the time scale. Default: 1 s.
    std::chrono::nanoseconds job_duration = std::chrono::seconds(1);
    /// How long requests for the job receive a 404 after the 202; shrinks with the time scale. Default:
    /// 0.
    std::chrono::nanoseconds creation_lag = std::chrono::nanoseconds(0);
    /// The status words before the end, one for each status response. A job does not end before all of
    /// them were sent. The last one is repeated until the job's time is over. Default: none, which means
    /// `notStarted` in the first fifth of the time, then `running`.
    std::vector<std::string> states;
    /// How a job ends. Default: succeeded.
    job_end end = job_end::succeeded;
    /// The status word at the end, if it is not the usual one for `end`. Default: empty.
    std::string end_word;
    /// Errors in the status of an ended job.
    std::vector<error_entry> errors;
    /// Warnings in the status of an ended job.
    std::vector<error_entry> warnings;
    /// Origin (`https://host:port`) in operation-location. Default: the true one.
    std::string operation_origin;
    /// Origin in resultUrl. Default: the true one.
    std::string result_origin;
    /// Job id in the status, if it is not the true one. Default: empty.
    std::string reported_job_id;
};

} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/project.ipp>
#endif

#endif
