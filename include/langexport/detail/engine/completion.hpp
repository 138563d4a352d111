#ifndef LANGEXPORT_DETAIL_ENGINE_COMPLETION_HPP
#define LANGEXPORT_DETAIL_ENGINE_COMPLETION_HPP

#include <langexport/detail/engine/export_operation.hpp>
#include <langexport/detail/transport/exchange.hpp>
#include <langexport/error.hpp>
#include <langexport/version.hpp>

#include <memory>

namespace langexport {
inline namespace v0 {
namespace detail {

struct engine_parts;

// Completes operations: commits their sinks, and invokes each handler once.
class completion {
public:
    using operation_ptr = std::shared_ptr<export_operation>;

    explicit completion(engine_parts& parts) noexcept : parts_(parts) {}

    // Commits the sink first, if there is one. If the commit fails, another attempt may follow.
    LANGEXPORT_DECL void succeed(const operation_ptr& operation);
    LANGEXPORT_DECL void fail(const operation_ptr& operation, errc code);
    // Removes the operation from the engine and invokes its handler with the operation's result. Waits for running
    // calls to the sink and to a function of the request first.
    LANGEXPORT_DECL void complete(const operation_ptr& operation);
    // Posts the invocation of the handler, on the handler's executor, after the last call to the sink or a function.
    LANGEXPORT_DECL void invoke_handler(operation_ptr operation);

private:
    void await_calls(const operation_ptr& leaving);
    void commit(const operation_ptr& operation);
    void on_commit_failed(const operation_ptr& operation, const exchange_failure& why);

    engine_parts& parts_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
