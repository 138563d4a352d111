#ifndef LANGEXPORT_DETAIL_ENGINE_SOURCE_CHECKER_HPP
#define LANGEXPORT_DETAIL_ENGINE_SOURCE_CHECKER_HPP

#include <langexport/detail/engine/export_operation.hpp>
#include <langexport/version.hpp>

#include <exception>
#include <memory>

namespace langexport {
inline namespace v0 {
namespace detail {

struct engine_parts;

// Lets the document of an import be checked before anything is sent.
class source_checker {
public:
    using operation_ptr = std::shared_ptr<export_operation>;

    explicit source_checker(engine_parts& parts) noexcept : parts_(parts) {}

    // Reads the whole document of an operation that was admitted. Then the operation is scheduled, or fails. Meanwhile,
    // only its deadline can end it.
    LANGEXPORT_DECL void begin(const operation_ptr& operation);

private:
    void on_checked(const operation_ptr& operation, const std::exception_ptr& thrown);

    engine_parts& parts_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
