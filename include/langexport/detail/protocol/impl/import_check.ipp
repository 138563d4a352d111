#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_IMPORT_CHECK_IPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_IMPORT_CHECK_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/json/json_reader.hpp>
#include <langexport/detail/json/parsed_text.hpp>
#include <langexport/detail/protocol/import_check.hpp>
#include <langexport/error.hpp>

#include <array>
#include <cstddef>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// The members of a document that decide whether it can be imported.
struct import_members {
    bool is_object = false;
    bool has_metadata = false; // an object
    bool has_assets = false;   // an object
    bool has_error = false;    // not null
    bool has_luis_version = false;
    std::string index_type;
    std::string metadata_kind;
    std::string assets_kind;
    std::string project_name;
};

// Receives the parser's events and keeps the names of the open members down to the second level. It has one function
// for each kind of event, as the parser requires.
class import_events : public parsed_text {
public:
    static constexpr std::size_t max_object_size = boost::json::object::max_size();
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = boost::json::string::max_size();
    static constexpr std::size_t max_string_size = boost::json::string::max_size();

    // The values that decide are short, and others, such as the text of a document, may be long.
    import_events() : parsed_text(4096) {}

    import_members found;

    // "metadata.projectKind", or the same of the member that contains the place; empty for the root.
    std::string path() const {
        std::string text = names_[0];
        if (!text.empty() && depth_ >= 2 && !names_[1].empty())
            text.append(".").append(names_[1]);
        return text;
    }

    bool on_object_begin(error_code&) {
        if (depth_ == 0)
            found.is_object = true;
        else
            see_value(true);
        return enter(true);
    }
    bool on_object_end(std::size_t, error_code&) { return leave(); }
    bool on_array_begin(error_code&) {
        see_value(false);
        return enter(false);
    }
    bool on_array_end(std::size_t, error_code&) { return leave(); }
    bool on_key(text_view rest, std::size_t, error_code&) {
        const std::string_view name = whole_text(rest);
        if (depth_ >= 1 && depth_ <= names_.size())
            names_[depth_ - 1] = name;
        forget_text();
        return true;
    }
    bool on_string(text_view rest, std::size_t, error_code&) {
        const std::string_view text = whole_text(rest);
        see_text(text);
        forget_text();
        return true;
    }
    bool on_int64(std::int64_t, text_view rest, error_code&) { return see_number(rest); }
    bool on_uint64(std::uint64_t, text_view rest, error_code&) { return see_number(rest); }
    bool on_double(double, text_view rest, error_code&) { return see_number(rest); }
    bool on_bool(bool, error_code&) {
        see_value(false);
        return true;
    }
    bool on_null(error_code&) { return true; }

private:
    // Whether the value that begins is that of this member of the document.
    bool is_at(std::string_view name) const {
        return depth_ == 1 && !is_in_array_ && equal_ignoring_case(names_[0], name);
    }
    bool is_at(std::string_view outer, std::string_view name) const {
        return depth_ == 2 && !is_in_array_ && equal_ignoring_case(names_[0], outer) &&
               equal_ignoring_case(names_[1], name);
    }

    // If a member occurs twice, the last one counts, as in most parsers.
    void see_value(bool is_object) {
        if (is_at("metadata"))
            found.has_metadata = is_object;
        else if (is_at("assets"))
            found.has_assets = is_object;
        else if (is_at("error"))
            found.has_error = true;
        else if (is_at("luis_schema_version"))
            found.has_luis_version = true;
    }
    void see_text(std::string_view text) {
        see_value(false);
        if (is_at("stringIndexType"))
            found.index_type = text;
        else if (is_at("metadata", "projectKind"))
            found.metadata_kind = text;
        else if (is_at("metadata", "projectName"))
            found.project_name = text;
        else if (is_at("assets", "projectKind"))
            found.assets_kind = text;
    }
    bool see_number(text_view rest) {
        whole_text(rest);
        forget_text();
        see_value(false);
        return true;
    }

