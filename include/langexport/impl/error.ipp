#ifndef LANGEXPORT_IMPL_ERROR_IPP
#define LANGEXPORT_IMPL_ERROR_IPP

#include <langexport/detail/base/name_table.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/error.hpp>
#include <langexport/export_status.hpp>
#include <langexport/impl/errc_table.hpp>

#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// Categories are compared by id, because each shared library may have its own copy of the category.
// The base class is Boost's, and has no virtual destructor: a category is never deleted.
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
#endif
class errc_category final : public boost::system::error_category {
public:
    errc_category() noexcept : error_category(0xce081fd1bf3ef371) {}

    const char* name() const noexcept override { return "langexport"; }

    std::string message(int value) const override {
        const errc_row* row = row_of(value);
        return row ? row->message : "unknown langexport error";
    }

    bool equivalent(int value, const boost::system::error_condition& kind) const noexcept override {
        const errc_row* row = row_of(value);
        if (kind.category() == condition_category())
            return row && kind.value() == static_cast<int>(row->kind);
        return default_error_condition(value) == kind;
    }
};

class failure_condition_category final : public boost::system::error_category {
public:
    failure_condition_category() noexcept : error_category(0x47660d9bd67af315) {}

    const char* name() const noexcept override { return "langexport.condition"; }

    std::string message(int value) const override {
        switch (static_cast<condition>(value)) {
        case condition::transient:
            return "transient failure";
        case condition::permanent:
            return "permanent failure";
        case condition::caller:
            return "caller error";
        }
        return "unknown condition";
    }

    // Compares codes of other categories, too: a cancellation carries Asio's code.
    bool equivalent(const error_code& code, int value) const noexcept override {
        const errc_row* row = row_of(code);
        return row && value == static_cast<int>(row->kind);
    }
};
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

// The response to every key, right or wrong.
inline bool are_keys_disabled(const diagnostics& known) {
    return known.service.has_code("AuthenticationTypeDisabled");
}

// Only an import has a body.
inline bool is_document_too_large(const diagnostics& known) noexcept {
    return known.kind == job_kind::importing && known.http_status == 413;
}

// The texts of the table are about exports.
inline std::string in_words_of(job_kind kind, std::string text) {
    constexpr std::string_view exported = "export", imported = "import";
    if (kind == job_kind::importing)
        for (std::size_t at = text.find(exported); at != text.npos; at = text.find(exported, at))
            text.replace(at, exported.size(), imported);
    return text;
}

inline std::string advice_of_table(const errc_row& row, job_kind kind) {
    const bool is_partial = &row == row_of(static_cast<int>(errc::job_partially_completed));
    if (is_partial && kind == job_kind::importing)
        return partial_import_advice;
    return in_words_of(kind, row.advice);
}

// Advice about the failure and about the job.
inline std::string advice_for(const errc_row* row, const diagnostics& known) {
    if (!row)
        return {};
    std::string advice = !known.advice.empty()          ? known.advice
                         : are_keys_disabled(known)     ? keys_disabled_advice
                         : is_document_too_large(known) ? too_large_advice
                                                        : advice_of_table(*row, known.kind);
    if (known.detail == expects_tls_detail || known.detail.starts_with(speaks_no_tls_detail))
        advice.clear(); // the detail says what to do
    const auto add = [&advice](const char* more) {
        advice.append(advice.empty() ? "" : "; ").append(more);
    };
    const bool asks_for_impossible = row == row_of(static_cast<int>(errc::invalid_request));
    if (known.job && asks_for_impossible)
        advice = "check that job, status or token are complete and come from this service";
    else if (known.job && known.submission == submission_state::confirmed &&
             row->kind != condition::permanent)
        add(resume_advice);
    if (known.job)
        add(token_advice);
    if (known.submission == submission_state::unconfirmed && advice != unconfirmed_advice)
        add(unconfirmed_advice);
    return advice;
}

LANGEXPORT_DECL void append_cause(std::string& text, std::string_view detail, error_code cause) {
    const std::string words = cause ? cause.message() : std::string();
    if (detail.find(words) == std::string_view::npos)
        text.append(" (").append(words).append(")");
}

// A code, a message, or both.
inline void append_words(std::string& text, const service_error& said) {
    text.append(said.code);
    if (!said.message.empty())
        text.append(said.code.empty() ? "\"" : ": \"").append(said.message).append("\"");
}

// The innermost error that has a code or message; null if there is none.
inline const service_error* reason_of(const service_error& said) noexcept {
    for (auto it = said.inner.rbegin(); it != said.inner.rend(); ++it)
        if (!it->code.empty() || !it->message.empty())
            return &*it;
    return said.details.empty() ? nullptr : &said.details.front();
}

// Names the job's last known status if a time limit passed before the job had a terminal status; otherwise empty. Its
// definition is in export_status.ipp, because here the class export_status may be incomplete.
LANGEXPORT_DECL std::string last_status_of(const error_code& code, const diagnostics& known);

