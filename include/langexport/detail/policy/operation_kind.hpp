#ifndef LANGEXPORT_DETAIL_POLICY_OPERATION_KIND_HPP
#define LANGEXPORT_DETAIL_POLICY_OPERATION_KIND_HPP

namespace langexport {
inline namespace v0 {
namespace detail {

// The kind of an operation: the point between submission and result at which an export ends, a list of projects or of
// operations, or the drain of a client.
enum class operation_kind : unsigned char {
    job,
    one_status,
    end_status,
    document,
    projects,
    operations,
    drained
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
