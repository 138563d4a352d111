#ifndef LANGEXPORT_DETAIL_ENGINE_SHARED_QUOTAS_HPP
#define LANGEXPORT_DETAIL_ENGINE_SHARED_QUOTAS_HPP

#include <langexport/client_params.hpp>
#include <langexport/detail/engine/request_budget.hpp>
#include <langexport/version.hpp>

#include <boost/asio/execution_context.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace langexport {
inline namespace v0 {

namespace asio = boost::asio;

namespace detail {

// The budgets of an execution context, one for each origin. Clients of one resource share a budget, even if one client
// is created after another was destroyed. A budget is removed if no client uses it and it is in the state of a new one.
class shared_quotas final : public asio::execution_context::service {
public:
    inline static asio::execution_context::id id;

    explicit shared_quotas(asio::execution_context& context) : service(context) {}

    LANGEXPORT_DECL std::shared_ptr<request_budget>
    find_or_make(const std::string& origin, const quota_params& params, steady_time now);

private:
    void shutdown() override {}

    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<request_budget>> budgets_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/engine/impl/shared_quotas.ipp>
#endif

#endif
