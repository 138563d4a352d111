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
    single_label_classification, ///< CustomSingleLabelClassification: one class a document.
    multi_label_classification,  ///< CustomMultiLabelClassification: any number of classes.
    entity_recognition,          ///< CustomEntityRecognition: labelled spans.
    healthcare,                  ///< CustomHealthcare (preview): labelled spans.
    text_sentiment,              ///< CustomTextSentiment (preview): spans with a sentiment.
    abstractive_summarization,   ///< CustomAbstractiveSummarization (preview): a summary each.
    conversation,                ///< Conversation: utterances with an intent and entities.
    orchestration,               ///< Orchestration: utterances with an intent.
    question_answering           ///< A knowledge base: questions, answers and synonyms.
};

/// The service's word for a kind, such as `CustomEntityRecognition`; `QuestionAnswering`, where it has
/// none.
LANGEXPORT_DECL std::string_view to_string(sample_kind kind) noexcept;
/// Where the service has projects of a kind.
LANGEXPORT_DECL project_surface surface_of(sample_kind kind) noexcept;

/// How a job ends.
enum class job_end {
    succeeded,           ///< With a result.
    failed,              ///< Without a result; `project::errors` says why.
    cancelled,           ///< By the service, without a result.
    partially_completed, ///< With a result, and `project::errors` or `project::warnings`.
    never                ///< It goes on for ever.
};

/// How the end of the result's body is told.
enum class body_framing {
    content_length, ///< By `Content-Length`, as the service does.
    chunked,        ///< By `Transfer-Encoding: chunked`.
    until_close     ///< By closing the connection.
};

/// An entry of the errors or warnings of a job, in the service's form.
class error_entry {
public:
    /// An error with the service's word for it and a text for people.
    error_entry(std::string error_code, std::string text)
        : code(std::move(error_code)), message(std::move(text)) {}

    /// The service's word, such as `InvalidRequest`.
    std::string code;
    /// The text for people.
    std::string message;
    /// What it is about; absent when empty.
    std::string target;
    /// Errors that led to this one; absent when empty.
    std::vector<error_entry> details;
    /// Code of the inner error; with `inner_message` empty too there is none.
    std::string inner_code;
    /// Message of the inner error.
    std::string inner_message;
};

/// A project that can be exported: what its result is, how its jobs go.
///
/// The result is, in this order: the bytes of `document`, the file at `document_file`, or a made-up
/// project file with `documents` documents (or of `result_size` bytes), which is generated piece
/// by piece while it is sent. A document is an utterance in conversations, and a question with its
/// answer in knowledge bases.
class project {
public:
    /// A project of this name with one made-up document, whose jobs take a second and succeed.
    explicit project(std::string project_name) : name(std::move(project_name)) {}

    /// A project whose result is these bytes.
    static project with_document(std::string project_name, std::string bytes) {
        project p(std::move(project_name));
        p.document = std::make_shared<const std::string>(std::move(bytes));
        return p;
    }

    /// The name: case-sensitive, as it is before percent-encoding.
    std::string name;
    /// What a made-up result contains, and the surface that it belongs to. Default: single label
    /// classification.
    sample_kind kind = sample_kind::single_label_classification;
    /// Number of documents in a made-up result. Default: 1; at most 999,999,999.
    std::uint64_t documents = 1;
    /// Size of a made-up result in bytes, reached exactly unless it is too small for one without
    /// documents; 0 (default): as large as `documents` says. A workbook (format `excel`) is not made to
    /// measure.
    std::uint64_t result_size = 0;
    /// The language of a made-up result. Default: en-us.
    std::string language = "en-us";
    /// Whether `assets.projectKind` of a made-up result comes last instead of first.
    bool kind_comes_last = false;
    /// The result as bytes; null (default) is "made up".
    std::shared_ptr<const std::string> document;
    /// A file that is the result; it is read anew for each request. Default: none.
    std::string document_file;
    /// Whether made-up results of the formats `tsv` and `excel` come as a zip archive with the table in it, as
    /// `application/zip`. Default: no.
    bool zips_tables = false;
    /// The result's content type. Default: empty, which is that of the format asked for.
    std::string content_type;
    /// How the end of the result is told. Default: Content-Length.
    body_framing framing = body_framing::content_length;

    /// Labels of its trained models. A submission that names another one in `trainedModelLabel` is rejected.
    /// Default: none.
    std::vector<std::string> trained_models;

    /// When it was made and changed last, as a list of projects tells. Default: 2024-01-01.
    std::chrono::system_clock::time_point created = std::chrono::sys_days(std::chrono::days(19723));
    std::chrono::system_clock::time_point last_modified = created;
    /// When it was trained and deployed last. Default: never.
    std::optional<std::chrono::system_clock::time_point> last_trained;
    std::optional<std::chrono::system_clock::time_point> last_deployed;

    /// Run time of a job; shrinks with the time scale. Default: 1 s.
    std::chrono::nanoseconds job_duration = std::chrono::seconds(1);
    /// For how long after the 202 the job is answered with 404; shrinks too. Default: 0.
    std::chrono::nanoseconds creation_lag = std::chrono::nanoseconds(0);
    /// Words that successive status answers show before the end, one each; a job does not end
    /// before all were shown, and the last one is repeated while its time is not over.
    /// Default: none, which is `notStarted` in the first fifth of the time, then `running`.
    std::vector<std::string> states;
    /// How a job ends. Default: succeeded.
    job_end end = job_end::succeeded;
    /// The word shown at the end, where it shall not be the usual one of `end`. Default: empty.
    std::string end_word;
    /// Errors in the status of an ended job.
    std::vector<error_entry> errors;
    /// Warnings in the status of an ended job.
    std::vector<error_entry> warnings;
    /// Origin (`https://host:port`) printed in operation-location. Default: the true one.
    std::string operation_origin;
    /// Origin printed in resultUrl. Default: the true one.
    std::string result_origin;
    /// Job id told in the status, where it shall not be the true one. Default: empty.
    std::string told_job_id;
};

} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/project.ipp>
#endif

#endif
