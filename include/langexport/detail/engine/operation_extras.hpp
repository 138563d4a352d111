#ifndef LANGEXPORT_DETAIL_ENGINE_OPERATION_EXTRAS_HPP
#define LANGEXPORT_DETAIL_ENGINE_OPERATION_EXTRAS_HPP

#include <langexport/detail/engine/function_runner.hpp>
#include <langexport/version.hpp>

#include <optional>
#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

// Members that few operations need. They are allocated separately, so that other operations only hold a pointer.
class operation_extras final : public function_runner {
public:
    std::string tag;                            // the tag of the request
    std::optional<std::string> original_target; // the target before a temporary redirect
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
