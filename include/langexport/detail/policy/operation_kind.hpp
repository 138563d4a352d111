#ifndef LANGEXPORT_DETAIL_POLICY_OPERATION_KIND_HPP
#define LANGEXPORT_DETAIL_POLICY_OPERATION_KIND_HPP

namespace langexport {
inline namespace v0 {
namespace detail {

// Where an operation leaves the way from submission to result; or, not on it, that projects are listed or
// a client is drained.
enum class operation_kind : unsigned char {
    job,
    one_status,
    end_status,
    document,
    projects,
    drained
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