    bool enter(bool is_object) {
        ++depth_;
        if (depth_ <= names_.size()) {
            names_[depth_ - 1].clear();
            is_array_[depth_ - 1] = !is_object;
        }
        update();
        return true;
    }
    bool leave() {
        --depth_;
        update();
        return true;
    }
    void update() noexcept { is_in_array_ = is_array_[0] || (depth_ >= 2 && is_array_[1]); }

    std::size_t depth_ = 0; // open objects and arrays
    std::array<std::string, 2> names_;
    std::array<bool, 2> is_array_{};
    bool is_in_array_ = false; // one of the outer two is an array
};

// More open objects and arrays than a project of the service has.
inline constexpr std::size_t most_levels_of_import = 128;

class import_json_reader : public json_reader<import_events> {
public:
    import_json_reader() : json_reader(most_levels_of_import) {}
};

LANGEXPORT_DECL import_check::import_check(project_surface surface, std::string_view format)
    : surface_(surface), form_(forms_of(surface, format)),
      reader_(is_json_due(form_) ? std::make_unique<import_json_reader>() : nullptr) {}

LANGEXPORT_DECL import_check::import_check(import_check&&) noexcept = default;
LANGEXPORT_DECL import_check::~import_check() = default;

// The words of an error without those that every error of its code has.
inline std::string problem_of(const export_error& error) {
    return error.diagnostics().detail;
}

LANGEXPORT_DECL void import_check::take(std::string_view piece) {
    size_ += piece.size();
    if (!problem_.empty())
        return;
    if (!reader_) {
        constexpr std::size_t enough = 512;
        head_.append(piece.substr(0, enough - head_.size()));
        return;
    }
    try {
        reader_->write(piece);
    } catch (const export_error& error) {
        problem_ = problem_of(error);
    }
}

LANGEXPORT_DECL void import_check::finish() {
    if (!problem_.empty())
        return;
    if (size_ == 0) {
        problem_ = "it is empty";
        return;
    }
    if (!reader_)
        return look_at_first_bytes();
    try {
        reader_->finish();
    } catch (const export_error& error) {
        problem_ = problem_of(error);
        return;
    }
    look_at_members();
}

LANGEXPORT_DECL std::string import_check::project_name() const {
    return reader_ ? reader_->events().found.project_name : std::string();
}

inline std::string kinds_differ(const import_members& found) {
    const auto shown = [](const std::string& kind) {
        return kind.empty() ? std::string("missing") : "'" + one_printable_line(kind, 100) + "'";
    };
    return "metadata.projectKind is " + shown(found.metadata_kind) + " and assets.projectKind is " +
           shown(found.assets_kind) + ": they must be equal";
}

LANGEXPORT_DECL void import_check::look_at_members() {
    const import_members& found = reader_->events().found;
    const bool is_knowledge_base = surface_ == project_surface::query_knowledgebases;
    if (!found.is_object)
        problem_ = "it is not a JSON object";
    else if (found.has_error)
        problem_ = "it is an error of the service, not a project: it has a member 'error'";
    else if (form_ == result_forms::luis) {
        if (!found.has_luis_version)
            problem_ = "it has no 'luis_schema_version': the format 'Luis' needs one";
    } else if (!found.has_assets)
        problem_ =
            found.has_luis_version
                ? "it has a 'luis_schema_version' and no object 'assets': import it with the "
                  "format 'Luis'"
                : "it has no object 'assets'";
    else if (!found.has_metadata)
        problem_ = "it has no object 'metadata'";
    else if (!is_knowledge_base && found.index_type.empty())
        problem_ = "it has no text 'stringIndexType', the unit of its offsets";
    else if (!equal_ignoring_case(found.metadata_kind, found.assets_kind) ||
             (!is_knowledge_base && found.metadata_kind.empty()))
        problem_ = kinds_differ(found);
}

LANGEXPORT_DECL void import_check::look_at_first_bytes() {
    const bool is_zip = head_.starts_with("PK");
    const std::string_view text = trim(head_);
    if (form_ == result_forms::workbook && !is_zip)
        problem_ = "it is not a workbook: it does not begin as a zip archive";
    else if (!is_zip && (text.empty() || text.front() == '{' || text.front() == '['))
        problem_ = "it is not a table of tab-separated values";
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