// "exporting 'p' failed: there is no such project: the service says ProjectNotFound: … (…); check …"
inline std::string compose_what(const error_code& code, const diagnostics& known) {
    std::string text;
    if (!known.doing.empty()) {
        text += known.doing;
        if (!known.project_name.empty())
            text.append(" '").append(known.project_name).append("'");
        text += " failed: ";
    } else if (!known.project_name.empty())
        text.append("project '").append(known.project_name).append("': ");
    const errc_row* row = row_of(code);
    // A cancellation's own message differs by system.
    text += row ? in_words_of(known.kind, row->message) : code.message();
    if (!known.detail.empty())
        text.append(": ").append(known.detail);
    const std::string last_status = last_status_of(code, known);
    if (!last_status.empty())
        text.append(known.detail.empty() ? ": " : "; ").append(last_status);
    if (known.cause_code != code)
        append_cause(text, known.detail, known.cause_code);
    if (!known.service.empty()) {
        const service_error& whole = known.service;
        const bool is_list = whole.code.empty() && whole.message.empty() && !whole.details.empty();
        const service_error& said = is_list ? whole.details.front() : whole;
        text.append("; the service says");
        if (!said.code.empty() || !said.message.empty())
            append_words(text += ' ', said);
        const service_error* reason = reason_of(said);
        if (reason && (reason->code != said.code || reason->message != said.message)) {
            append_words(text += " [", *reason);
            text += ']';
        }
    }
    std::string facts;
    if (known.http_status != 0)
        facts += "HTTP " + std::to_string(known.http_status);
    if (!known.request_id.empty())
        facts.append(facts.empty() ? "" : ", ")
            .append("request id ")
            .append(
                one_printable_line(known.request_id, 100)); // of which a proxy may make anything
    if (!known.tag.empty())
        facts.append(facts.empty() ? "tag " : ", tag ").append(known.tag);
    if (!facts.empty())
        text.append(" (").append(facts).append(")");
    const std::string advice = advice_for(row, known);
    if (!advice.empty())
        text.append("; ").append(advice);
    return one_printable_line(text);
}

[[noreturn]] LANGEXPORT_DECL void throw_error(errc code, std::string detail) {
    diagnostics known;
    known.detail = std::move(detail);
    throw export_error(make_error_code(code), std::move(known));
}

} // namespace detail

LANGEXPORT_DECL const boost::system::error_category& error_category() noexcept {
    static const detail::errc_category instance;
    return instance;
}

LANGEXPORT_DECL const boost::system::error_category& condition_category() noexcept {
    static const detail::failure_condition_category instance;
    return instance;
}

LANGEXPORT_DECL error_code make_error_code(errc code) noexcept {
    if (code == errc::cancelled)
        return detail::asio_aborted();
    return error_code(static_cast<int>(code), error_category());
}

LANGEXPORT_DECL boost::system::error_condition make_error_condition(condition kind) noexcept {
    return boost::system::error_condition(static_cast<int>(kind), condition_category());
}

LANGEXPORT_DECL std::string_view to_string(errc code) noexcept {
    const detail::errc_row* row = detail::row_of(static_cast<int>(code));
    return row ? row->name : std::string_view("unknown");
}

LANGEXPORT_DECL std::string error_name(const error_code& code) {
    if (const detail::errc_row* row = detail::row_of(code))
        return std::string(row->name);
    return code ? std::string(code.category().name()) + ':' + std::to_string(code.value())
                : std::string("ok");
}

namespace detail {
inline constexpr named_value<submission_state> submission_state_names[] = {
    {submission_state::not_sent, "not_sent"},
    {submission_state::unconfirmed, "unconfirmed"},
    {submission_state::confirmed, "confirmed"}};
} // namespace detail

LANGEXPORT_DECL std::string_view to_string(submission_state state) noexcept {
    return detail::name_in(detail::submission_state_names, state);
}

struct export_error::shared {
    langexport::diagnostics known;
    std::string what;
};

LANGEXPORT_DECL export_error::export_error(error_code code, langexport::diagnostics what_is_known)
    : system_error(code) {
    auto data = std::make_shared<shared>();
    data->what = detail::compose_what(code, what_is_known);
    data->known = std::move(what_is_known);
    shared_ = std::move(data);
}

LANGEXPORT_DECL const char* export_error::what() const noexcept {
    return shared_->what.c_str();
}

LANGEXPORT_DECL const langexport::diagnostics& export_error::diagnostics() const noexcept {
    return shared_->known;
}

LANGEXPORT_DECL const export_job* export_error::job() const noexcept {
    return shared_->known.job.get();
}

LANGEXPORT_DECL const export_error* get_export_error(const std::exception_ptr& error) noexcept {
    if (!error)
        return nullptr;
    try {
        std::rethrow_exception(error);
    } catch (const export_error& found) {
        return &found;
    } catch (...) {
    }
    return nullptr;
}

LANGEXPORT_DECL std::string message_of(const std::exception_ptr& error) {
    try {
        if (error)
            std::rethrow_exception(error);
    } catch (const std::exception& found) {
        return found.what();
    } catch (...) {
        return "an unknown exception";
    }
    return {};
}

LANGEXPORT_DECL error_code code_of(const std::exception_ptr& error) noexcept {
    if (!error)
        return {};
    try {
        std::rethrow_exception(error);
    } catch (const boost::system::system_error& found) {
        return found.code();
    } catch (...) {
    }
    return boost::system::errc::make_error_code(boost::system::errc::state_not_recoverable);
}

} // namespace v0
} // namespace langexport

#endif
