#ifndef LANGEXPORT_IMPL_BATCH_SUMMARY_IPP
#define LANGEXPORT_IMPL_BATCH_SUMMARY_IPP

#include <langexport/batch_summary.hpp>

#include <utility>

namespace langexport {
inline namespace v0 {

LANGEXPORT_DECL batch_error::batch_error(error_code code, langexport::diagnostics what_is_known,
                                         batch_summary what_was_done)
    : export_error(code, std::move(what_is_known)),
      summary_(std::make_shared<const batch_summary>(std::move(what_was_done))) {}

LANGEXPORT_DECL const batch_error* get_batch_error(const std::exception_ptr& error) noexcept {
    if (!error)
        return nullptr;
    try {
        std::rethrow_exception(error);
    } catch (const batch_error& found) {
        return &found;
    } catch (...) {
    }
    return nullptr;
}

} // namespace v0
} // namespace langexport

#endif
