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

/// How project_file_parser treats JSON that a project_file cannot represent.
enum class parse_mode {
    /// Rejects it. Therefore a file that is parsed and written is the same JSON again.
    lossless,
    /// Accepts it, for inspection. If a member occurs twice in an object, the last one is used. A number
    /// beyond the range of a double becomes the largest double; its text is in
    /// `project_file::rounded_numbers`. A file without `metadata` and `assets` is a project of an unknown
    /// kind if it has `documents`. In a project of an unknown kind, an element that does not fit into its
    /// list is kept with the unknown members, under the list's name and the index: `documents[3]`.
    tolerant
};

/// Parses a project file piece by piece. It never keeps the whole text in memory.
///
/// Texts are UTF-8. JSON may hold one half of a UTF-16 pair without the other (`"\ud83d"`). Such a half
/// is stored as three bytes, encoded as UTF-8 would encode it (ED A0 80 to ED BF BF), and `to_json`
/// writes the original escape.
///
/// In a project of a known kind, a member with a name in these classes must have the right type, or be
/// null or absent; 1.0 and 1e0 are integers. In other projects, members of another type are kept with
/// the unknown members. A member that occurs twice in an object is rejected, unless the mode is
/// tolerant, because one of the two would be lost.
///
/// Errors: `write` and `finish` throw `export_error` with `errc::malformed_document` if the text is not
/// JSON, is nested too deeply or is not a project file, and `finish` also if the text is incomplete. The
/// detail names the JSON path (`assets.documents[3].class.category`) and the byte. For a value of the wrong
/// type, the byte may be that of the member's name. After an error, every further call throws the same
/// error.
/// Thread safety: none; one thread at a time.
class project_file_parser {
public:
    /// @param max_depth  The maximum nesting depth of objects and arrays; deeper JSON is an error. The
    ///                   parser is recursive: with a stack of 8 MiB, up to 1,000 levels are safe. The
    ///                   service's files have fewer than 10 levels.
    /// @param mode       How to treat JSON that a project_file cannot represent.
    LANGEXPORT_DECL explicit project_file_parser(std::size_t max_depth = 64,
                                                 parse_mode mode = parse_mode::lossless);
    /// Moves the text that was read so far.
    LANGEXPORT_DECL project_file_parser(project_file_parser&&) noexcept;
    /// Moves the text that was read so far.
    LANGEXPORT_DECL project_file_parser& operator=(project_file_parser&&) noexcept;
    /// Discards the text that was read so far.
    LANGEXPORT_DECL ~project_file_parser();

    /// Reads the next piece, which may end anywhere, even inside a character. A byte order mark at the
    /// beginning of the text is skipped.
    LANGEXPORT_DECL void write(std::string_view piece);

    /// Completes the text and returns the project. Afterwards the parser can read another text.
    LANGEXPORT_DECL project_file finish();

    /// The number of bytes of the present text that were written so far.
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

/// Returns a project as JSON in one line. Members are in the order in which they were parsed.
///
/// @param file  The project.
/// @return      The JSON.
/// @throws export_error (errc::invalid_request) for a value that JSON cannot represent: a text that is
///         not UTF-8 (except for halves of UTF-16 pairs, see project_file_parser), or a number that is
///         not finite.
LANGEXPORT_DECL std::string to_json(const project_file& file);

/// Writes a project as JSON piece by piece.
///
/// @param file  The project.
/// @param sink  Receives pieces of some kilobytes. Exceptions that it throws reach the caller.
/// @throws export_error (errc::invalid_request) as `to_json`.
LANGEXPORT_DECL void write_json(const project_file& file,
                                const std::function<void(std::string_view)>& sink);

/// Returns a project in the normal form for version control: see json_normalizer.
///
/// @param file     The project.
/// @param options  How to normalize.
/// @return         The normal form.
/// @throws export_error (errc::invalid_request) as `to_json`.
LANGEXPORT_DECL std::string normalize(const project_file& file,
                                      const normalizing_options& options = {});

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/project_file.ipp>
#include <langexport/document/impl/project_file_parser.ipp>
#endif

#endif
