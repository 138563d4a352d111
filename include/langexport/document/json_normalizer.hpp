#ifndef LANGEXPORT_DOCUMENT_JSON_NORMALIZER_HPP
#define LANGEXPORT_DOCUMENT_JSON_NORMALIZER_HPP

#include <langexport/version.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {

namespace detail {
class normalizing_reader;
}

/// How JSON is normalized.
class normalizing_options {
public:
    normalizing_options() = default;

    /// How many objects and arrays may be open at once. The service's files have less than 10.
    std::size_t max_depth = 64;
    /// Sorts lists of objects, at any depth: documents by their location, utterances by their text, then
    /// their language, answers by their id, labels and categories by their name; in general by all members,
    /// in the order in which they are written. Files of which only the order of such lists differs have one
    /// result. (It is no difference to `compare` in project_difference.hpp either.) Other lists stay as they
    /// are: questions, synonyms.
    bool sort_items = false;
};

/// Rewrites JSON in the form in which people keep it in version control, so that what changed between
/// two exports is what a diff shows. For results of all surfaces that are JSON, and for any other JSON.
///
///   - Members come in a fixed order: those of a project file that have a name in the classes of
///     `project_assets.hpp` as they stand there (`location` first), all others behind them by name.
///   - Each document, utterance, answer, class, … is a line of its own, and so is each member of the
///     file, its `metadata` and its `assets`. There is no other white space; a line feed ends it.
///   - Texts have no more escapes than they need.
///
/// Documents, utterances and all other elements of lists stay in the order in which the service wrote them,
/// unless `normalizing_options::sort_items` is set.
///
/// Nothing is lost. Numbers keep their digits, unknown members survive, and a member that occurs twice in an
/// object still does, in the same order. What is normalized stays as it is.
///
/// Errors: `export_error` with `errc::malformed_document`, whose detail names the place and the byte.
/// After an error it refuses everything, with the same error.
///
/// Memory: the size of the result and the largest document, for what comes late may belong in front. Sorting
/// takes some 50 bytes more for each element of the longest list.
/// Not safe for use from two threads at once.
class json_normalizer {
public:
    /// @param max_depth  How many objects and arrays may be open at once. The service's files have
    ///                   less than 10.
    LANGEXPORT_DECL explicit json_normalizer(std::size_t max_depth = 64);
    LANGEXPORT_DECL explicit json_normalizer(const normalizing_options& options);
    LANGEXPORT_DECL json_normalizer(json_normalizer&&) noexcept;
    LANGEXPORT_DECL json_normalizer& operator=(json_normalizer&&) noexcept;
    LANGEXPORT_DECL ~json_normalizer();

    /// Takes the next piece of the text, which may end anywhere. A byte order mark is left out.
    LANGEXPORT_DECL void write(std::string_view piece);

    /// Ends the text and returns the result, in pieces of some tens of kilobytes which make it up one
    /// after the other. The normalizer is as new then.
    LANGEXPORT_DECL std::vector<std::string> finish();

    /// How many bytes it was given.
    LANGEXPORT_DECL std::uint64_t size() const noexcept;

private:
    normalizing_options options_;
    std::unique_ptr<detail::normalizing_reader> reader_;
};

/// A whole text at once: see json_normalizer.
LANGEXPORT_DECL std::string normalize(std::string_view json,
                                      const normalizing_options& options = {});

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/json_normalizer.ipp>
#endif

#endif
