#ifndef LANGEXPORT_DOCUMENT_PROJECT_FILE_HPP
#define LANGEXPORT_DOCUMENT_PROJECT_FILE_HPP

#include <langexport/document/json_normalizer.hpp>
#include <langexport/document/project_data.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {

namespace detail {
class project_reader;
}

/// How project_file_parser handles JSON that does not fit into a project_file.
enum class parse_mode {
    /// Rejects it: a file that is parsed and written is the same JSON again.
    lossless,
    /// Accepts it, for inspection: of a member that occurs twice in an object the last one counts, a number
    /// beyond all doubles becomes the largest one (its text is in `project_file::rounded_numbers`), and
    /// a file without `metadata` and `assets` is a project of an unknown kind if it has `documents`. In a
    /// project of an unknown kind, an element that does not fit into its list is kept with the unknown
    /// members under the list's name and its index: `documents[3]`.
    tolerant
};

/// Parses a project file piece by piece, and never holds its whole text.
///
/// Texts are UTF-8. JSON may hold one half of a UTF-16 pair without the other (`"\ud83d"`): such
/// a half is stored as three bytes in the manner of UTF-8 (ED A0 80 to ED BF BF), and `to_json` writes it as
/// it was.
///
/// In a project of a known kind, a member with a name in these classes must have the
/// right type, or be null or absent; 1.0 and 1e0 are integers. In other projects, members of another type are
/// kept with the unknown members.
/// A member that occurs twice in an object of the file is rejected unless the mode is tolerant: one of
/// them would be lost.
///
/// Errors: `export_error` with `errc::malformed_document`, whose detail names the place in the JSON
/// (`assets.documents[3].class.category`) and the byte there: for a value of the wrong type it may be
/// that of the name before it. After an error every call fails with the same error.
/// Thread safety: none; one thread at a time.
class project_file_parser {
public:
    /// @param max_depth  How many objects and arrays may be open at once. The service's files have
    ///                   fewer than 10.
    /// @param mode       How JSON is handled that does not fit into a project_file.
    LANGEXPORT_DECL explicit project_file_parser(std::size_t max_depth = 64,
                                                 parse_mode mode = parse_mode::lossless);
    /// Moves the text that was read so far.
    LANGEXPORT_DECL project_file_parser(project_file_parser&&) noexcept;
    /// Moves the text that was read so far.
    LANGEXPORT_DECL project_file_parser& operator=(project_file_parser&&) noexcept;
    /// Drops the text.
    LANGEXPORT_DECL ~project_file_parser();

    /// Reads the next piece, which may end anywhere.
    LANGEXPORT_DECL void write(std::string_view piece);

    /// Ends the text and returns the project. Afterwards the parser can read another text.
    LANGEXPORT_DECL project_file finish();

    /// How many bytes were written to it.
    LANGEXPORT_DECL std::uint64_t size() const noexcept;

private:
    std::size_t max_depth_;
    parse_mode mode_;
    std::unique_ptr<detail::project_reader> reader_;
};

/// Parses a whole project file. Errors are those of `project_file_parser`.
///
/// @param text  JSON like that in `exported_project::document`. A byte order mark is skipped.
/// @return      The project.
LANGEXPORT_DECL project_file parse_project_file(std::string_view text);

/// A project as JSON, in one line, its members in the order in which they were parsed.
///
/// @param file  The project.
/// @return      The JSON.
/// @throws export_error (errc::invalid_request) for values that JSON cannot hold: a text that is not
///         UTF-8 (except for halves of UTF-16 pairs, see project_file_parser), a number that is not finite.
LANGEXPORT_DECL std::string to_json(const project_file& file);

/// Writes a project as JSON piece by piece.
///
/// @param file  The project.
/// @param sink  Receives pieces of some kilobytes. Its exceptions are passed on.
/// @throws export_error (errc::invalid_request) as `to_json`.
LANGEXPORT_DECL void write_json(const project_file& file,
                                const std::function<void(std::string_view)>& sink);

/// A project in the form for version control: see json_normalizer.
///
/// @param file     The project.
/// @param options  The form.
/// @return         The normal form.
LANGEXPORT_DECL std::string normalize(const project_file& file,
                                      const normalizing_options& options = {});

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/project_file.ipp>
#include <langexport/document/impl/project_file_parser.ipp>
#endif

#endif
