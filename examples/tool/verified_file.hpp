#ifndef LANGEXPORT_EXAMPLES_TOOL_VERIFIED_FILE_HPP
#define LANGEXPORT_EXAMPLES_TOOL_VERIFIED_FILE_HPP

#include "manifest_check.hpp"

#include <langexport/detail/base/sha256.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/import/import_source.hpp>
#include <langexport/report/file_digest.hpp>
#include <langexport/report/manifest.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace tool {

/// Reads the file of a project, and throws at its end if it is not the file that the manifest describes.
class verified_reader final : public langexport::import_reader {
public:
    verified_reader(std::unique_ptr<langexport::import_reader> file,
                    langexport::manifest_entry entry)
        : file_(std::move(file)), entry_(std::move(entry)) {}

    boost::asio::awaitable<std::size_t> read(boost::asio::mutable_buffer into) override {
        const std::size_t count = co_await file_->read(into);
        sum_.add(std::string_view(static_cast<const char*>(into.data()), count));
        digest_.bytes += count;
        if (count == 0)
            check();
        co_return count;
    }

private:
    void check() {
        for (const unsigned char byte : sum_.finish())
            langexport::detail::append_hex(digest_.sha256, byte, 2);
        const std::string why = difference_of(entry_, digest_);
        if (!why.empty())
            throw std::runtime_error("'" + entry_.file + "' has changed since it was verified (" +
                                     why + "): export the project again, or restore the file " +
                                     "from a copy");
    }

    std::unique_ptr<langexport::import_reader> file_;
    langexport::manifest_entry entry_;
    langexport::detail::sha256 sum_;
    langexport::file_digest digest_; // of the bytes that were read
};

/// The document of an import. The import fails before anything is sent if the file no longer matches its entry: the
/// check of the whole folder may have been hours ago.
///
/// @throws langexport::file_error  The file cannot be read.
inline langexport::import_source verified_file(const std::filesystem::path& folder,
                                               const langexport::manifest_entry& entry) {
    const auto file = langexport::import_source::from_file(folder / entry.file);
    return langexport::import_source::from_factory(
        [file, entry] { return std::make_unique<verified_reader>(file.open(), entry); });
}

} // namespace tool

#endif
