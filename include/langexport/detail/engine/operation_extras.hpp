#ifndef LANGEXPORT_DETAIL_ENGINE_OPERATION_EXTRAS_HPP
#define LANGEXPORT_DETAIL_ENGINE_OPERATION_EXTRAS_HPP

#include <langexport/detail/engine/function_runner.hpp>
#include <langexport/version.hpp>

#include <optional>
#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

// What few operations have. It is allocated for these, so that it costs the others one pointer.
class operation_extras final : public function_runner {
public:
    std::string tag;                            // of the request
    std::optional<std::string> original_target; // that a redirect leads away from for once
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
