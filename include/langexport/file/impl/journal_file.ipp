#ifndef LANGEXPORT_FILE_IMPL_JOURNAL_FILE_IPP
#define LANGEXPORT_FILE_IMPL_JOURNAL_FILE_IPP

#include <langexport/file/atomic_file.hpp>
#include <langexport/file/journal_file.hpp>
#include <langexport/file/read_file.hpp>

#include <boost/system/errc.hpp>

#include <utility>

namespace langexport {
inline namespace v0 {

LANGEXPORT_DECL journal_file::journal_file(std::filesystem::path path) : path_(std::move(path)) {
    if (open().links <= 1)
        return;
    // The copy replaces the file. The old one stays under its other names, such as in a snapshot.
    file_.close();
    write_file(std::filesystem::canonical(path_), read_file(path_));
    open();
}

LANGEXPORT_DECL detail::file_facts journal_file::open() {
    detail::error_code failure;
    file_ = detail::system_file::open_to_append(path_, failure);
    detail::check_file(failure, "cannot write", path_);
    const detail::file_facts facts = file_.facts(path_, failure);
    detail::check_file(failure, "cannot write", path_);
    if (!facts.is_ours)
        throw file_error(make_error_code(boost::system::errc::operation_not_permitted),
                         "cannot write '" + path_.string() + "', which belongs to another user");
    return facts;
}

LANGEXPORT_DECL void journal_file::append(std::string_view bytes) {
    detail::error_code failure, ignored;
    const std::uint64_t before = file_.size(failure);
    if (!failure)
        file_.write(bytes, failure);
    if (failure)
        file_.cut_to(before, ignored);
    else
        file_.sync(failure);
    detail::check_file(failure, "cannot write", path_);
}

LANGEXPORT_DECL void journal_file::cut_to(std::uint64_t size) {
    detail::error_code failure;
    file_.cut_to(size, failure);
    detail::check_file(failure, "cannot truncate", path_);
}

} // namespace v0
} // namespace langexport

#endif
