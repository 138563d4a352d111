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

// Completes operations: commits the sink and invokes the handler, once for each operation.
class completion {
public:
    using operation_ptr = std::shared_ptr<export_operation>;

    explicit completion(engine_parts& parts) noexcept : parts_(parts) {}

    // If the operation has a sink, commits it first. If the commit fails, the operation may fetch the result again.
    LANGEXPORT_DECL void succeed(const operation_ptr& operation);
    LANGEXPORT_DECL void fail(const operation_ptr& operation, errc code);
    // Removes the operation from the engine. Waits until running calls of the sink and of the request's functions have
    // returned, then invokes the handler with the operation's result.
    LANGEXPORT_DECL void complete(const operation_ptr& operation);
    // Posts the invocation of the handler to the handler's executor. No call of the sink or of a function is running.
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
