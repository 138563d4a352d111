#ifndef LANGEXPORT_EXAMPLES_TOOL_PROJECT_OUTLINE_HPP
#define LANGEXPORT_EXAMPLES_TOOL_PROJECT_OUTLINE_HPP

#include "reading_notes.hpp"

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/json/json_reader.hpp>
#include <langexport/detail/json/parsed_text.hpp>
#include <langexport/error.hpp>
#include <langexport/file/read_file.hpp>
#include <langexport/project_surface.hpp>

#include <boost/json/object.hpp>
#include <boost/json/string.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tool {

/// What an exported project says about things that it does not contain.
class project_outline {
public:
    project_outline() = default;

    std::string kind;      ///< `projectKind`; empty if the file does not name it.
    std::string container; ///< The blob container of its documents.
    std::optional<std::uint64_t>
        documents;                    ///< How many documents it names. Nothing: it cannot be read.
    std::set<std::string> references; ///< The projects that an orchestration leads to.
    std::string name;                 ///< The project; empty if the file does not name it.
    std::string version;              ///< The version of the service, `projectFileVersion`.
    bool is_luis = false;             ///< Whether it has the format of LUIS.
    bool has_answers = false;         ///< Whether it has the assets of a knowledge base.
};

/// The version of the service that exported a project; empty if the document names none that a request can have.
inline std::string version_in(const project_outline& outline) {
    return langexport::detail::what_is_wrong_with_version(outline.version).empty() ? outline.version
                                                                                   : std::string();
}

/// Receives the events of a JSON parser, and keeps what belongs to an outline.
class outline_events : public langexport::detail::parsed_text {
public:
    static constexpr std::size_t max_object_size = boost::json::object::max_size();
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = boost::json::string::max_size();
    static constexpr std::size_t max_string_size = boost::json::string::max_size();

    project_outline outline;

    std::string path() const { return {}; } // of errors, which nobody reads

    bool on_object_begin(error_code&) {
        if (is_at({"assets", "documents", ""}))
            ++*outline.documents;
        return open();
    }
    bool on_object_end(std::size_t, error_code&) { return close(); }
    bool on_array_begin(error_code&) {
        if (is_at({"assets", "qnas"}) || is_at({"assets", "synonyms"}))
            outline.has_answers = true;
        return open();
    }
    bool on_array_end(std::size_t, error_code&) { return close(); }
    bool on_key(text_view rest, std::size_t, error_code&) {
        if (depth_ <= names_.size())
            names_[depth_ - 1] = whole_text(rest);
        forget_text();
        return true;
    }
    bool on_string(text_view rest, std::size_t, error_code&) {
        const std::string_view text = whole_text(rest);
        outline.is_luis = outline.is_luis || is_at({"luis_schema_version"});
        if (std::string* const member = member_here())
            *member = printable(text);
        else if (is_at({"assets", "intents", "", "orchestration", any, "projectName"}) &&
                 !text.empty())
            outline.references.insert(printable(text));
        forget_text();
        return true;
    }
    bool on_int64(std::int64_t, text_view, error_code&) { return skip(); }
    bool on_uint64(std::uint64_t, text_view, error_code&) { return skip(); }
    bool on_double(double, text_view, error_code&) { return skip(); }
    bool on_bool(bool, error_code&) { return true; }
    bool on_null(error_code&) { return true; }

private:
    static constexpr std::string_view any = "*";

    // The name of the current member of each open object; empty for an array.
    bool open() {
        if (++depth_ <= names_.size())
            names_[depth_ - 1].clear();
        return true;
    }
    bool close() {
        --depth_;
        return true;
    }
    bool skip() {
        forget_text();
        return true;
    }
    bool is_at(std::initializer_list<std::string_view> names) const {
        return names.size() == depth_ &&
               std::equal(names.begin(), names.end(), names_.begin(),
                          [](std::string_view wanted, const std::string& name) {
                              return wanted == any || wanted == name;
                          });
    }
    std::string* member_here() {
        if (is_at({"metadata", "storageInputContainerName"}))
            return &outline.container;
        if (is_at({"projectFileVersion"}))
            return &outline.version;
        if (is_at({"metadata", "projectName"}) || is_at({"name"})) // the latter of LUIS
            return &outline.name;
        const bool is_kind = is_at({"metadata", "projectKind"}) ||
                             (outline.kind.empty() && is_at({"assets", "projectKind"}));
        return is_kind ? &outline.kind : nullptr;
    }
    // Halves of UTF-16 pairs cannot be written to another file.
    static std::string printable(std::string_view text) {
        if (langexport::detail::find_invalid_utf8(text) == std::string_view::npos)
            return std::string(text);
        return langexport::detail::one_printable_line(text);
    }

    std::array<std::string, 6> names_;
    std::size_t depth_ = 0;
};

/// Reads the outline of a project piece by piece. An empty outline if a piece is not JSON.
class outline_reader {
public:
    outline_reader() : reader_(most_levels) { reader_.events().outline.documents = 0; }

    void write(std::string_view piece) {
        run([&] { reader_.write(piece); });
    }
    project_outline finish() {
        run([&] { reader_.finish(); });
        return is_broken_ ? project_outline() : reader_.events().outline;
    }

private:
    static constexpr std::size_t most_levels = 1000; // for the stack of any thread

    template <class Call>
    void run(Call call) {
        if (is_broken_)
            return;
        try {
            call();
        } catch (const langexport::export_error&) {
            is_broken_ = true;
        }
    }

    langexport::detail::json_reader<outline_events> reader_;
    bool is_broken_ = false;
};

/// The outline of a file. Throws `file_error`.
inline project_outline outline_of(const std::filesystem::path& file, const read_watch& watch = {}) {
    using namespace langexport::detail;
    if (file.extension() != ".json")
        return {};
    system_file input = open_to_read(file);
    outline_reader reader;
    std::string piece(64 * 1024, '\0');
    std::uint64_t bytes = 0;
    for (std::size_t size = piece.size(); size == piece.size();) {
        size = read_some(input, file, piece.data(), piece.size());
        reader.write(std::string_view(piece).substr(0, size));
        bytes += size;
        if (watch)
            watch(file, bytes);
    }
    return reader.finish();
}

} // namespace tool

#endif
